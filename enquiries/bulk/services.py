"""The same thing for many enquiries: gathered, looked at, and done by the worker one by one, each by itself."""

import datetime
import time
from collections.abc import Iterator

import structlog
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from enquiries.bulk.works import WORKS, refuse_without_right
from enquiries.models import BulkItem, BulkRun, Enquiry, EnquiryQuerySet
from hub.audit import log_access
from hub.errors import Refused, violated_constraint
from hub.messages.services import tell
from hub.sweep import alone, end_of_sweep, while_time_lasts

log = structlog.get_logger(__name__)
MOST = 10_000
FEW = 50  # are done without a rest: somebody looks on
LONGEST_REST = 1.0  # in seconds
State, Of = BulkRun.State, BulkItem.State
_SAME_ADDRESS = "Somebody else in this list has the same address."


@transaction.atomic
def gather(*, by, work: str, details: dict, enquiries: EnquiryQuerySet, chosen: str) -> BulkRun:
    """Keep which enquiries it is about, those of the list at this moment, and have the worker look at each.

    `details` are those of `BulkRun.details`; `chosen` says in words which list it was. Nothing is done before
    `start_run`. `Refused` where the list is empty, longer than `MOST`, or the right is missing.
    """
    run = BulkRun(by=by, work=work, details=details, chosen=chosen[:254])
    refuse_without_right(run)
    keys = list(enquiries.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if not keys:
        raise Refused("There is nobody in this list.")
    if len(keys) > MOST:
        raise Refused(f"There are more than {MOST:,} in this list. Filter it, and do one part after the other.")
    run.save()
    BulkItem.objects.bulk_create([BulkItem(run=run, enquiry_id=key) for key in keys], batch_size=2_000)
    log_access(by=by, action="bulk_gathered", reference=f"bulk {run.pk}")
    _tell_the_worker()
    return run


@transaction.atomic
def start_run(*, run: BulkRun, by) -> BulkRun:
    """Do it to those that are ready. Asked for twice it is done once; `Refused` where there is nothing to do."""
    locked = BulkRun.objects.select_for_update().get(pk=run.pk)
    if locked.state in (State.RUNNING, State.DONE):
        return locked
    if locked.by_id != by.pk:
        raise Refused(f"{locked.by.name} began this. Make one of your own from the list.")
    if locked.state != State.CHECKED or not locked.items.filter(state=Of.READY).exists():
        raise Refused("There is nobody for whom it can be done.")
    refuse_without_right(locked)
    locked.state, locked.started_at = State.RUNNING, timezone.now()
    locked.save(update_fields=["state", "started_at"])
    log_access(by=by, action="bulk_started", reference=f"bulk {locked.pk}")
    _tell_the_worker()
    return locked


@transaction.atomic
def stop_run(*, run: BulkRun, by) -> BulkRun:
    """Do no more of it. What is done stays done; of the others each says that it was stopped."""
    locked = BulkRun.objects.select_for_update().get(pk=run.pk)
    if locked.state in (State.DONE, State.CANCELLED):
        return locked
    locked.items.filter(state__in=[Of.WAITING, Of.READY]).update(state=Of.SKIPPED, why=f"{by.name} stopped it.")
    locked.state, locked.finished_at = State.CANCELLED, timezone.now()
    locked.save(update_fields=["state", "finished_at"])
    return locked


def work_on_bulk() -> int:
    """Look at what was gathered and do what was started, oldest first; gives how many enquiries it went through.

    One process at a time and for a minute at the most: the next goes on where it ended. Safe to run at any time.
    """
    with alone("work_on_bulk") as ours:
        if not ours:
            return 0
        count, until = 0, end_of_sweep()
        for run in BulkRun.objects.to_do().select_related("by"):
            one, state, after = (_look_at, Of.WAITING, State.CHECKED)
            if run.state == State.RUNNING:
                one, state, after = (_do, Of.READY, State.DONE)
            items = run.items.filter(state=state).values_list("pk", flat=True)
            count += sum(one(run, pk) for pk in _with_rests(list(items), until))
            _move_on(run, state, after)
    if BulkRun.objects.to_do().exists():
        _tell_the_worker()  # there was no time for all, or one came meanwhile
    return count


def _with_rests(items: list[int], until: datetime.datetime) -> Iterator[int]:
    """The items while time lasts. After each of many a rest as long as it took, so that at most half a processor is
    ever kept from those who wait for a page: nobody waits for the last of thousands. Where it goes slowly because
    others are at work, it rests longer."""
    for item in while_time_lasts(items, until):
        started = time.monotonic()
        yield item
        if len(items) > FEW:
            time.sleep(min(time.monotonic() - started, LONGEST_REST))


def _move_on(run: BulkRun, state: str, after: str) -> None:
    """To its next state, once nothing of it is left in this one and nobody stopped it."""
    if not run.items.filter(state=state).exists():
        finished = {"finished_at": timezone.now()} if after == State.DONE else {}
        BulkRun.objects.filter(pk=run.pk, state=run.state).update(state=after, **finished)


def _look_at(run: BulkRun, pk: int) -> bool:
    still = BulkItem.objects.filter(pk=pk, state=Of.WAITING)
    try:
        look = WORKS[run.work].look(run, _item(pk).enquiry)
    except OperationalError:
        raise  # the database is away: the next sweep goes on
    except Exception:
        return _failed(still)
    if look.why:
        return bool(still.update(state=Of.SKIPPED, why=look.why[:254]))
    try:
        with transaction.atomic():
            return bool(still.update(state=Of.READY, person=look.person))
    except IntegrityError as fault:
        if violated_constraint(fault) != "bulk_item_once_per_person":
            raise
        return bool(still.update(state=Of.SKIPPED, why=_SAME_ADDRESS))


def _do(run: BulkRun, pk: int) -> bool:
    """One enquiry, in one transaction with its result: whatever dies between, it is done once or not at all."""
    ready = BulkItem.objects.filter(pk=pk, state=Of.READY)
    try:
        with transaction.atomic():
            still = ready.select_for_update(of=("self",))
            if not still.exists():
                return False
            run.by.refresh_from_db()
            refuse_without_right(run)
            enquiry = Enquiry.objects.visible_to(run.by).select_related("merged_into").get(pk=_item(pk).enquiry_id)
            if enquiry.merged_into is not None:  # where the household goes on may be in the list too
                raise Refused(f"It was merged into {enquiry.merged_into.reference} meanwhile.")
            work = WORKS[run.work]
            # An address may have changed since the count: nobody gets the same message twice from one list.
            if (person := work.look(run, enquiry).person) and person != _item(pk).person:
                still.update(person=person)
            work.do(run, enquiry)
            return bool(still.update(state=Of.DONE))
    except Refused as refusal:
        return bool(ready.update(state=Of.SKIPPED, why=str(refusal)[:254]))
    except IntegrityError as fault:
        if violated_constraint(fault) != "bulk_item_once_per_person":
            return _failed(ready)
        return bool(ready.update(state=Of.SKIPPED, why=_SAME_ADDRESS))
    except OperationalError:
        raise  # the database is away: the next sweep goes on
    except Exception:
        return _failed(ready)


def _failed(item) -> bool:
    """One that fails stops neither the others nor the runs behind it."""
    reference = item.values_list("enquiry__reference", flat=True).first()
    log.error("bulk_item_failed", reference=reference, exc_info=True)
    return bool(item.update(state=Of.FAILED, why="A fault of ours stopped it for this one. Do it on its own page."))


def _item(pk: int) -> BulkItem:
    return BulkItem.objects.select_related("enquiry__owner", "enquiry__held_by", "enquiry__merged_into").get(pk=pk)


def _tell_the_worker() -> None:
    from enquiries.jobs import work_on_bulk as task

    transaction.on_commit(lambda: tell(task), robust=True)
