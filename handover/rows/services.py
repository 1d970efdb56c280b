"""Dates by spreadsheet: the rows of a download are fixed first; of an upload each date stands or falls by itself."""

import datetime

import structlog
from django.db import OperationalError, transaction
from django.utils import timezone

from handover.milestones import AFTER, in_words, record_milestone, recorded
from handover.models import Handover
from handover.rows.models import MilestoneDownload, MilestoneUpload, MilestoneUploadRow
from handover.rows.reading import read_sheet
from hub.audit import log_access
from hub.errors import Refused
from hub.isolation import in_place_of_the_hub
from hub.messages.services import tell
from hub.models import Authority, User
from hub.sweep import alone, while_time_lasts
from hub.working_time import local_date

log = structlog.get_logger(__name__)

State, Result = MilestoneUpload.State, MilestoneUploadRow.Result
FORGOTTEN_AFTER = datetime.timedelta(days=7)  # what nobody decided about
ROWS_LAST = datetime.timedelta(days=28)  # long enough to mend what was not taken


@in_place_of_the_hub
@transaction.atomic
def fix_rows(*, by: User) -> MilestoneDownload:
    """Choose, once, the referrals that are with the person's authority now: the file is written from these."""
    authority = _authority_of(by)
    theirs = Handover.objects.visible_to(by).with_authority().values_list("pk", flat=True)
    made = MilestoneDownload.objects.create(authority=authority, handovers=list(theirs), made_by=by)
    log_access(by=by, action="milestones_downloaded", reference=f"download {made.pk}")
    return made


@in_place_of_the_hub
@transaction.atomic
def upload_rows(*, by: User, file_name: str, raw: bytes) -> MilestoneUpload:
    """Read a spreadsheet of dates; the worker says what would come of each, and nothing is taken before somebody has
    seen it. `Refused` where it is no such file. The file is not kept."""
    authority = _authority_of(by)
    sheet = read_sheet(raw)
    upload = MilestoneUpload.objects.create(
        authority=authority,
        uploaded_by=by,
        file_name="".join(one for one in file_name if one.isprintable()).strip()[-200:] or "A file without a name",
        left_aside=", ".join(sheet.left_aside)[:500],
    )
    MilestoneUploadRow.objects.bulk_create(
        MilestoneUploadRow(
            upload=upload,
            row=entry.row,
            reference=entry.reference,
            kind=entry.kind,
            occurred_on=entry.occurred_on,
            outcome=entry.outcome,
            places=entry.places,
            reason=entry.reason,
            result=Result.REFUSED if entry.fault else Result.UNDECIDED,
            said=entry.fault,
        )
        for entry in sheet.entries
    )
    log_access(by=by, action="milestones_uploaded", reference=f"upload {upload.pk}")
    _tell_the_worker()
    return upload


@in_place_of_the_hub
@transaction.atomic
def take_rows(*, upload: MilestoneUpload, by: User) -> MilestoneUpload:
    """Take what was checked. Asked for twice it is done once; `Refused` where there is nothing to take."""
    current = _theirs(upload, by)
    if current.state in (State.TAKING, State.DONE):
        return current
    if current.state != State.CHECKED or not current.rows.filter(result=Result.WOULD).exists():
        raise Refused(f"There is nothing to take of {current.file_name}.")
    current.state = State.TAKING
    current.save(update_fields=["state"])
    _tell_the_worker()
    return current


@in_place_of_the_hub
@transaction.atomic
def leave_rows(*, upload: MilestoneUpload, by: User) -> MilestoneUpload:
    """Forget what was uploaded, before anything of it is taken."""
    current = _theirs(upload, by)
    if current.state not in (State.CHECKING, State.CHECKED):
        raise Refused(f"{current.file_name} cannot be left out any more: {current.get_state_display().lower()}.")
    _finish(current, State.CANCELLED)
    current.rows.all().delete()
    return current


def work_on_uploads() -> int:
    """Try or take what waits; gives how many uploads it finished with. Safe to run at any time, twice: a worker that
    dies leaves the dates that it took taken, and the others to the next."""
    with alone("work_on_uploads") as ours:
        if not ours:
            return 0
        _forget_what_is_old()
        waiting = MilestoneUpload.objects.filter(state__in=MilestoneUpload.TO_DO).select_related("uploaded_by")
        return sum(_worked_on(upload) for upload in while_time_lasts(list(waiting.order_by("pk"))))


