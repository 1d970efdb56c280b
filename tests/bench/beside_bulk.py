"""How fast pages are while a message to 5,000 is worked off beside them, among 1.4 million enquiries: first each of the
5,000 is looked at, then each is written to, and what was written is sent.

The floor of each row is the same page in the same database before and after, when nothing else is done. What was
written is taken away again.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

ROUNDS = 60
MANY = 5000
TEMPLATE = "information_pack"
LONGEST_S = 300
_BULK, _SEND = "bulk", "send"


def rows() -> list[dict]:
    """In the database that is in use."""
    from enquiries.bulk.services import gather, start_run, stop_run
    from enquiries.models import BulkRun, Enquiry
    from tests.bench.casework import somebody

    worker, client = somebody()
    calls = _pages(client)
    before = _measured(calls)
    newest = Enquiry.objects.open().order_by("-pk").values_list("pk", flat=True)[:MANY]
    those = Enquiry.objects.filter(pk__in=list(newest))
    run = gather(
        by=worker, work="message", details={"template": TEMPLATE, "version": 1}, enquiries=those, chosen="newest"
    )
    try:
        with _worked_off():
            looked_at = _measured(calls)
            _wait_for(run, BulkRun.State.CHECKED)
            start_run(run=run, by=worker)
            written = _measured(calls)
            run.refresh_from_db()
            assert run.state == BulkRun.State.RUNNING, "It was worked off before the pages were measured."
            seconds = time.time() - run.started_at.timestamp()
            done = run.counts["done"]
            stop_run(run=run, by=worker)
    finally:
        _take_away(run)
    after = _measured(calls)
    print(f"  {done / seconds:.0f} written a second beside the pages", flush=True)
    alone = {name: before[name] + after[name] for name in calls}
    return [
        _row(f"{name}, {while_} 5,000", times[name], alone[name])
        for while_, times in (("looking at", looked_at), ("writing to", written))
        for name in calls
    ]


def _row(name: str, beside: list[float], alone: list[float]) -> dict:
    from tests.bench.casework import row

    return row(name, beside, alone)


def _pages(client) -> dict[str, list[Callable[[], object]]]:
    from enquiries.models import Applicant
    from tests.bench.casework import finding, page_for, references

    names = Applicant.objects.exclude(last_name="").order_by("-pk").values_list("last_name", flat=True)[:ROUNDS]
    return {
        "work list": [page_for(client, "/hub/?queue=us")] * ROUNDS,
        "enquiry page": [page_for(client, f"/hub/enquiries/{one}/") for one in references(ROUNDS)],
        "search": [finding(client, name) for name in names],
    }


def _measured(calls: dict[str, list[Callable[[], object]]]) -> dict[str, list[float]]:
    from tests.bench.casework import milliseconds

    for some in calls.values():
        for call in some[:5]:
            call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    for together in zip(*calls.values(), strict=True):
        for name, call in zip(calls, together, strict=True):
            times[name].append(milliseconds(call))
    return times


@contextmanager
def _worked_off() -> Iterator[None]:
    """Beside two processes, as many as the worker of docker-compose.yml has."""
    from django.db import connection

    url = urlsplit(os.environ["DATABASE_URL"])
    here = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.beside_bulk", what], env=os.environ | {"DATABASE_URL": here}
        )
        for what in (_BULK, _SEND)
    ]
    try:
        yield
    finally:
        for one in workers:
            one.terminate()
            one.wait()


def _wait_for(run, state: str) -> None:
    until = time.monotonic() + LONGEST_S
    while run.state != state and time.monotonic() < until:
        time.sleep(0.2)
        run.refresh_from_db()
    assert run.state == state, f"After {LONGEST_S} seconds the run is {run.state}."


def _take_away(run) -> None:
    """Nothing that was written stays in the region: facts are never deleted, and so no trigger may run."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        about = {"run": run.pk, "since": run.made_at, "keys": f"{TEMPLATE}:bulk-{run.pk}-%"}
        for statement in _TAKEN_AWAY:
            cursor.execute(statement, about)


_TAKEN_AWAY = (
    """
    DELETE FROM enquiries_activity WHERE kind = 'written' AND recorded_at >= %(since)s
        AND enquiry_id IN (SELECT enquiry_id FROM enquiries_bulkitem WHERE run_id = %(run)s)
    """,
    "DELETE FROM hub_message WHERE created_at >= %(since)s AND idempotency_key LIKE %(keys)s",
    "DELETE FROM enquiries_bulkitem WHERE run_id = %(run)s",
    "DELETE FROM enquiries_bulkrun WHERE id = %(run)s",
)


def work(what: str) -> None:
    """As the worker does it, until somebody ends us."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()
    from enquiries.bulk.services import work_on_bulk
    from hub.messages.services import send_due_messages

    do, pause = {_BULK: (work_on_bulk, 0.2), _SEND: (send_due_messages, 2)}[what]
    while True:
        do()
        time.sleep(pause)


if __name__ == "__main__":
    work(sys.argv[1])
