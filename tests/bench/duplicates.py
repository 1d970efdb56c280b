"""Finding duplicates: precision and recall beside Splink's on the same labelled sets, and the time of finding the
candidates of one new enquiry among very many.

`rows()` is for `python -m tests.bench`; by itself: `python -m tests.bench.duplicates [--households N] [--enquiries N]`.
The weights were chosen on seed 1; what is reported is of other seeds.
"""

import argparse
import logging
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg

from tests.bench.labelled import Asked, labelled

SEEDS = (101, 102, 103)
YARDSTICK = Path(__file__).resolve().parent.parent.parent / ".venv" / "bench"
Pairs = set[tuple[int, int]]


def rows(households: int = 2000, enquiries: int = 1_400_000) -> list[dict]:
    """One row for each of ours and Splink's, and one for the time among `enquiries`."""
    sets = [labelled(households, seed) for seed in SEEDS]
    made = [_quality("duplicates, ours", sets, [ours(asked) for asked in sets])]
    if YARDSTICK.is_dir():
        found = [splinks(asked) for asked in sets]
        for probability in (0.5, 0.9, 0.99):
            chosen = [{pair for pair, p in one.items() if p >= probability} for one in found]
            made.append(_quality(f"duplicates, Splink at {probability}", sets, chosen))
    return [*made, candidates_among(enquiries)]


def true_pairs(asked: list[Asked]) -> Pairs:
    of = defaultdict(list)
    for place, one in enumerate(asked):
        of[one.household].append(place)
    return {(a, b) for places in of.values() for a in places for b in places if a < b}


def _quality(name: str, sets: list[list[Asked]], found: list[Pairs]) -> dict:
    right = wrong = missed = 0
    for asked, pairs in zip(sets, found, strict=True):
        true = true_pairs(asked)
        right, wrong, missed = right + len(pairs & true), wrong + len(pairs - true), missed + len(true - pairs)
    return {
        "name": name,
        "precision": round(right / (right + wrong), 4),
        "recall": round(right / (right + missed), 4),
        "note": f"{sum(map(len, sets)):,} enquiries, {right + missed:,} true pairs",
    }


def ours(asked: list[Asked]) -> Pairs:
    """The pairs that staff are shown, by the product's own keys and scores."""
    from enquiries.duplicates.keys import keys_of, keys_sought_for
    from enquiries.duplicates.scoring import compare

    households = [household_of(one) for one in asked]
    kept = defaultdict(list)
    for place, one in enumerate(households):
        for key in keys_of(one):
            kept[key].append(place)
    shown = set()
    for place, one in enumerate(households):
        for other in {other for key in keys_sought_for(one) for other in kept.get(key, ()) if other < place}:
            if compare(households[other], one, lambda key: max(1, len(kept[key]) - 1)).shown:
                shown.add((other, place))
    return shown


def household_of(asked: Asked):
    from enquiries.duplicates.keys import Household, Someone

    people = (Someone(p.first_name, p.last_name, p.email, p.phone, p.born_on) for p in asked.people)
    return Household(tuple(people), asked.postcode)


def splinks(asked: list[Asked]) -> dict[tuple[int, int], float]:
    """Each pair's probability by Splink, trained on the set itself as its guide says: a row for each person, and of
    two enquiries the likeliest of their persons' pairs."""
    sys.path.append(str(YARDSTICK))
    logging.getLogger("splink").setLevel(logging.ERROR)
    import pandas
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    people = pandas.DataFrame(_people(asked)).astype("string")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "last_name", jaro_winkler_thresholds=[0.92, 0.88]),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", [1, 2]),
            cl.PostcodeComparison("postcode"),
            cl.DateOfBirthComparison("born_on", input_is_string=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("phone"), block_on("email"), block_on("postcode"), block_on("first_name", "last_name"),
            "l.first_name = r.last_name and l.last_name = r.first_name", block_on("born_on"),
            block_on("substr(phone, 1, 9)", "substr(first_name, 1, 1)"),
        ],
        unique_id_column_name="unique_id",
    )  # fmt: skip
    linker = Linker(people, settings, DuckDBAPI(), set_up_basic_logging=False)
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


# Among very many


