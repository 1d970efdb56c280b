"""Reporting among 1.4 million enquiries with 12 million facts (tests/bench/region.py).

The monthly return beside one hand-written pass over the same facts; every dashboard after it was first built; the
derived tables built anew and kept; the work list while twenty people look at dashboards beside it. By itself:
`python -m tests.bench reports`.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from tests.bench.pages import ONE_PASS
from tests.bench.region import SIZES, region, use

ROUNDS = 20
PEOPLE = 20
LOOKS_A_SECOND = 4  # each of the twenty opens another page every five seconds
MOST_MS = {"return": 3000, "dashboard": 300, "rebuild": 120_000}
MOST_MB = 400
MOST_RATIO = {"return": 1.5, "beside": 1.1}


def rows(size: int = SIZES[-1]) -> list[dict]:
    from django.db import connection

    before = connection.settings_dict["NAME"]
    use(region(size))
    measured = [_rebuilt(), _kept(), _return(), *_dashboards(), _beside_dashboards(), _memory()]
    use(before)
    return measured


def _rebuilt() -> dict:
    from django.db import connection

    from reporting.households.upkeep import rebuild

    started = time.perf_counter()
    read = rebuild()
    took = (time.perf_counter() - started) * 1000
    with connection.cursor() as cursor:
        for table in ("reporting_household", "reporting_referral"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    most = MOST_MS["rebuild"]
    return {"name": "derived tables anew", "ms": round(took), "met": took < most, "note": f"{read:,} read; {most} ms"}


def _kept() -> dict:
    """What the worker does every half minute, when a hundred facts were written since."""
    from django.db import connection, transaction
    from django.utils import timezone

    from enquiries.models import Activity, Enquiry
    from reporting.households.upkeep import catch_up

    times = []
    for _ in range(5):
        with transaction.atomic():
            some = Enquiry.objects.open().order_by("-pk")[:100]
            facts = [Activity(enquiry=one, kind="attempt", occurred_at=timezone.now()) for one in some]
            made = Activity.objects.bulk_create(facts)
        times.append(_milliseconds(catch_up))
        with transaction.atomic(), connection.cursor() as cursor:  # facts are never deleted: no trigger may run
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM enquiries_activity WHERE id = ANY(%s)", [[fact.pk for fact in made]])
    return {"name": "100 facts more", "ms": round(statistics.median(times)), "note": "brought into the derived tables"}


def _return() -> dict:
    from django.db import connection
    from django.utils import timezone

    from reporting.measures import MONTHLY, compute_lines
    from reporting.months import this_month

    period = this_month().earlier(months=1)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(ONE_PASS)
            cursor.fetchall()

    ours, floor = [], []
    for _ in range(4):
        ours.append(_milliseconds(lambda: compute_lines(MONTHLY, period, timezone.now())))
        floor.append(_milliseconds(bare))
    took, least = statistics.median(ours[1:]), statistics.median(floor[1:])
    return {
        "name": "monthly return",
        "ms": round(took),
        "floor_ms": round(least),
        "ratio": round(took / least, 2),
        "met": took < MOST_MS["return"] and took <= least * MOST_RATIO["return"],
        "note": f"M01 to M26; at most {MOST_MS['return']} ms and {MOST_RATIO['return']} times one pass",
    }


def _dashboards() -> Iterator[dict]:
    from reporting.dashboards.registry import DASHBOARDS

    client = _manager()
    for address in ("/reports/", *(f"/reports/dashboards/{one.slug}/" for one in DASHBOARDS)):
        print(f"  {address} …", flush=True)
        page = _page(client, address)
        first = _milliseconds(page)
        times = [_milliseconds(page) for _ in range(ROUNDS)]
        yield {
            "name": address.removeprefix("/reports").removeprefix("/dashboards"),
            "ms": round(_p95(times)),
            "median_ms": round(statistics.median(times)),
            "first_ms": round(first),
            "met": _p95(times) < MOST_MS["dashboard"],
            "note": f"p95 after the first build; at most {MOST_MS['dashboard']} ms",
        }


def _beside_dashboards() -> dict:
    work_list = _page(_manager(), "/hub/?queue=us")
    alone = [_milliseconds(work_list) for _ in range(3 + 2 * ROUNDS)][3:]
    with _people_looking():
        beside = [_milliseconds(work_list) for _ in range(3 + 2 * ROUNDS)][3:]
    took, least = statistics.median(beside), statistics.median(alone)
    return {
        "name": f"work list beside {PEOPLE} on dashboards",
        "ms": round(took, 1),
        "floor_ms": round(least, 1),
        "ratio": round(took / least, 2),
        "met": took <= least * MOST_RATIO["beside"],
        "note": f"medians; at most {MOST_RATIO['beside']} times",
    }


def _memory() -> dict:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"name": "memory, MB", "ms": most, "met": most < MOST_MB, "note": f"of this process; at most {MOST_MB}"}


def _manager():
    from django.test import Client

    from hub.models import User
    from tests.factories import someone

    client = Client()
    manager = User.objects.filter(role="hub_manager", is_active=True).first() or someone("hub_manager")
    client.force_login(manager, backend="hub.people.backends.ActiveUserBackend")
    return client


def _page(client, address: str) -> Callable[[], None]:
    def call() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)

    return call


@contextmanager
def _people_looking() -> Iterator[None]:
    from django.db import connection

    url = urlsplit(os.environ["DATABASE_URL"])
    here = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    people = subprocess.Popen([sys.executable, "-m", "tests.bench.reports"], env=os.environ | {"DATABASE_URL": here})
    try:
        time.sleep(5)
        yield
    finally:
        people.terminate()
        people.wait()


def look() -> None:
    """Open one dashboard after the other, as often as twenty people do, until somebody ends us."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    from reporting.dashboards.registry import DASHBOARDS

    client = _manager()
    while True:
        for one in DASHBOARDS:
            started = time.perf_counter()
            client.get(f"/reports/dashboards/{one.slug}/")
            time.sleep(max(0.0, 1 / LOOKS_A_SECOND - (time.perf_counter() - started)))


def _milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    look()
