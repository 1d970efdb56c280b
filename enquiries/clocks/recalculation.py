"""Every open clock worked out again: when a holiday, a closure, the opening hours or a standard has changed.

The row of the run is written with the change itself; a worker does the work in batches, each in a transaction of its
own that also says how far it is. Broken off, it goes on there; done twice, nothing comes of it.
"""

import datetime
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from enquiries.journey import CLOCKS
from enquiries.models import Activity, Enquiry, Recalculation
from enquiries.services import standard_days_of
from enquiries.state import state_of
from hub.configuration import Standard
from hub.current import current
from hub.messages.services import tell
from hub.models import User
from hub.sweep import alone, while_time_lasts
from hub.working_time import WorkingTime, bank_holidays, today

AT_ONCE = 500
# Whoever was writing while the change was made may have gone by what was before it: looked at again for so long.
LOOKED_AFTER = datetime.timedelta(minutes=10)
NUMBERS_HANDED_OUT = 1000  # a fact may get its number well before it is to be seen
CLOCK_FIELDS = ("turn", "clock", "clock_started_at", "due_at")
# What `state_of` reads, as plain tuples: of so many rows nobody makes objects.
_FACT = [field.attname for field in Activity._meta.concrete_fields if field.attname not in ("note", "occurred_on")]
StandardDays = Callable[[str, datetime.date], int]


@dataclass(frozen=True)
class Moves:
    """What a change would do to the open clocks."""

    later: int = 0
    sooner: int = 0
    late_at_once: int = 0

    @property
    def count(self) -> int:
        return self.later + self.sooner


def moves_of(*, calendar: WorkingTime, standards: tuple[Standard, ...]) -> Moves:
    """How many open clocks would be due at another time; nothing is written, and memory stays as it is."""
    standard_days, now = standard_days_of(standards), timezone.now()
    later = sooner = late = 0
    for batch in _batches():
        for enquiry, before in _worked_out(batch, calendar, standard_days):
            if enquiry.due_at and before and enquiry.due_at > before:
                later += 1
            else:
                sooner += 1
                late += bool(before and before >= now and enquiry.due_at and enquiry.due_at < now)
    return Moves(later, sooner, late)


@transaction.atomic
def ask_recalculation(*, why: str, by: User | None = None) -> Recalculation:
    """Have every open clock worked out again, by what is configured now; an earlier run that is not done ends here."""
    Recalculation.objects.filter(finished_at__isnull=True).update(finished_at=timezone.now())
    run = Recalculation.objects.create(
        why=why[:254],
        basis=basis_of(current().calendar, current().standards),
        asked_by=by,
        last_fact=Activity.objects.aggregate(last=Max("pk"))["last"] or 0,
        to_do=Enquiry.objects.open().count(),
    )
    transaction.on_commit(_tell_the_worker, robust=True)
    return run


def recalculate_clocks() -> int:
    """Work on the run that is asked for; gives how many clocks it moved. Safe to run at any time, twice.

    One is asked for by itself where the calendar is no longer that of the latest run, whoever changed it: a command,
    the database's own tools, or a new bank holiday that came with an upgrade.
    """
    with alone("recalculate_clocks") as ours:
        if not ours:
            return 0
        latest = Recalculation.objects.first()
        if latest is None or latest.basis != basis_of(current().calendar, current().standards):
            latest = ask_recalculation(why="Opening hours, closures, bank holidays or standards are not what they were")
        if latest.is_under_way:
            return sum(_done(latest))
        if latest.finished_at and latest.finished_at > timezone.now() - LOOKED_AFTER:
            return _looked_after(latest)
    return 0


def basis_of(calendar: WorkingTime, standards: tuple[Standard, ...]) -> str:
    """A hash of all that a due time comes of besides the facts."""
    year = today().year
    days = [(row.clock, row.applies_from.isoformat(), row.working_days) for row in standards]
    # What starts a clock may be otherwise after an upgrade.
    rules = [(name, clock.working_days, clock.started_by) for name, clock in CLOCKS.items()]
    told = (
        calendar.closes_at.isoformat(), sorted(calendar.closed), sorted(calendar.opened), sorted(days),
        bank_holidays(range(year - 2, year + 3)), rules,
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _done(run: Recalculation) -> Iterator[int]:
    """Batch by batch how many moved, until all is done, another run was asked for, or the sweep's time is over."""
    for _ in while_time_lasts(iter(int, 1)):
        moved = _batch_done(run)
        if moved is None:
            return
        yield moved
    _tell_the_worker()  # the time of one sweep is over


@transaction.atomic
def _batch_done(run: Recalculation) -> int | None:
    """How many of the next batch moved; None where nothing is left to do."""
    ours = Recalculation.objects.select_for_update().filter(pk=run.pk, finished_at__isnull=True).first()
    if ours is None:
        return None
    batch = list(
        Enquiry.objects.select_for_update(of=("self",)).open().filter(pk__gt=ours.last_enquiry).order_by("pk")[:AT_ONCE]
    )
    if not batch:
        Recalculation.objects.filter(pk=run.pk).update(finished_at=timezone.now())
        return None
    moved = _write(batch)
    Recalculation.objects.filter(pk=run.pk).update(
        last_enquiry=batch[-1].pk, done=F("done") + len(batch), moved=F("moved") + moved
    )
    return moved


@transaction.atomic
def _looked_after(run: Recalculation) -> int:
    """Those about whom anything was recorded since the change was made: few, and mostly right already."""
    since = run.last_fact - NUMBERS_HANDED_OUT
    recent = Activity.objects.filter(pk__gt=since).values("enquiry")
    batch = Enquiry.objects.select_for_update(of=("self",)).open().filter(pk__in=recent).order_by("pk")
    moved = _write(list(batch[: 10 * AT_ONCE]))
    if moved:
        Recalculation.objects.filter(pk=run.pk).update(moved=F("moved") + moved)
    return moved


def _write(batch: list[Enquiry]) -> int:
    now = current()
    moved = [enquiry for enquiry, _ in _worked_out(batch, now.calendar, standard_days_of(now.standards))]
    # No new version: nobody's work is overtaken by a clock that was set anew.
    Enquiry.objects.bulk_update(moved, CLOCK_FIELDS)
    return len(moved)


def _worked_out(
    batch: list[Enquiry], calendar: WorkingTime, standard_days: StandardDays
) -> Iterator[tuple[Enquiry, datetime.datetime | None]]:
    """Those whose clock would be another, with it set on them, and when they were due before."""
    facts: dict[int, list] = {enquiry.pk: [] for enquiry in batch}
    rows = Activity.objects.filter(enquiry__in=facts).values_list("pk", *_FACT, named=True)
    for fact in rows.iterator(chunk_size=5000):
        facts[fact.enquiry_id].append(fact)
    for enquiry in batch:
        of_household = enquiry.facts if enquiry.absorbs else facts[enquiry.pk]
        state = state_of(of_household, calendar=calendar, standard_days=standard_days)
        if any(getattr(enquiry, name) != getattr(state, name) for name in CLOCK_FIELDS):
            before = enquiry.due_at
            for name in CLOCK_FIELDS:
                setattr(enquiry, name, getattr(state, name))
            yield enquiry, before


def _batches() -> Iterator[list[Enquiry]]:
    last = 0
    while batch := list(Enquiry.objects.open().filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield batch
        last = batch[-1].pk


def _tell_the_worker() -> None:
    from enquiries.jobs import recalculate_clocks as task

    tell(task)
