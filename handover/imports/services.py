"""A file of past enquiries in the browser: kept, tried by the worker, imported by the worker, and gone."""

import datetime
import hashlib

import structlog
from django.db import Error, transaction
from django.db.models import F
from django.utils import timezone

from enquiries.intake.past import Outcome, import_past_enquiries
from enquiries.intake.past_file import read_table
from handover.imports.models import PastImport
from handover.imports.report import lines_of
from handover.services import adopt_history
from hub.audit import log_access
from hub.errors import Refused
from hub.messages.services import tell
from hub.models import User
from hub.sweep import LASTS, alone, while_time_lasts

log = structlog.get_logger(__name__)

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 100_000
# What nobody decided about, and the names in reports, are kept no longer than somebody needs to mend the rows.
FORGOTTEN_AFTER = datetime.timedelta(days=7)
REPORTS_LAST = datetime.timedelta(days=28)
_CHECK = "Check that it is saved as “CSV UTF-8”."
State = PastImport.State


@transaction.atomic
def upload_past(*, by: User, file_name: str, raw: bytes) -> PastImport:
    """Keep a CSV file of past enquiries (docs/importing.md); the worker tries it and says what would come of it.

    `Refused` where it is no such file, is larger than `LARGEST` bytes or has more than `MOST_ROWS` rows: for those
    there is the command. Nothing is imported before somebody has seen the result.
    """
    if len(raw) > LARGEST:
        raise Refused(f"The file is larger than {LARGEST // 1024 // 1024} MB. Split it, and upload the parts.")
    rows = len(read_table(raw).records)
    if rows > MOST_ROWS:
        raise Refused(f"The file has {rows:,} rows. Split it into parts of at most {MOST_ROWS:,}.")
    if not rows:
        raise Refused(f"The file has a header and no rows. {_CHECK}")
    job = PastImport.objects.create(
        file_name=_name_of(file_name),
        content=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        uploaded_by=by,
        rows=rows,
    )
    log_access(by=by, action="import_uploaded", reference=_reference(job))
    _tell_the_worker()
    return job


@transaction.atomic
def start_import(*, job: PastImport, by: User) -> PastImport:
    """Import what was checked. Asked for twice it is done once; `Refused` where there is nothing to import."""
    current = PastImport.objects.select_for_update().get(pk=job.pk)
    if current.state in (State.IMPORTING, State.DONE):
        return current
    if current.state != State.CHECKED or not current.imported:
        raise Refused(f"There is nothing to import of {current.file_name}: {current.get_state_display().lower()}.")
    current.lines.all().delete()
    current.state, current.done_rows = State.IMPORTING, 0
    current.imported = current.already_there = current.bad = current.before_received = 0
    current.started_at, current.started_by = timezone.now(), by
    current.save()
    log_access(by=by, action="import_started", reference=_reference(current))
    _tell_the_worker()
    return current


@transaction.atomic
def cancel_import(*, job: PastImport, by: User) -> PastImport:
    """Forget the file before anything of it is imported; that it was there, and who brought it, is kept."""
    current = PastImport.objects.select_for_update().get(pk=job.pk)
    if current.state not in (State.CHECKING, State.CHECKED):
        raise Refused(f"{current.file_name} cannot be left out any more: {current.get_state_display().lower()}.")
    _finish(current, State.CANCELLED)
    current.lines.all().delete()
    log_access(by=by, action="import_cancelled", reference=_reference(current))
    return current


def work_on_imports() -> int:
    """Try or import what waits, one file after the other; gives how many it finished. Safe to run at any time, twice.

    One process at a time, and in slices: what is broken off, by time or by a worker that dies, goes on after the last
    hundred rows that were stored. A fault of ours ends that file alone, and the page says so.
    """
    with alone("work_on_imports") as ours:
        if not ours:
            return 0
        _forget_what_is_old()
        waiting = PastImport.objects.filter(state__in=PastImport.TO_DO).order_by("uploaded_at")
        finished = sum(_worked_on(pk) for pk in while_time_lasts(list(waiting.values_list("pk", flat=True))))
    if PastImport.objects.filter(state__in=PastImport.TO_DO).exists():
        _tell_the_worker()  # there was no time for all, or one came meanwhile
    return finished


class _NoLongerOurs(Exception):
    """Somebody decided otherwise meanwhile."""