def candidates_among(enquiries: int, asking: int = 200) -> dict:
    """Milliseconds to find and score the candidates of one new enquiry, asked of a database that holds so many."""
    from django.db import connection

    from enquiries.duplicates.candidates import find_candidates

    started = time.perf_counter()
    sample = load(enquiries)
    loaded = time.perf_counter() - started
    times, found = [], 0
    for asked in sample[:asking]:
        start = time.perf_counter()
        found += len(find_candidates(household_of(asked)))
        times.append((time.perf_counter() - start) * 1000)
    connection.close()
    times.sort()
    return {
        "name": "candidates of one enquiry",
        "ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95) - 1], 1),
        "note": f"among {enquiries:,}; {found / len(times):.0f} found each; loaded in {loaded:.0f} s",
    }


def load(enquiries: int) -> list[Asked]:
    """So many enquiries with their people and keys, by COPY, in a database that is migrated; gives some of them as
    their households would ask again."""
    from tests.bench.labelled import Maker

    maker = Maker(5, postcodes=max(enquiries // 2, 1000))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        # No triggers: row history and the checks of foreign keys would take most of the time, and none is looked at.
        connection.execute("SET session_replication_role = replica")
        start = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM enquiries_enquiry").fetchone()[0]
        connection.execute("ALTER TABLE enquiries_householdkey DROP CONSTRAINT IF EXISTS enquiries_householdkey_pkey")
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _definition in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        sample = _copy(connection, maker, start, enquiries)
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("ALTER TABLE enquiries_householdkey ADD PRIMARY KEY (key, enquiry_id)")
        for _name, definition in indexes:
            connection.execute(definition)
        for table in ("enquiry", "applicant", "householdkey"):
            connection.execute(f"VACUUM ANALYZE enquiries_{table}")
    return sample


# Those that no constraint needs: made again at the end, which is quicker than keeping them row by row.
_INDEXES = """
    SELECT indexname, indexdef
    FROM pg_indexes
    WHERE tablename IN ('enquiries_enquiry', 'enquiries_applicant', 'enquiries_householdkey')
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
"""


def _copy(connection, maker, start: int, enquiries: int) -> list[Asked]:
    from enquiries.duplicates.keys import keys_of

    sample: list[Asked] = []
    for first in range(start, start + enquiries, 20_000):
        made = [(pk, maker.household(pk)) for pk in range(first, min(first + 20_000, start + enquiries))]
        households = [(pk, maker.as_told(asked)) for pk, asked in made]
        _fill(connection, "enquiries_enquiry", _ENQUIRY, (_enquiry(pk, asked) for pk, asked in households))
        _fill(connection, "enquiries_applicant", _APPLICANT, _applicants(households))
        keys = ((key, pk) for pk, asked in households for key in keys_of(household_of(asked)))
        _fill(connection, "enquiries_householdkey", "key, enquiry_id", keys)
        sample += [maker.again(asked) for _pk, asked in made[: max(1, 4_000_000 // enquiries)]]
    maker.random.shuffle(sample)
    return sample


_ENQUIRY = (
    "id, reference, received_at, created_at, version, channel, source, campaign, postcode, spare_room, interests,"
    " situation, age, timing, message, chosen_why, not_why, absorbs, stage, turn, on_hold, closed_reason, closed_from,"
    " decision, attempts, clock"
)
_APPLICANT = "enquiry_id, position, first_name, last_name, email, phone, born_on"


def _enquiry(pk: int, asked: Asked) -> tuple:
    now = "2026-01-05 10:00+00"
    return (pk, f"B{pk}", now, now, 1, "web", "", "", asked.postcode, "", "{}", "", "", "", "", "", "", False, "new",
            "hub", False, "", "", "", 0, "")  # fmt: skip


def _applicants(households: list[tuple[int, Asked]]) -> Iterator[tuple]:
    for pk, asked in households:
        for position, person in enumerate(asked.people, start=1):
            yield (pk, position, person.first_name, person.last_name, person.email, person.phone, person.born_on)


def _fill(connection, table: str, columns: str, records: Iterable[tuple]) -> None:
    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for record in records:
            copy.write_row(record)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.bench.duplicates", description=__doc__)
    options.add_argument("--households", type=int, default=2000)
    options.add_argument("--enquiries", type=int, default=1_400_000)
    asked = options.parse_args()
    from tests.bench.__main__ import fresh_database

    os.environ["DATABASE_URL"] = fresh_database(os.environ["DATABASE_URL"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    for row in rows(asked.households, asked.enquiries):
        print(row)


if __name__ == "__main__":
    main()
