"""Enquiries accepted per second: the final POST of the form, by four clients against two workers; and its floor, the
same inserts and commits by psycopg alone with as many connections."""

import http.client
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from functools import cache

import psycopg

from tests.bench.measured import median_ms, row

CLIENTS, WORKERS = 4, 2
FIRST_NAMES = (
    "Amina Tom Grace Oliver Zofia Piotr Chidi Ngozi Siobhan Declan Mei Wei Fatima Yusuf Joanne Keith Lauren Callum "
    "Priya Arjun Denise Barry Shanice Leon Bethan Huw Morag Angus Leila Omar"
).split()
_INSERT = re.compile(r'INSERT INTO "(\w+)" \(([^)]*)\)')


def rows(count: int = 1200) -> list[dict]:
    """The service alone beside the same inserts bare, one after another; then the whole POST, many at once."""
    drafts = make_drafts(count + CLIENTS * 10)
    statements = inserts_of_one_enquiry()
    with web_server() as port:
        warm, measured = drafts[: CLIENTS * 10], drafts[CLIENTS * 10 :]
        accept(port, warm)
        started = time.perf_counter()
        times = accept(port, measured)
        took = time.perf_counter() - started
    bare = bare_rate(statements, count)
    rate, p95 = count / took, statistics.quantiles(times, n=20)[-1] * 1000
    median = statistics.median(times) * 1000
    note = f"{rate:.0f} a second (bare inserts {bare:.0f}); final POST: p95 {p95:.1f} ms, median {median:.1f}"
    return [
        service_beside_bare(statements),
        {
            "name": "enquiries accepted by HTTP",
            "ms": round(1000 / rate, 2),
            "floor_ms": round(1000 / bare, 2),
            "ratio": round(bare / rate, 2),
            "note": note,
        },
    ]


def service_beside_bare(statements: list[tuple[str, list]], rounds: int = 200) -> dict:
    """`receive_enquiry`, the full transaction, and the same rows by psycopg with the same commit."""
    from enquiries.intake.services import receive_enquiry

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:

        def bare() -> None:
            insert(connection, statements)
            connection.commit()

        ours = median_ms(lambda: receive_enquiry(intake=an_intake(), idempotency_key=uuid.uuid4().hex), rounds)
        return row("an enquiry taken in", ours, median_ms(bare, rounds), f"{len(statements)} inserts")


def an_intake():
    """What a couple in Gateshead delivers whom nobody knows yet."""
    from enquiries.intake.services import Person
    from tests import factories

    first = Person(random.choice(FIRST_NAMES), invented_name(), f"{uuid.uuid4().hex}@example.org", some_number())
    second = Person(random.choice(FIRST_NAMES), invented_name())
    return factories.intake(applicants=[first, second], postcode=random.choice(some_postcodes()))


@cache
def some_postcodes() -> list[str]:
    """Of Gateshead, in no order."""
    from hub.models import Postcode

    return list(Postcode.objects.filter(authority_code="E08000037").order_by("easting").values_list("pk", flat=True))


def some_number() -> str:
    return f"+447700{random.randrange(10**6):06d}"


def make_drafts(count: int) -> list[str]:
    """Sessions that hold a complete draft each, of different people; gives their keys."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.test import Client
    from django.utils import timezone

    from tests.enquiries.intake.conftest import Visitor

    visitor = Visitor(Client())
    visitor.fill().client.get("/enquire/check-answers/")
    kept = visitor.client.session["enquiry_draft"]
    sessions, expires = [], timezone.now() + timezone.timedelta(hours=6)
    for _ in range(count):
        people = [
            {**person, "first_name": random.choice(FIRST_NAMES), "last_name": invented_name()}
            for person in kept["checked"]["applicants"]
        ]
        people[0] |= {"email": f"{uuid.uuid4().hex}@example.org", "phone": some_number()}
        checked = {**kept["checked"], "applicants": people, "postcode": random.choice(some_postcodes())}
        draft = {**kept, "id": f"web-{uuid.uuid4().hex}", "checked": checked}
        store = SessionStore()
        session = Session(
            session_key=store._get_new_session_key(), session_data=store.encode({"enquiry_draft": draft}),
            expire_date=expires,
        )  # fmt: skip
        sessions.append(session)
    Session.objects.bulk_create(sessions, batch_size=500)
    return [session.session_key for session in sessions]


def invented_name() -> str:
    """Nobody's: so that hardly anybody shares a key with somebody else."""
    return "".join(random.choice(pair) for pair in ("bdfghklmnprst", "aeiou") * 4).title()


