"""What a council's people wait for in the portal among 1.4 million enquiries (tests/bench/region.py): their list, a
record, one that waits for their answer.

Each row is the 95th percentile of the server's time through the whole of Django, with row-level security; its floor is
the same, in turns with it, with the binding taken out. By itself: `python -m tests.bench portal`.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from tests.bench.region import SIZES, region, use

ROUNDS = 60
MOST_MS = 150
MOST_RATIO = 1.15


def rows(size: int = SIZES[-1]) -> list[dict]:
    from django.db import connection

    before = connection.settings_dict["NAME"]
    use(region(size))
    measured = [_row(name, calls) for name, calls in operations()]
    use(before)
    return measured


def _row(name: str, calls: list[Callable[[], None]]) -> dict:
    bound, unbound = [], []
    # Each once before: the first look at a referral is noted as its opening, which is no reading.
    for call in calls:
        call()
    for number, call in enumerate(calls):
        # In turns, who goes first as well: the second finds warm what the first has read.
        for with_it in (True, False) if number % 2 else (False, True):
            with nullcontext() if with_it else _nobody_bound():
                (bound if with_it else unbound).append(_milliseconds(call))
    # Of medians: in so few rounds the 95th percentile is one unlucky moment of either.
    ratio = statistics.median(bound) / statistics.median(unbound)
    return {
        "name": f"portal: {name}",
        "ms": round(_p95(bound), 1),
        "floor_ms": round(_p95(unbound), 1),
        "ratio": round(ratio, 2),
        "median_ms": round(statistics.median(bound), 1),
        "met": _p95(bound) < MOST_MS and ratio <= MOST_RATIO,
        "note": f"p95, at most {MOST_MS} ms; the ratio, of medians, at most {MOST_RATIO}",
    }


def operations() -> Iterator[tuple[str, list[Callable[[], None]]]]:
    """For each the council that has most of them."""
    yield "our referrals", _pages("completed", lambda _reference: "/portal/")
    yield "a record", _pages("accepted", lambda reference: f"/portal/{reference}/")
    yield "before accepting", _pages("sent", lambda reference: f"/portal/{reference}/")


def _pages(state: str, address: Callable[[str], str]) -> list[Callable[[], None]]:
    from django.db.models import Count
    from django.test import Client

    from handover.models import Handover
    from hub.models import Authority
    from tests.factories import someone

    some = Handover.objects.filter(state=state)
    most = some.values_list("authority").annotate(number=Count("pk")).order_by("-number")[0][0]
    client = Client()
    council = someone("authority_worker", Authority.objects.get(pk=most))
    client.force_login(council, backend="hub.people.backends.ActiveUserBackend")

    def page(reference: str) -> Callable[[], None]:
        def call() -> None:
            answer = client.get(address(reference))
            assert answer.status_code == 200, (reference, answer.status_code)

        return call

    theirs = some.filter(authority=most).order_by("-sent_at").values_list("reference", flat=True)[:ROUNDS]
    return [page(reference) for reference in theirs]


@contextmanager
def _nobody_bound() -> Iterator[None]:
    from hub.people import access

    bound_to = access.bound_to
    access.bound_to = lambda authority_id: nullcontext()
    try:
        yield
    finally:
        access.bound_to = bound_to


def _milliseconds(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
