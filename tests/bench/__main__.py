"""The benchmarks: `make bench`. Each row is an operation beside its floor in the same run; medians, in milliseconds.

The floor of a page is the same SQL sent bare; of the return, one hand-written pass over the same facts; of taking an
enquiry in, its rows inserted bare. A table is printed and JSON written to var/bench/.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from hub.local.servers import ensure_environment

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "hub_bench"


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("--enquiries", type=int, default=5000)
    options.add_argument("--rounds", type=int, default=15)
    asked = options.parse_args()
    servers = ensure_environment()
    os.environ.update(HUB_DEMO="1", EMAIL_URL="dummymail://", LOG_LEVEL="ERROR", ALLOWED_HOSTS="testserver,localhost")
    # One machine sends them all, as fast as it can: that is the measuring, and no flood.
    os.environ.update(FASTEST_PERSON_SECONDS="0", SUBMISSIONS_FROM_ADDRESS="1000000000")
    os.environ["DATABASE_URL"] = fresh_database(os.environ["DATABASE_URL"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    load(asked.enquiries)
    rows = [take(rounds=asked.rounds) for take in (work_list, enquiry_page, monthly_return, intake)]
    show(rows, asked.enquiries)
    del servers


def fresh_database(url: str) -> str:
    """An empty database beside the one named, on the same server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))


def load(enquiries: int) -> None:
    from django.core.management import call_command

    print(f"Loading {enquiries} enquiries into {DATABASE} …", flush=True)
    call_command("migrate", verbosity=0)
    call_command("demo_data", enquiries=enquiries, months=24, seed=1, verbosity=0)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def median_ms(call: Callable[[], object], rounds: int) -> float:
    call()  # the first one warms caches on both sides
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def page_beside_its_sql(name: str, address: str, rounds: int) -> dict:
    """A signed-in worker's page through the whole of Django, and its queries sent bare."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from hub.models import User

    client = Client()
    client.force_login(
        User.objects.get(email="worker@hub.example.org"), backend="hub.people.backends.ActiveUserBackend"
    )
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    queries = len(captured)  # the log is begun anew by the next request
    reads = [query["sql"] for query in captured if query["sql"].lstrip().upper().startswith("SELECT")]

    def bare() -> None:
        with connection.cursor() as cursor:
            for sql in reads:
                cursor.execute(sql)
                cursor.fetchall()

    return row(name, median_ms(lambda: client.get(address), rounds), median_ms(bare, rounds), f"{queries} queries")


def work_list(rounds: int) -> dict:
    return page_beside_its_sql("work list", "/hub/?queue=all", rounds)


def enquiry_page(rounds: int) -> dict:
    from enquiries.models import Enquiry

    reference = Enquiry.objects.open().order_by("-received_at").first().reference
    return page_beside_its_sql("enquiry page", f"/hub/enquiries/{reference}/", rounds)


ONE_PASS = """
SELECT e.authority_id, a.kind, date_trunc('month', a.occurred_on), count(*), min(a.occurred_on - e.received_at::date)
FROM enquiries_activity a JOIN enquiries_enquiry e ON e.id = a.enquiry_id
WHERE NOT EXISTS (SELECT FROM enquiries_activity v WHERE v.voids_id = a.id) AND a.recorded_at <= now()
GROUP BY 1, 2, 3
"""


def monthly_return(rounds: int) -> dict:
    from django.db import connection
    from django.utils import timezone

    from reporting.measures import Period
    from reporting.returns import build_return

    period = Period.month(f"{timezone.now() - datetime.timedelta(days=31):%Y-%m}")

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(ONE_PASS)
            cursor.fetchall()

    few = max(3, rounds // 3)
    return row(
        "monthly return",
        median_ms(lambda: build_return(period, timezone.now()), few),
        median_ms(bare, few),
        "M01 to M26",
    )


def intake(rounds: int) -> dict:
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from enquiries.intake.services import receive_enquiry
    from tests import factories

    def take() -> None:
        receive_enquiry(intake=factories.intake())

    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        take()
        transaction.set_rollback(True)
    inserts = [query["sql"] for query in captured if query["sql"].startswith("INSERT")]

    def bare() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for sql in inserts:
                cursor.execute("SAVEPOINT bench")
                cursor.execute(sql.split(" RETURNING")[0])
                cursor.execute("ROLLBACK TO SAVEPOINT bench")

    return row("taking an enquiry in", median_ms(take, rounds), median_ms(bare, rounds), f"{len(captured)} statements")


def row(name: str, ours: float, floor: float, note: str) -> dict:
    return {
        "name": name,
        "ms": round(ours, 1),
        "floor_ms": round(floor, 1),
        "ratio": round(ours / floor, 2),
        "note": note,
    }


def show(rows: list[dict], enquiries: int) -> None:
    print(f"\n{'':<24}{'ours, ms':>10}{'floor, ms':>11}{'ratio':>8}")
    for one in rows:
        print(f"{one['name']:<24}{one['ms']:>10}{one['floor_ms']:>11}{one['ratio']:>8}   {one['note']}")
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    result = {
        "enquiries": enquiries,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "rows": rows,
    }
    (folder / "bench.json").write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nWritten to {folder / 'bench.json'}.")


if __name__ == "__main__":
    sys.exit(main())
