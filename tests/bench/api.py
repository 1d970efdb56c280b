"""Calls a second of a council's system: four clients against two workers. Among 1.4 million enquiries where that
database is there (tests/bench/region.py), else in the small one; row-level security, throttle, log and keys included.

What is called is what a case system does that keeps itself up to date as docs/api.md tells it to: of ten calls six ask
what has changed since the last time (following `next` to the end, then asking again with `as_at`: while others write
that fast, full pages of fifty), three read a record, one writes. Of six writes one accepts and five record a milestone,
each with its own key, on a referral that goes from waiting to the assessment.
"""

import datetime
import http.client
import json
import os
import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg

from tests.bench.accepting import CLIENTS, FIRST_NAMES, invented_name, some_number, together, web_server

LEAST_A_SECOND, MOST_P95_MS = 200, 100
LARGE = "hub_bench_1400000"
MIX = ("list", "list", "record", "list", "list", "write", "record", "list", "list", "record")
STEPS = ("accept", "initial_visit", "application_received", "stage1_started", "stage1_completed", "stage2_started")
CALLS, WARM_UP = 2000, 80


def rows(calls: int = CALLS) -> list[dict]:
    with _the_largest() as name:
        secret, accepted, fresh = _referrals((calls + WARM_UP) // len(MIX) // len(STEPS) + 2 * CLIENTS)
        with web_server() as port:
            clients = [Client(port, secret, accepted, fresh[start::CLIENTS]) for start in range(CLIENTS)]
            _ask(clients, WARM_UP)
            for client in clients:
                client.times.clear()
                client.listed = 0
            started = time.perf_counter()
            _ask(clients, calls)
            took = time.perf_counter() - started
    times: dict[str, list[float]] = {}
    for client in clients:
        for what, seconds in client.times:
            times.setdefault(what, []).append(seconds * 1000)
    rate, p95 = calls / took, _p95([one for each in times.values() for one in each])
    listed = sum(client.listed for client in clients) / max(1, len(times["list"]))
    said = f"at least {LEAST_A_SECOND} a second, at most {MOST_P95_MS} ms"
    each = ", ".join(f"{what} {_p95(some):.0f}" for what, some in sorted(times.items()))
    return [
        {
            "name": "calls of a council's system",
            "ms": round(p95, 1),
            "a_second": round(rate),
            "met": rate >= LEAST_A_SECOND and p95 < MOST_P95_MS,
            "note": f"p95 in {name}; of each: {each}; {listed:.0f} referrals to a list; {said}",
        }
    ]


class Client:
    """One of the clients: asks in the order of the mix, over one connection."""

    def __init__(self, port: int, secret: str, accepted: list[str], fresh: list[str]):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.mix, self.accepted = cycle(MIX), cycle(accepted)
        self.writes = iter([(reference, step) for reference in fresh for step in STEPS])
        self.begun = ""
        self.since, self.next_page, self.listed = quote(_now()), "", 0
        self.times: list[tuple[str, float]] = []
        self.faults: list[str] = []

    def ask(self, calls: int) -> None:
        for _ in range(calls):
            what = next(self.mix)
            method, address, body, headers = self._call(what)
            started = time.perf_counter()
            self.connection.request(method, f"/api/v1/handovers/{address}", body, headers)
            answer = self.connection.getresponse()
            said = answer.read()
            self.times.append((what, time.perf_counter() - started))
            if answer.status not in (200, 201):
                self.faults.append(f"{method} {address} {answer.status} {said[:200]!r}")
            elif what == "list":
                self._follow(said)

    def _follow(self, page: bytes) -> None:
        """After the last page it asks with the `as_at` of the first: what changed meanwhile is new next time."""
        self.listed += page.count(b'"state":')
        told = json.loads(
            b"{" + page[page.rindex(b'"next":') :]
        )  # not all of it: that is the council's work, elsewhere
        self.begun = self.begun if self.next_page else told["as_at"]
        self.next_page = f"?{urlsplit(told['next']).query}" if told["next"] else ""
        if not self.next_page:
            self.since = quote(self.begun)

    def _call(self, what: str) -> tuple[str, str, str | None, dict]:
        if what == "list":
            return "GET", self.next_page or f"?updated_since={self.since}", None, self.headers
        if what == "record":
            return "GET", f"{next(self.accepted)}/", None, self.headers
        reference, step = next(self.writes)
        headers = {**self.headers, "Idempotency-Key": uuid.uuid4().hex}
        if step == "accept":
            return "POST", f"{reference}/accept/", "{}", headers
        body = json.dumps({"kind": step, "occurred_on": _today()})
        return "POST", f"{reference}/milestones/", body, headers


def _ask(clients: list[Client], calls: int) -> None:
    together([lambda one=one: one.ask(calls // len(clients)) for one in clients])
    if faults := [fault for client in clients for fault in client.faults]:
        raise RuntimeError(f"{len(faults)} were not answered, the first: {faults[0]}")


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()


def _today() -> str:
    from hub.working_time import today

    return today().isoformat()


@contextmanager
def _the_largest() -> Iterator[str]:
    """The database to measure in, for us and for the web server; the one of before afterwards."""
    from tests.bench.region import region, use

    url = os.environ["DATABASE_URL"]
    before = urlsplit(url).path[1:]
    with psycopg.connect(url) as connection:
        there = connection.execute("SELECT FROM pg_database WHERE datname = %s", [LARGE]).fetchone() is not None
    name = region(int(LARGE.rpartition("_")[2])) if there else before
    changed = {"DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}")), "API_CALLS_A_MINUTE": "1000000000"}
    os.environ.update(changed)
    use(name)
    try:
        yield name
    finally:
        os.environ["DATABASE_URL"] = url
        use(before)


def _a_couple() -> list:
    """Others in every run, in a database that is kept: whoever asks twice is recognised."""
    from enquiries.intake.services import Person

    name = invented_name()
    first = Person(FIRST_NAMES[0], name, f"{uuid.uuid4().hex}@example.org", some_number())
    return [first, Person(FIRST_NAMES[1], name)]


def _referrals(fresh: int) -> tuple[str, list[str], list[str]]:
    """A token of Gateshead's, a page of referrals that it has accepted, and so many that wait for its answer."""
    from handover.services import answer_handover, send_handover
    from hub.api.services import issue_token
    from hub.models import Authority, Postcode
    from tests.factories import make_enquiry, someone

    gateshead = Authority.objects.get(gss_code="E08000037")
    lived_in = Postcode.objects.filter(authority_code=gateshead.gss_code).values_list("pk", flat=True)
    postcode = lived_in.first() or "NE8 1AA"
    token, secret = issue_token(name="Bench", authority=gateshead, scopes=["handovers:read", "handovers:write"], days=1)
    ready = [make_enquiry("ready", postcode=postcode, applicants=_a_couple()) for _ in range(fresh + 50)]
    made = [send_handover(enquiry=enquiry, authority=gateshead, by=someone("hub_worker")) for enquiry in ready]
    accepted = [answer_handover(handover=one, by=token.acts_as, answer="accepted") for one in made[fresh:]]
    return secret, [one.reference for one in accepted], [one.reference for one in made[:fresh]]
