"""Splink, the field's tool for finding duplicates in a batch: what ours are held against, on the same people."""

import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.bench.labelled import Asked

YARDSTICK = Path(__file__).resolve().parent.parent.parent / ".venv" / "bench"


def splinks(asked: list[Asked]) -> dict[tuple[int, int], float]:
    """Each pair's probability by Splink, trained on the set itself as its guide says: a row for each person, and of
    two enquiries the likeliest of their persons' pairs."""
    _ready()
    import pandas
    from splink import DuckDBAPI, Linker, block_on

    people = pandas.DataFrame(_people(asked)).astype("string")
    rules = [*_same_values(), block_on("substr(phone, 1, 9)", "substr(first_name, 1, 1)")]
    linker = Linker(people, _settings(rules), DuckDBAPI(), set_up_basic_logging=False)
    certain = [block_on("email", "phone"), block_on("first_name", "last_name", "postcode")]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("email"), block_on("first_name", "last_name"), block_on("postcode")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found: dict[tuple[int, int], float] = {}
    predicted = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    ends = zip(predicted["unique_id_l"], predicted["unique_id_r"], predicted["match_probability"], strict=True)
    for left, right, probability in ends:
        a, b = sorted((int(left.split("-")[0]), int(right.split("-")[0])))
        if a != b:
            found[a, b] = max(found.get((a, b), 0.0), float(probability))
    return found


def splinks_candidates(asking: int = 5) -> dict:
    """Milliseconds in which Splink finds whom one new person may be, among all people that the database holds; it is
    made for batches, and reads them all each time."""
    _ready()
    import duckdb
    import pandas
    from splink import DuckDBAPI, Linker

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        _write_people(file)
        held = duckdb.connect()
        held.execute(f"CREATE TABLE people AS SELECT * FROM read_csv('{file}', all_varchar = true)").fetchall()
    linker = Linker("people", _settings(_same_values()), DuckDBAPI(held), set_up_basic_logging=False)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e5, seed=1)
    sample = held.execute(f"SELECT * FROM people USING SAMPLE {asking} ROWS (reservoir, 1)").df()
    times = []
    for number, one in enumerate(sample.to_dict("records")):
        new = pandas.DataFrame([{**one, "unique_id": f"new-{number}"}]).astype("string")
        start = time.perf_counter()
        linker.inference.find_matches_to_new_records(new, match_weight_threshold=-10).as_record_dict(limit=1000)
        times.append((time.perf_counter() - start) * 1000)
        print(f"  Splink, one new person: {times[-1]:,.0f} ms", flush=True)
    return {"name": "the same by Splink", "ms": round(statistics.median(times), 1), "note": f"asked {asking} times"}


def _ready() -> None:
    if str(YARDSTICK) not in sys.path:
        sys.path.append(str(YARDSTICK))
    logging.getLogger("splink").setLevel(logging.ERROR)


def _settings(rules: list):
    import splink.comparison_library as cl
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "last_name", jaro_winkler_thresholds=[0.92, 0.88]),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", [1, 2]),
            cl.PostcodeComparison("postcode"),
            cl.DateOfBirthComparison("born_on", input_is_string=True),
        ],
        blocking_rules_to_generate_predictions=rules,
        unique_id_column_name="unique_id",
    )


def _same_values() -> list:
    from splink import block_on

    return [
        block_on("phone"), block_on("email"), block_on("postcode"), block_on("first_name", "last_name"),
        "l.first_name = r.last_name and l.last_name = r.first_name", block_on("born_on"),
    ]  # fmt: skip


def _people(asked: list[Asked]) -> Iterator[dict]:
    for place, one in enumerate(asked):
        for number, person in enumerate(one.people):
            yield {
                "unique_id": f"{place}-{number}",
                "first_name": person.first_name.lower() or None,
                "last_name": person.last_name.lower() or None,
                "email": person.email.lower() or None,
                "phone": person.phone or None,
                "postcode": one.postcode or None,
                "born_on": person.born_on.isoformat() if person.born_on else None,
            }


def _write_people(file: Path) -> None:
    statement = """
        COPY (
            SELECT enquiry_id || '-' || position AS unique_id, nullif(lower(first_name), '') AS first_name,
                nullif(lower(last_name), '') AS last_name, nullif(lower(email), '') AS email,
                nullif(phone, '') AS phone, nullif(postcode, '') AS postcode, born_on::text AS born_on
            FROM enquiries_applicant
            JOIN enquiries_enquiry ON enquiries_enquiry.id = enquiry_id
        ) TO STDOUT CSV HEADER
    """
    with (
        psycopg.connect(os.environ["DATABASE_URL"]) as connection,
        file.open("wb") as written,
        connection.cursor().copy(statement) as copy,
    ):
        written.writelines(copy)
