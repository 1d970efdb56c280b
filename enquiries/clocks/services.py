"""What managers set about time: opening hours, days closed and open, standards. Each change is planned before it is
made, so that it can be said how many clocks it moves, and has the clocks worked out again."""

import datetime
from dataclasses import dataclass, replace

from django.db import transaction

from enquiries.clocks.booked import booked_on
from enquiries.clocks.recalculation import Moves, ask_recalculation, moves_of
from enquiries.journey import CLOCKS
from enquiries.models import Enquiry, Recalculation
from enquiries.tasks.services import add_task
from hub.current import current
from hub.errors import Refused
from hub.models import Closure, Hub, Standard, User
from hub.places.services import configure_hub
from hub.spoken_dates import day_in_words, time_in_words
from hub.working_time import WorkingTime, today

LONGEST_STANDARD = 90
FURTHEST = datetime.timedelta(days=3 * 366)
# Those that take as long as a standard says; the others end at a moment or on a day that was agreed with the household.
WITH_STANDARD = {name: clock for name, clock in CLOCKS.items() if clock.working_days and name != "callback"}

# What each clock is about, as managers say it.
SAID = {
    "first_conversation": "First conversation",
    "follow_up": "Follow-up, where no day was agreed",
    "eoi_authorisation": "Authorise an expression of interest",
    "handover": "Send to the council once authorised",
    "authority_answer": "The council’s answer",
    "application": "The council takes the application",
    "answer": "Answer somebody who came to us",
}


@dataclass(frozen=True)
class Plan:
    """The calendar and the standards as they would be."""

    words: str
    calendar: WorkingTime
    standards: tuple[Standard, ...]
    closes: datetime.date | None = None  # the day on which nobody would be here

    def moves(self) -> Moves:
        """How many open clocks would be due at another time."""
        return moves_of(calendar=self.calendar, standards=self.standards)


def plan_hours(*, opens_at: datetime.time, closes_at: datetime.time) -> Plan:
    """Other opening hours, on every working day. `Refused` where they end before they begin, or are what they are."""
    now = current()
    if closes_at <= opens_at:
        raise Refused("The hub must close later than it opens")
    if (opens_at, closes_at) == (now.calendar.opens_at, now.calendar.closes_at):
        raise Refused("These are the opening hours already")
    words = f"Open from {time_in_words(opens_at)} to {time_in_words(closes_at)}"
    return Plan(words, replace(now.calendar, opens_at=opens_at, closes_at=closes_at), now.standards)


def plan_closure(*, day: datetime.date, open_instead: bool, reason: str) -> Plan:
    """A day on which the hub is closed besides weekends and bank holidays, or open in spite of one.

    `Refused` for a day that is past, known already, or such a day anyway.
    """
    now, said = current(), day_in_words(day, today())
    if day < today():
        raise Refused(f"{said} is past. What was due by then was due; enter a day from today on")
    if day > today() + FURTHEST:
        raise Refused("Enter a day within the next three years")
    if day in now.calendar.closed | now.calendar.opened:
        raise Refused(f"{said} is in the list already. Remove it there first")
    if open_instead == now.calendar.is_working_day(day):
        raise Refused(f"{said} is a working day anyway" if open_instead else f"We are closed on {said} anyway")
    name = "opened" if open_instead else "closed"
    changed = replace(now.calendar, **{name: getattr(now.calendar, name) | {day}})
    words = f"{'Open' if open_instead else 'Closed'} on {said}: {reason}"
    return Plan(words, changed, now.standards, None if open_instead else day)


def plan_without(closure: Closure) -> Plan:
    """A day taken out of the list again. `Refused` once it is past: what was promised went by it."""
    now = current()
    if closure.day < today():
        raise Refused(f"{day_in_words(closure.day, today())} is past, and stays: what was promised went by it.")
    changed = replace(
        now.calendar, closed=now.calendar.closed - {closure.day}, opened=now.calendar.opened - {closure.day}
    )
    words = f"{day_in_words(closure.day, today())} is no longer {'open' if closure.open_instead else 'closed'}"
    return Plan(f"{words}: {closure.reason}", changed, now.standards)


