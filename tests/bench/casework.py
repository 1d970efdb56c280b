"""What a hub's day takes among ten thousand enquiries and among 1.4 million (tests/bench/region.py): the work list, an
enquiry's page, finding somebody, logging a call; then the pages while a message to 5,000 is worked off beside them.

Each row is the 95th percentile of the server's time through the whole of Django; its floor is the same at the smaller
size, asked in turns with it, so that whatever else the machine does falls on both. By itself:
`python -m tests.bench casework`; `--anew` makes the databases again.
"""

import html
import math
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest

from tests.bench import beside_bulk
from tests.bench.region import SIZES, region
from tests.bench.sought import alike, sought

ROUNDS = 40
WARM_UP = 5
MOST_MS = {"log a call": 100, "queue a message to 5,000": 5000}
MOST_PAGE_MS = 150
MOST_RATIO = 1.3
Calls = list[Callable[[], object]]


def rows(sizes: tuple[int, ...] = SIZES, *, anew: bool = False) -> list[dict]:
    """One row for each operation, at the largest size beside the smallest."""
    small, large = (_connected(region(size, anew=anew)) for size in (sizes[0], sizes[-1]))
    measured = []
    with using(small):
        few, sought_few = dict(operations()), sought()
    with using(large):
        many, sought_many = dict(operations()), sought()
    sought_few, sought_many = alike(sought_few, sought_many, most=ROUNDS)
    with using(small):
        few |= searches(sought_few)
    with using(large):
        many |= searches(sought_many)
    for name in many:
        print(f"  {name} …", flush=True)
        measured.append(row(name, *_in_turns((large, many[name]), (small, few[name]))))
    with using(large):
        measured += beside_bulk.rows()
    for hub in (small, large):
        hub.close()
    return measured


def _connected(name: str):
    """A connection of its own to this database of the same server."""
    from django.db import connection

    hub = connection.copy()
    hub.settings_dict["NAME"] = name
    return hub


@contextmanager
def using(hub) -> Iterator[None]:
    """Meanwhile Django speaks to the database by this connection, which stays open."""
    from django.db import connections

    before = connections["default"]
    connections["default"] = hub
    try:
        yield
    finally:
        connections["default"] = before


def _in_turns(*both: tuple) -> list[list[float]]:
    """The milliseconds of each call, of two hubs one after the other, when the first few have warmed both up."""
    for hub, calls in both:
        with using(hub):
            for call in calls[:WARM_UP]:
                call()
    times: list[list[float]] = [[], []]
    for pair in zip_longest(*(calls for _hub, calls in both)):
        for place, call in enumerate(pair):
            if call is not None:
                with using(both[place][0]):
                    times[place].append(milliseconds(call))
    return times


def milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def p95(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.95) - 1]


def row(name: str, large: list[float], small: list[float]) -> dict:
    most = MOST_MS.get(name, MOST_PAGE_MS)
    ratio = p95(large) / p95(small)
    return {
        "name": name,
        "ms": round(p95(large), 1),
        "floor_ms": round(p95(small), 1),
        "ratio": round(ratio, 2),
        "median_ms": round(statistics.median(large), 1),
        "floor_median_ms": round(statistics.median(small), 1),
        "met": p95(large) < most and ratio <= MOST_RATIO,
        "note": f"p95 of {len(large)}; at most {most} ms and {MOST_RATIO} times",
    }


def somebody() -> tuple:
    """A worker of the hub, and the browser in which they are signed in."""
    from django.test import Client

    from hub.models import User

    client = Client()
    worker = User.objects.filter(email__startswith="worker", email__endswith="@bench.example.org").first()
    client.force_login(worker, backend="hub.people.backends.ActiveUserBackend")
    return worker, client


def page_for(client, address: str) -> Callable[[], None]:
    def call() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)

    return call