def _worked_on(upload: MilestoneUpload) -> bool:
    taking = upload.state == State.TAKING
    looked_for = Result.WOULD if taking else Result.UNDECIDED
    groups: dict[str, list[MilestoneUploadRow]] = {}
    for row in upload.rows.filter(result=looked_for):
        groups.setdefault(row.reference, []).append(row)
    for rows in while_time_lasts(groups.values()):
        rows.sort(key=lambda row: (list(AFTER).index(row.kind), row.row))
        _take(upload, rows) if taking else _try(upload, rows)
    with transaction.atomic():
        current = MilestoneUpload.objects.select_for_update().get(pk=upload.pk)
        if current.state != upload.state or current.rows.filter(result=looked_for).exists():
            return False
        if taking:
            _finish(current, State.DONE)
        else:
            current.state = State.CHECKED
            current.save(update_fields=["state"])
    return True


def _take(upload: MilestoneUpload, rows: list[MilestoneUploadRow]) -> None:
    for row in rows:
        with transaction.atomic():  # the date, and that it was taken
            # Another worker that was thought dead may have come first.
            waits = MilestoneUploadRow.objects.select_for_update().filter(pk=row.pk, result=Result.WOULD)
            if waits.exists():
                row.result, row.said = _record(row, upload.uploaded_by, taken=Result.TAKEN)
                row.save(update_fields=["result", "said"])


class _OnlyTried(Exception):
    """Takes back everything that was tried."""


def _try(upload: MilestoneUpload, rows: list[MilestoneUploadRow]) -> None:
    """All dates of one referral in a transaction that is taken back: a later one may stand on an earlier one."""
    try:
        with transaction.atomic():
            for row in rows:
                row.result, row.said = _record(row, upload.uploaded_by, taken=Result.WOULD)
            raise _OnlyTried
    except _OnlyTried:
        MilestoneUploadRow.objects.bulk_update(rows, ["result", "said"])


def _record(
    row: MilestoneUploadRow, by: User, *, taken: MilestoneUploadRow.Result
) -> tuple[MilestoneUploadRow.Result, str]:
    """What comes of one date, and why. A refusal, or a fault of ours, takes back this date and no other."""
    handover = Handover.objects.visible_to(by).with_enquiry().filter(reference=row.reference).first()
    if handover is None:
        return Result.REFUSED, f"There is no referral {row.reference} with you."
    try:
        with transaction.atomic():
            if handover.shows_full_record and (there := recorded(handover.enquiry).get(row.kind)):
                same = (local_date(there.occurred_at), there.outcome, there.places, there.reason)
                if same == (row.occurred_on, row.outcome, row.places, row.reason):
                    return Result.ALREADY, ""
                raise Refused(f"It is recorded already, on {in_words(there)}. Correct it on the referral’s own page.")
            assert row.occurred_on is not None  # what has no date is refused as it is read
            record_milestone(
                handover=handover, by=by, kind=row.kind, occurred_on=row.occurred_on, outcome=row.outcome,
                places=row.places, reason=row.reason,
            )  # fmt: skip
    except Refused as refusal:
        return Result.REFUSED, str(refusal)[:300]
    except OperationalError:
        raise  # the database is away: the next sweep goes on with this row
    except Exception as fault:
        log.error("milestone_row_failed", rows=row.pk, fault=type(fault).__name__)
        return Result.REFUSED, "A fault of ours kept it from being taken. Try again, or tell the hub."
    return taken, ""


def _forget_what_is_old() -> None:
    now = timezone.now()
    undecided = MilestoneUpload.objects.filter(state=State.CHECKED, uploaded_at__lt=now - FORGOTTEN_AFTER)
    for pk in undecided.values_list("pk", flat=True):
        with transaction.atomic():
            # Whoever takes it at this moment decided after all.
            upload = undecided.select_for_update(skip_locked=True).filter(pk=pk).first()
            if upload is not None:
                _finish(upload, State.CANCELLED)
                upload.rows.all().delete()
    MilestoneUploadRow.objects.filter(upload__finished_at__lt=now - ROWS_LAST).delete()


def _finish(upload: MilestoneUpload, state: MilestoneUpload.State) -> None:
    upload.state, upload.finished_at = state, timezone.now()
    upload.save(update_fields=["state", "finished_at"])


def _authority_of(by: User) -> Authority:
    if by.authority is None or not by.can("record_assessment"):
        raise Refused("Only a council's team may do this.")
    return by.authority


def _theirs(upload: MilestoneUpload, by: User) -> MilestoneUpload:
    current = MilestoneUpload.objects.select_for_update().filter(pk=upload.pk, authority=_authority_of(by)).first()
    if current is None:
        raise Refused("This file is not there any more.")
    return current


def _tell_the_worker() -> None:
    from handover.tasks import work_on_uploads as task

    transaction.on_commit(lambda: tell(task), robust=True)
