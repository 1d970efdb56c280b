"""The time of finding the candidates of one new enquiry among very many, by the product's own look-up.

A few of the many are made by `Maker`, with all that the product keeps of them; PostgreSQL makes the others of these:
each again in other streets, with other telephones and mailboxes, and with names as common as they were.
"""

import os
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg

from tests.bench.labelled import Asked, Maker
from tests.bench.stored import household_of

# So many of one name and district are made of each that `Maker` makes.
_OF_EACH = 14
TABLES = ("enquiries_enquiry", "enquiries_applicant", "enquiries_householdkey")


def candidates_among(enquiries: int, asking: int = 200) -> dict:
    """Milliseconds to find and score the candidates of one new enquiry, asked of a database that holds so many."""
    from enquiries.duplicates.candidates import find_candidates

    started = time.perf_counter()
    sample = load(enquiries, asking)
    loaded = time.perf_counter() - started
    print(f"  {enquiries:,} enquiries stored in {loaded:.0f} s; asking {asking} times …", flush=True)
    times, found = [], 0
    for asked in sample:
        start = time.perf_counter()
        found += len(find_candidates(household_of(asked)))
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return {
        "name": "candidates of one enquiry",
        "ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95) - 1], 1),
        "slowest_ms": round(times[-1], 1),
        "note": f"among {enquiries:,}; {found / len(times):.0f} found each; loaded in {loaded:.0f} s",
    }


def load(enquiries: int, asking: int) -> list[Asked]:
    """So many enquiries with their people and keys in a database that is migrated; gives some of them as their
    households would ask again."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection, without_indexes(connection, TABLES):
        maker, made = bring_households(connection, enquiries)
        multiply(connection, enquiries, (ENQUIRIES, PEOPLE, KEYS))
    return [maker.again(asked) for asked in maker.random.sample(made, min(asking, len(made)))]


@contextmanager
def without_indexes(connection, tables: tuple[str, ...]) -> Iterator[None]:
    """For filling the tables: their indexes are made again at the end, which is quicker than keeping them row by row.
    No trigger runs: row history and the checks of foreign keys would take most of the time, and none is looked at."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute("ALTER TABLE enquiries_householdkey DROP CONSTRAINT IF EXISTS enquiries_householdkey_pkey")
    indexes = connection.execute(_INDEXES, [list(tables)]).fetchall()
    for name, _definition in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    yield
    connection.execute("ALTER TABLE enquiries_householdkey ADD PRIMARY KEY (key, enquiry_id)")
    for _name, definition in indexes:
        connection.execute(definition)
    for table in tables:
        connection.execute(f"VACUUM ANALYZE {table}")
    connection.execute("CHECKPOINT")


def bring_households(connection, enquiries: int) -> tuple[Maker, list[Asked]]:
    """The few households of which the many are made, in tables of this connection."""
    number = households_of(enquiries)
    maker = Maker(5, postcodes=max(number // 2, 1000))
    made = [maker.household(place) for place in range(number)]
    print(f"  {number:,} households made", flush=True)
    _copy(connection, [maker.as_told(asked) for asked in made])
    return maker, made


def households_of(enquiries: int) -> int:
    return -(-enquiries // _OF_EACH)


def multiply(connection, enquiries: int, statements: tuple[str, ...]) -> None:
    """Fill the tables from the few households, each again and again."""
    about = {"of_each": _OF_EACH, "enquiries": enquiries, "households": households_of(enquiries)}
    for statement in statements:
        rows = connection.execute(statement, about).rowcount
        print(f"  {rows:,} rows of {statement.split()[2]}", flush=True)


# Those that no constraint needs.
_INDEXES = """
    SELECT indexname, indexdef
    FROM pg_indexes
    WHERE tablename = ANY(%s) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
"""


def _copy(connection, told: list[Asked]) -> None:
    """What `Maker` made, in tables of this connection; a key is `own` unless another household may well share it."""
    from enquiries.duplicates.keys import email_key, keys_of, phone_key, postcode_key

    connection.execute("CREATE TEMP TABLE made (n int, postcode text)")
    connection.execute(
        "CREATE TEMP TABLE made_person"
        " (n int, position int, first_name text, last_name text, email text, phone text, born_on date)"
    )
    connection.execute("CREATE TEMP TABLE made_key (n int, key bigint, own boolean)")
    _fill(connection, "made", ((n, asked.postcode) for n, asked in enumerate(told)))
    _fill(connection, "made_person", _people(told))

    def keys() -> Iterator[tuple]:
        for n, one in enumerate(map(household_of, told)):
            own = {phone_key(phone) for phone in one.phones} | {email_key(box) for box in one.mailboxes}
            own.add(postcode_key(one.postcode))
            for key in keys_of(one):
                yield n, key, key in own

    _fill(connection, "made_key", keys())


def _people(told: list[Asked]) -> Iterator[tuple]:
    for n, asked in enumerate(told):
        for position, person in enumerate(asked.people, start=1):
            yield n, position, person.first_name, person.last_name, person.email, person.phone, person.born_on


def _fill(connection, table: str, records: Iterable[tuple]) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for record in records:
            copy.write_row(record)


# Households of one name and district are far from one another, as if they had asked in different years. The first of
# each is as it was made. A key of the others' own is another number: which, nobody asks.
ENQUIRIES = """
    INSERT INTO enquiries_enquiry (
        id, reference, received_at, created_at, version, channel, source, campaign, postcode, spare_room, interests,
        situation, age, timing, message, chosen_why, not_why, absorbs, stage, turn, on_hold, closed_reason, closed_from,
        decision, attempts, clock
    )
    SELECT 10000000 + again * %(households)s + n, 'B' || again * %(households)s + n, '2026-01-05 10:00+00',
        '2026-01-05 10:00+00', 1, 'web', '', '',
        CASE
            WHEN again = 0 OR postcode = '' THEN postcode
            ELSE left(postcode, -2) || translate(
                right(postcode, 2), 'ABDEFGHJLNPQRSTUWXYZ', substr('ABDEFGHJLNPQRSTUWXYZABDEFGHJLNPQRST', again + 1, 20)
            )
        END,
        '', '{}', '', '', '', '', '', '', false, 'new', 'hub', false, '', '', '', 0, ''
    FROM made
    CROSS JOIN generate_series(0, %(of_each)s - 1) AS again
    WHERE again * %(households)s + n < %(enquiries)s
"""
PEOPLE = """
    INSERT INTO enquiries_applicant (enquiry_id, position, first_name, last_name, email, phone, born_on)
    SELECT 10000000 + again * %(households)s + n, position, first_name, last_name,
        CASE WHEN again = 0 OR email = '' THEN email ELSE again || '.' || email END,
        CASE WHEN again = 0 OR phone = '' THEN phone ELSE '+44' || lpad(again::text, 2, '0') || right(phone, -5) END,
        born_on
    FROM made_person
    CROSS JOIN generate_series(0, %(of_each)s - 1) AS again
    WHERE again * %(households)s + n < %(enquiries)s
"""
KEYS = """
    INSERT INTO enquiries_householdkey (key, enquiry_id)
    SELECT CASE WHEN own THEN key # again ELSE key END, 10000000 + again * %(households)s + n
    FROM made_key
    CROSS JOIN generate_series(0, %(of_each)s - 1) AS again
    WHERE again * %(households)s + n < %(enquiries)s
"""