def operations() -> Iterator[tuple[str, Calls]]:
    """Everything but the search, by name, in the database that is in use."""
    from enquiries.casework.orders import ORDERS
    from enquiries.casework.queues import QUEUES

    worker, client = somebody()

    def page(address: str) -> Callable[[], None]:
        return page_for(client, address)

    for queue in QUEUES:
        if worker.can(queue.right):
            yield f"list: {queue.label}", [page(f"/hub/?queue={queue.code}")] * ROUNDS
    for name in ORDERS:
        yield f"sorted: {name}", [page(f"/hub/?queue=open&sort={name}")] * ROUNDS
    for name, asked in FILTERED.items():
        yield f"filtered: {name}", [page(f"/hub/?queue=open&{asked.format(council=_council())}")] * ROUNDS
    for sort in ("due", "-received"):
        yield f"page 5 by {sort}", [page(_deep(client, f"/hub/?queue=open&sort={sort}", 4))] * ROUNDS
    yield "enquiry page", [page(f"/hub/enquiries/{reference}/") for reference in references(100)]
    yield "log a call", _calls(client)
    yield "queue a message to 5,000", [_queueing(worker)] * 4


FILTERED = {
    "an owner": "owner=me", "council and stages": "council={council}&stage=new&stage=in_touch",
    "never spoken with, a rule": "only=never&only=safe", "an interpreter, newest": "only=interpreter&sort=-received",
    "source and channel": "source=event&channel=phone", "campaign": "campaign=campaign-7",
    "received": "received_from=1/1/2026",
}  # fmt: skip


def _council() -> str:
    """The one for which most are new."""
    from django.db.models import Count

    from enquiries.models import Enquiry

    by_council = Enquiry.objects.new().exclude(authority=None).values_list("authority__gss_code")
    return by_council.annotate(number=Count("pk")).order_by("-number").first()[0]


def _deep(client, address: str, pages: int) -> str:
    for _ in range(pages):
        following = re.search(r'href="([^"]+after=[^"]+)"', client.get(address).content.decode())
        if following is None:  # the smaller size has no more pages
            break
        address = html.unescape(following[1])
    return address


def references(number: int) -> list[str]:
    """Some open enquiries, and as many closed ones from all years."""
    from enquiries.models import Enquiry

    opened = Enquiry.objects.open().order_by("-pk").values_list("reference", flat=True)[: number // 2]
    last = Enquiry.objects.order_by("-pk").values_list("pk", flat=True).first()
    first = Enquiry.objects.order_by("pk").values_list("pk", flat=True).first()
    spread = [first + (last - first) * place // number for place in range(number // 2)]
    closed = Enquiry.objects.filter(pk__in=spread).values_list("reference", flat=True)
    return [*opened, *closed]


def searches(texts: dict[str, list[str]]) -> Iterator[tuple[str, Calls]]:
    """The search for each of these texts, by name, in the database that is in use."""
    _worker, client = somebody()
    for kind, some in texts.items():
        yield f"find by {kind}", [finding(client, text) for text in some]


def finding(client, text: str) -> Callable[[], None]:
    """Posted, and the list that it leads to: what a worker waits for."""

    def call() -> None:
        assert client.post("/hub/find/", {"q": text}, follow=False).status_code == 302
        assert client.get("/hub/find/").status_code == 200

    return call


def _calls(client) -> list[Callable[[], None]]:
    """Of as many enquiries as rounds, each with one call in vain, posted as the page posts it."""
    from enquiries.models import Enquiry

    some = Enquiry.objects.open().filter(stage="in_touch", on_hold=False, callback_at=None).order_by("pk")

    def posting(enquiry: Enquiry) -> Callable[[], None]:
        def call() -> None:
            enquiry.refresh_from_db(fields=["version"])
            typed = {"outcome": "no_answer", "version": enquiry.version}
            answer = client.post(f"/hub/enquiries/{enquiry.reference}/call/", typed)
            assert answer.status_code == 302, answer.content[:2000]

        return call

    return [posting(enquiry) for enquiry in some[: ROUNDS * 2]]


def _queueing(worker) -> Callable[[], None]:
    """The newest, kept as those to write to; undone again, so that no worker sets about them."""
    from django.db import transaction

    from enquiries.bulk.services import gather
    from enquiries.models import Enquiry

    newest = list(Enquiry.objects.order_by("-pk").values_list("pk", flat=True)[:5000])

    def call() -> None:
        with transaction.atomic():
            those = Enquiry.objects.filter(pk__in=newest)
            gather(by=worker, work="message", details={"template": "news", "version": 1}, enquiries=those, chosen="all")
            transaction.set_rollback(True)

    return call
