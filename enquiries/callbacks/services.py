"""Call-backs at a time that they chose: slots offered, claimed, given back."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from enquiries.models import Activity, CallbackHours, CallbackSlot, Enquiry, SafeContact
from enquiries.reach import may_reach
from enquiries.services import lock_enquiry, record_activity
from hub.errors import Refused
from hub.working_time import LONDON, WorkingTime, local_date, working_time

OFFERED_WORKING_DAYS = 5
NOT_SOONER_THAN = datetime.timedelta(minutes=30)  # whoever rings has to see it first
EVENING_RUNS_TILL = datetime.time(17, 30)  # who is there no longer than this cannot ring in the evening
TAKEN = "That time has just been taken. Please choose another."


@dataclass(frozen=True)
class Slot:
    """A time for which call-backs are still to be had."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    left: int
    capacity: int = 0


def slots_on_offer(
    *,
    now: datetime.datetime | None = None,
    calendar: WorkingTime | None = None,
    held: datetime.datetime | None = None,
    hours: list[CallbackHours] | None = None,
) -> list[Slot]:
    """The slots with room on the next working days, soonest first: by `CallbackHours`, in local time.

    `held` is the time that whoever asks has booked already: to them it is on offer, however full. `hours` are all the
    `CallbackHours`, of whoever has them at hand.
    """
    now, calendar = now or timezone.now(), calendar or working_time()
    hours = (list(CallbackHours.objects.all()) if hours is None else hours) or _as_the_hub_is_open(calendar)
    day = local_date(now)
    last = calendar.add_working_days(day, OFFERED_WORKING_DAYS)
    made = []
    while day <= last:
        if calendar.is_working_day(day):
            made += [slot for one in hours if one.weekday == day.weekday() for slot in _slots(one, day)]
        day += datetime.timedelta(days=1)
    taken = dict(CallbackSlot.objects.filter(starts_at__gt=now).values_list("starts_at", "taken"))
    soonest = now + NOT_SOONER_THAN
    slots = [Slot(start, end, room - taken.get(start, 0), room) for start, end, room in made if start >= soonest]
    return [slot for slot in slots if slot.left > 0 or slot.starts_at == held]


def times_to_ring(*, held: str = "", hours: list[CallbackHours] | None = None) -> list[tuple[str, str]]:
    """The times of day that we may promise to ring at: the evening only where somebody is there until then, by the
    opening hours or the hours of call-backs. What they chose before (`held`) stays among them."""
    choices = SafeContact.When.choices
    if held == SafeContact.When.EVENING or working_time().closes_at >= EVENING_RUNS_TILL:
        return choices
    if any(one.ends_at >= EVENING_RUNS_TILL for one in (CallbackHours.objects.all() if hours is None else hours)):
        return choices
    return [choice for choice in choices if choice[0] != SafeContact.When.EVENING]


def _as_the_hub_is_open(calendar: WorkingTime) -> list[CallbackHours]:
    """Where nobody has said otherwise: every hour of the opening hours."""
    days = CallbackHours.Weekday.values
    return [CallbackHours(weekday=day, starts_at=calendar.opens_at, ends_at=calendar.closes_at) for day in days]


def _slots(hours: CallbackHours, day: datetime.date) -> list[tuple[datetime.datetime, datetime.datetime, int]]:
    start = datetime.datetime.combine(day, hours.starts_at, tzinfo=LONDON)
    end = datetime.datetime.combine(day, hours.ends_at, tzinfo=LONDON)
    length = datetime.timedelta(minutes=hours.minutes)
    slots = []
    while start + length <= end:
        slots.append((start, start + length, hours.capacity))
        start += length
    return slots


@transaction.atomic
def book_callback(
    *, enquiry: Enquiry, starts_at: datetime.datetime, by=None, recorder: str = "enquirer", version: int | None = None
) -> Activity:
    """Promise a call at the start of a slot on offer; the place of one that is booked already is free again.

    The same time again is the same call. `Refused` where the slot is not on offer, or its last place went to somebody
    else a moment ago.
    """
    locked = lock_enquiry(enquiry.pk)
    if locked.callback_at == starts_at and (booked := _booking_to_come(locked)):
        return booked
    slot = next((slot for slot in slots_on_offer() if slot.starts_at == starts_at), None)
    if slot is None:
        raise Refused(TAKEN)
    if by is not None and not (verdict := may_reach(locked, "phone")):
        raise Refused(f"They must not be rung. {verdict.why}")
    _claim(slot, besides=locked.callback_at)
    return record_activity(
        enquiry=enquiry, kind="callback_booked", by=by, recorder=recorder, version=version, due=slot.starts_at
    )


@transaction.atomic
def promise_callback(*, enquiry: Enquiry, at: datetime.datetime, note: str = "") -> Activity:
    """A call-back that the product itself promises, as after a call out of hours: it takes no place in a slot."""
    return record_activity(enquiry=enquiry, kind="callback_booked", by=None, due=at, note=note)


@transaction.atomic
def cancel_callback(*, enquiry: Enquiry, by=None, recorder: str = "enquirer", version: int | None = None) -> Activity:
    """The booked time is free again. `Refused` where none is booked."""
    locked = lock_enquiry(enquiry.pk)
    if locked.callback_at is None:
        raise Refused("There is no call-back to cancel.")
    return record_activity(enquiry=enquiry, kind="callback_cancelled", by=by, recorder=recorder, version=version)


@transaction.atomic
def offer_callbacks(
    *, by, weekday: int, starts_at: datetime.time, ends_at: datetime.time, minutes: int, capacity: int
) -> CallbackHours:
    """Offer call-backs in these hours of a weekday, every `minutes` one with room for `capacity` calls.

    With the first of them the opening hours no longer count. `Refused` where they overlap others of that day.
    """
    if not by.can("edit_script"):
        raise Refused("A manager changes the hours of call-backs.")
    overlapping = CallbackHours.objects.select_for_update().filter(weekday=weekday)
    for other in overlapping.filter(starts_at__lt=ends_at, ends_at__gt=starts_at):
        raise Refused(f"There are call-backs {other} already. Take those away first.")
    return CallbackHours.objects.create(
        weekday=weekday, starts_at=starts_at, ends_at=ends_at, minutes=minutes, capacity=capacity
    )


@transaction.atomic
def withdraw_callbacks(*, hours: CallbackHours, by) -> None:
    """Offer none in these hours any more; what is booked stays. Without the last of them the opening hours count."""
    if not by.can("edit_script"):
        raise Refused("A manager changes the hours of call-backs.")
    hours.delete()


def _claim(slot: Slot, *, besides: datetime.datetime | None) -> None:
    """Lock the slot until the booking is stored and counted: only so many get through, however many ask at once.

    How many that is the hours of call-backs say now, whatever they said when the first of them was booked. `besides`
    is the time that is given up for it.
    """
    CallbackSlot.objects.get_or_create(starts_at=slot.starts_at, defaults={"capacity": slot.capacity})
    row = next(one for one in CallbackSlot.objects.locked(slot.starts_at, besides) if one.starts_at == slot.starts_at)
    if row.taken >= slot.capacity:
        raise Refused(TAKEN)
    row.capacity = slot.capacity
    row.save(update_fields=["capacity"])


def _booking_to_come(enquiry: Enquiry) -> Activity | None:
    """The booking of a time that they chose; what the product promised took no place."""
    at = enquiry.callback_at
    if at is None or at <= timezone.now():
        return None
    fact = enquiry.facts.not_voided().filter(kind="callback_booked", due=at).newest_first().first()
    return fact if fact is not None and fact.recorder != "system" else None