def plan_standard(*, clock: str, working_days: int, applies_from: datetime.date) -> Plan:
    """Another number of working days for one clock, for what starts it on or after the day.

    `Refused` for 0, more than `LONGEST_STANDARD`, and a day that is past: what was promised stays promised.
    """
    if clock not in WITH_STANDARD:
        raise Refused("That clock ends at a time agreed with the household: there is no standard to set.")
    if not 1 <= working_days <= LONGEST_STANDARD:
        raise Refused(f"Enter a number of working days from 1 to {LONGEST_STANDARD}")
    if applies_from < today():
        raise Refused("Enter today or a later day: what was promised before stays as it was promised")
    now = current()
    others = [row for row in now.standards if (row.clock, row.applies_from) != (clock, applies_from)]
    row = Standard(clock=clock, working_days=working_days, applies_from=applies_from)
    standards = tuple(sorted([*others, row], key=lambda one: one.applies_from, reverse=True))
    days = f"{working_days} working day{'' if working_days == 1 else 's'}"
    words = f"{SAID[clock]}: {days} from {day_in_words(applies_from, today())}"
    return Plan(words, now.calendar, standards)


@transaction.atomic
def change_hours(*, by: User, opens_at: datetime.time, closes_at: datetime.time) -> Recalculation:
    """Change the opening hours, and have every open clock worked out by them."""
    _alone(by)
    plan = plan_hours(opens_at=opens_at, closes_at=closes_at)
    configure_hub(opens_at=opens_at, closes_at=closes_at)
    return ask_recalculation(why=plan.words, by=by)


@transaction.atomic
def add_closure(*, by: User, day: datetime.date, open_instead: bool, reason: str) -> Recalculation:
    """Close or open the hub on a day, and have every open clock worked out by it. Of each call-back and visit that is
    booked on a day that is closed now somebody has a task to agree another time."""
    _alone(by)
    plan = plan_closure(day=day, open_instead=open_instead, reason=reason)
    Closure.objects.create(day=day, open_instead=open_instead, reason=reason)
    if plan.closes:
        for booked in booked_on(day, Enquiry.objects.visible_to(by)):
            add_task(
                title=f"We are closed on {day_in_words(day, today())}: agree another time for {booked.what}",
                due_on=today(), enquiry=booked.enquiry, to=booked.visitor, kind="closure",
                key=f"closed:{day}:{booked.fact.pk if booked.fact else booked.enquiry.pk}",
            )  # fmt: skip
    return ask_recalculation(why=plan.words, by=by)


@transaction.atomic
def remove_closure(*, by: User, closure: Closure) -> Recalculation:
    """Take a day out of the list again, and have every open clock worked out without it."""
    _alone(by)
    plan = plan_without(closure)
    closure.delete()
    return ask_recalculation(why=plan.words, by=by)


@transaction.atomic
def set_standard(*, by: User, clock: str, working_days: int, applies_from: datetime.date) -> Recalculation:
    """Set how long a step may take from a day on; the same day again is corrected. Clocks are worked out by it."""
    _alone(by)
    plan = plan_standard(clock=clock, working_days=working_days, applies_from=applies_from)
    Standard.objects.update_or_create(clock=clock, applies_from=applies_from, defaults={"working_days": working_days})
    return ask_recalculation(why=plan.words, by=by)


def change_hub(*, by: User, **changes) -> Hub:
    """Change what moves no clock: the number of attempts before a closing letter is proposed, sharing out."""
    _refuse_unless_manager(by)
    return configure_hub(**changes)


def _alone(by: User) -> None:
    """Two who change the calendar at once take turns: the second plans on what the first has set."""
    _refuse_unless_manager(by)
    Hub.objects.select_for_update(of=("self",)).first()


def _refuse_unless_manager(by: User) -> None:
    if not by.can("change_settings"):
        raise Refused("A manager changes the settings.")