def _worked_on(pk: int) -> bool:
    """Whether the file is finished, one way or another."""
    job = PastImport.objects.get(pk=pk)
    work = {State.CHECKING: _check, State.IMPORTING: _import}.get(State(job.state))
    if work is None:
        return False
    try:
        return work(job)
    except _NoLongerOurs:
        return False
    except Error:
        raise  # the database is away: what is stored stays, and the next sweep goes on
    except Refused as refusal:
        return _end(job, State.REFUSED, why=str(refusal))
    except Exception as fault:
        log.error("import_stopped", past_import=job.pk, fault=type(fault).__name__)
        return _end(job, State.STOPPED, why=f"A fault of ours stopped it after row {job.done_rows + 1}.")


def _check(job: PastImport) -> bool:
    """What would come of it: begun again from the first row where it was broken off, for it is quick."""

    def after_part(part: Outcome, done: int) -> None:
        if done % 1000 == 0:
            _still_ours(job, done_rows=done)

    job.lines.all().delete()
    outcome = import_past_enquiries(raw=_file_of(job), dry_run=True, after_part=after_part)
    with transaction.atomic():
        _still_ours(
            job,
            state=State.CHECKED,
            done_rows=outcome.rows,
            unknown_columns=", ".join(outcome.unknown_columns).replace("\x00", "�"),
            still_open=outcome.still_open,
            late_at_once=outcome.late_at_once,
            **_counts(outcome),
        )
        job.lines.bulk_create(_lines(job, outcome), batch_size=1000)
    return True


def _import(job: PastImport) -> bool:
    """Import what is left of it, for as long as a slice lasts; whether that was all."""
    ends = timezone.now() + LASTS

    def after_part(part: Outcome, done: int) -> bool:
        """In the transaction in which these rows came in: what is counted is what is there."""
        grown = {name: F(name) + number for name, number in _counts(part).items()}
        _still_ours(job, done_rows=done, **grown)
        job.lines.bulk_create(_lines(job, part))
        return timezone.now() > ends

    import_past_enquiries(
        raw=_file_of(job),
        after_each=lambda enquiry: adopt_history(enquiry=enquiry),
        begin_after=job.done_rows,
        after_part=after_part,
    )
    return job.done_rows == job.rows and _end(job, State.DONE)


def _file_of(job: PastImport) -> bytes:
    return bytes(job.content or b"")


def _still_ours(job: PastImport, *, done_rows: int, **changes) -> None:
    """Write how far it is, as long as nobody cancelled it, or another process is further, meanwhile."""
    as_we_left_it = PastImport.objects.filter(pk=job.pk, state=job.state, done_rows=job.done_rows)
    if not as_we_left_it.update(done_rows=done_rows, **changes):
        raise _NoLongerOurs
    job.done_rows = done_rows


def _counts(outcome: Outcome) -> dict[str, int]:
    return {
        "imported": outcome.imported,
        "already_there": len(outcome.already_there),
        "bad": len(outcome.bad),
        "before_received": len(outcome.before_received),
    }


def _lines(job: PastImport, outcome: Outcome) -> list:
    lines = list(lines_of(outcome))
    for line in lines:
        line.past_import = job
    return lines


def _end(job: PastImport, state: PastImport.State, why: str = "") -> bool:
    PastImport.objects.filter(pk=job.pk, state=job.state).update(
        state=state, content=None, finished_at=timezone.now(), why=why[:254]
    )
    return True


def _finish(job: PastImport, state: PastImport.State) -> None:
    job.state, job.content, job.finished_at = state, None, timezone.now()
    job.save(update_fields=["state", "content", "finished_at"])


def _forget_what_is_old() -> None:
    """Files that nobody decided about, and reports that have served."""
    now = timezone.now()
    for job in PastImport.objects.filter(state=State.CHECKED, uploaded_at__lt=now - FORGOTTEN_AFTER):
        _finish(job, State.CANCELLED)
    done = PastImport.objects.filter(finished_at__lt=now - REPORTS_LAST, lines__isnull=False).distinct()
    for job in done:
        job.lines.all().delete()


def _name_of(file_name: str) -> str:
    """What the file was called, without what a name should not hold."""
    name = "".join(character for character in file_name if character.isprintable()).strip()
    return name[-254:] or "A file without a name"


def _reference(job: PastImport) -> str:
    return f"import {job.pk}"


def _tell_the_worker() -> None:
    from handover.tasks import work_on_imports as task

    transaction.on_commit(lambda: tell(task), robust=True)