class web_server:
    """gunicorn with two workers, as the demo and the image run it; stopped when done."""

    def __enter__(self) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = ["gunicorn", "hub.wsgi", f"--workers={WORKERS}", "--threads=4", f"--bind=127.0.0.1:{port}"]
        environment = {**os.environ, "ALLOWED_HOSTS": "127.0.0.1", "BASE_URL": f"http://127.0.0.1:{port}"}
        self.process = subprocess.Popen([sys.executable, "-m", *command, "--log-level=error"], env=environment)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return port
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("The web server did not start.")

    def __exit__(self, *_fault) -> None:
        self.process.terminate()
        self.process.wait(20)


def accept(port: int, drafts: list[str]) -> list[float]:
    """Send every draft, by as many clients at once as are said; gives what each took, in seconds."""
    times: list[float] = []
    faults: list[str] = []

    def client(keys: list[str]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        csrf = "a" * 32
        for key in keys:
            headers = {
                "Cookie": f"sessionid={key}; csrftoken={csrf}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{port}",
            }
            started = time.perf_counter()
            connection.request("POST", "/enquire/check-answers/", f"csrfmiddlewaretoken={csrf}", headers)
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - started)
            if answer.status != 302 or not answer.headers["Location"].endswith("/enquire/sent/"):
                faults.append(f"{answer.status} {answer.headers.get('Location')}")

    together([lambda keys=drafts[start::CLIENTS]: client(keys) for start in range(CLIENTS)])
    if faults:
        raise RuntimeError(f"{len(faults)} were not accepted, the first with {faults[0]}")
    return times


def together(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def inserts_of_one_enquiry() -> list[tuple[str, list]]:
    """The INSERT statements of one enquiry that is taken in, with their parameters, savepoints left aside."""
    from django.db import connection

    from enquiries.intake.services import receive_enquiry

    said: list[tuple[str, list]] = []

    def listen(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith("INSERT"):
            said.append((sql, list(params)))
        return answer

    with connection.execute_wrapper(listen):
        enquiry = receive_enquiry(intake=an_intake(), idempotency_key=f"bench-{uuid.uuid4().hex}")
    received = enquiry.activities.get(kind="received")
    fresh = {
        received.pk: "%fact%",
        enquiry.pk: "%enquiry%",
        enquiry.reference: "%reference%",
        enquiry.idempotency_key: "%key%",
    }
    return [(sql, [_marked(value, fresh) for value in params]) for sql, params in said]


def _marked(value, fresh: dict):
    """What must differ from one enquiry to the next is marked; a list (UNNEST) member by member."""
    if isinstance(value, list):
        return [_marked(one, fresh) for one in value]
    if isinstance(value, str) and value not in fresh:
        for old, mark in fresh.items():
            value = value.replace(old, mark) if isinstance(old, str) else value
        return value
    return fresh.get(value, value) if isinstance(value, int | str) and not isinstance(value, bool) else value


def bare_rate(statements: list[tuple[str, list]], count: int) -> float:
    """How many of the same transactions psycopg makes in a second, with as many connections as there were clients."""

    def client() -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=False) as connection:
            for _ in range(count // CLIENTS):
                insert(connection, statements)
                connection.commit()

    started = time.perf_counter()
    together([client] * CLIENTS)
    return (count // CLIENTS) * CLIENTS / (time.perf_counter() - started)


def insert(connection, statements: list[tuple[str, list]]) -> None:
    made: dict = {"%reference%": uuid.uuid4().hex[:12], "%key%": f"bare-{uuid.uuid4().hex}", "%enquiry%": None}
    for sql, params in statements:
        answer = connection.execute(sql, [_filled(value, made) for value in params])
        returned = answer.fetchone() if answer.description else None
        if '"enquiries_enquiry"' in sql[:40] and returned:
            made["%enquiry%"] = returned[0]
        if '"enquiries_activity"' in sql[:40] and returned:
            made["%fact%"] = returned[0]


def _filled(value, made: dict):
    if isinstance(value, list):
        return [_filled(one, made) for one in value]
    if isinstance(value, str) and "%" in value:
        if value in made:
            return made[value]
        for mark in ("%reference%", "%key%"):
            value = value.replace(mark, made[mark])
    return value
