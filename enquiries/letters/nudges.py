"""Messages planned for later. Each is a row; when its time has come it is asked again whether it still holds.

So nobody has to remember to call one off: a reply, a hold, a handover or the end of an enquiry is a fact, and facts
are what is asked. `call_off_nudges` is for when staff, or another part of the product, know better than the facts.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import structlog
from django.db import transaction
from django.utils import timezone

from enquiries import journey
from enquiries.journey import KINDS
from enquiries.letters.services import send_template
from enquiries.models import Enquiry, Nudge
from enquiries.services import lock_enquiry_unless_held
from hub.errors import Refused
from hub.models import Message
from hub.sweep import alone, while_time_lasts
from hub.working_time import LONDON, working_time

log = structlog.get_logger(__name__)

# Nobody is written to outside these hours, and people can ring us back on the day.
NOT_BEFORE, NOT_AFTER = datetime.time(9), datetime.time(20)
TRY_AGAIN = datetime.timedelta(hours=1)
# Facts by which we and they are in touch again, so that a reminder would be a nuisance.
IN_TOUCH = frozenset(kind for kind, rule in KINDS.items() if rule.contact or rule.asks) | {"feedback"}


@dataclass(frozen=True)
class Rule:
    """When a kind of nudge still holds. `ends` are the facts since it was planned that call it off."""

    label: str
    stages: frozenset = journey.HUB_STAGES
    held: bool | None = False  # None: whether on hold or not
    ends: frozenset[str] = IN_TOUCH
    any_day: bool = False  # also on days on which we are closed
    holds: Callable[[Nudge], str] | None = None  # why it no longer holds, "" where it does: for what facts do not say
    send: Callable[[Nudge, Enquiry], Message] | None = None  # where it is more than a template


def _why_no_event(nudge: Nudge) -> str:
    # Imported only now: events plan such reminders.
    from enquiries.events.reminders import why_not_remind

    return why_not_remind(nudge)


def _send_event_reminder(nudge: Nudge, home: Enquiry) -> Message:
    from enquiries.events.reminders import send_reminder

    return send_reminder(nudge, home)


def _why_no_check_in(nudge: Nudge) -> str:
    from enquiries.not_yet.check_ins import why_no_check_in

    return why_no_check_in(nudge)


def _send_check_in(nudge: Nudge, home: Enquiry) -> Message:
    from enquiries.not_yet.check_ins import send_check_in

    return send_check_in(nudge, home)


def _send_survey(nudge: Nudge, home: Enquiry) -> Message:
    from enquiries.surveys.moments import send_survey

    return send_survey(nudge, home)


RULES: dict[str, Rule] = {
    "reminder": Rule("A gentle reminder", ends=IN_TOUCH | {"eoi_submitted"}),
    "not_yet": Rule(
        "We ask again after “not yet”", held=True, ends=IN_TOUCH | {"hold_started"}, holds=_why_no_check_in,
        send=_send_check_in,
    ),
    "survey_first_contact": Rule(
        "How was the first talk?", journey.OPEN_STAGES, None, frozenset({"feedback"}), send=_send_survey
    ),
    "survey_handover": Rule(
        "How was the way up to the council?", journey.AUTHORITY_STAGES, None,
        frozenset({"feedback", "handover_withdrawn", "handover_returned", "handover_declined"}), send=_send_survey,
    ),
    "event": Rule(
        "Reminder of an event", journey.OPEN_STAGES, None, frozenset(), any_day=True, holds=_why_no_event,
        send=_send_event_reminder,
    ),
    "visit": Rule(
        "Reminder of a visit", journey.HUB_STAGES, None,
        frozenset({"visit_cancelled", "visit_booked", "initial_visit"}), any_day=True,
    ),
    "council_in_touch": Rule(
        "Has the council been in touch?", journey.AUTHORITY_STAGES, None,
        # Not an application: whether the council's own record is true is what they are asked.
        frozenset({"handover_declined", "handover_returned", "handover_withdrawn", "council_heard"}),
    ),
}  # fmt: skip


def look_after(kind: str, *, holds: Callable[[Nudge], str], send: Callable[[Nudge, Enquiry], Message]) -> None:
    """For a part of the product that enquiries know nothing of: how a kind of nudge is sent, and why it is not."""
    RULES[kind] = replace(RULES[kind], holds=holds, send=send)


def plan_nudge(
    *,
    enquiry: Enquiry,
    kind: str,
    at: datetime.datetime,
    template: str,
    key: str,
    good_until: datetime.datetime | None = None,
) -> Nudge:
    """Plan a message from the template with this code, in the caller's transaction; the same key is the same nudge.

    `kind` is one of `RULES`. After `good_until` it would come too late and is not sent.
    """
    assert kind in RULES, kind
    given = {"enquiry": enquiry.stands_for, "kind": kind, "at": at, "next_try_at": at, "template": template}
    nudge, _ = Nudge.objects.get_or_create(key=key, defaults={**given, "good_until": good_until})
    return nudge


@transaction.atomic
def call_off_nudges(*, enquiry: Enquiry, kinds: Iterable[str] = (), why: str = "Called off", by=None) -> int:
    """Call off what is planned for the household, of these kinds (all, where none is named); gives how many."""
    planned = Nudge.objects.planned().of(enquiry.stands_for)
    planned = planned.filter(kind__in=kinds) if kinds else planned
    return _not_sent(planned, why, by)


@transaction.atomic
def call_off_nudge(*, nudge: Nudge, by) -> None:
    """Call one off by hand. `Refused` where it was sent, or called off, meanwhile."""
    if not _not_sent(Nudge.objects.planned().filter(pk=nudge.pk), f"Called off by {by.name}", by):
        raise Refused("It was sent or called off meanwhile. Look again.")


def send_due_nudges(*, limit: int = 500) -> int:
    """Send what is planned, due and still holds; gives how many were put in the outbox. One sweep at a time."""
    with alone("send_due_nudges") as ours:
        if not ours:
            return 0
        due = list(Nudge.objects.due(timezone.now()).order_by("next_try_at").values_list("pk", flat=True)[:limit])
        return sum(_send_or_put_off(pk) for pk in while_time_lasts(due))


def _send_or_put_off(pk: int) -> bool:
    """One that breaks stops no other: it is tried again later."""
    try:
        return send_nudge_now(pk)
    except Exception as fault:
        log.warning("nudge_not_sent", nudge=pk, fault=type(fault).__name__)
        Nudge.objects.planned().filter(pk=pk).update(next_try_at=timezone.now() + TRY_AGAIN)
        return False


@transaction.atomic
def send_nudge_now(pk: int, *, now: datetime.datetime | None = None) -> bool:
    """Decide one nudge that is due: put it in the outbox, put it off to proper hours, or note why it is not sent.

    The row is locked, and message and decision are one transaction: whatever dies, it is sent once or is still planned.
    True where it was put in the outbox.
    """
    now = now or timezone.now()
    nudge = Nudge.objects.select_for_update(skip_locked=True, of=("self",)).due(now).filter(pk=pk).first()
    if nudge is None:
        return False
    # Whoever writes to the enquiry this moment may be about to call the nudge off, and would wait for us for ever.
    home = lock_enquiry_unless_held(nudge.enquiry.stands_for.pk)
    if home is None:
        return False
    if why := why_it_no_longer_holds(nudge, home, now):
        _not_sent(Nudge.objects.filter(pk=pk), why, None)
        return False
    if (hours := proper_hours(now, any_day=RULES[nudge.kind].any_day)) != now:
        Nudge.objects.filter(pk=pk).update(next_try_at=hours)
        return False
    try:
        message = _send(nudge, home)
    except Refused as refusal:
        _not_sent(Nudge.objects.filter(pk=pk), str(refusal), None)
        return False
    Nudge.objects.filter(pk=pk).update(state=Nudge.State.SENT, decided_at=now, message=message)
    return True


def _send(nudge: Nudge, home: Enquiry) -> Message:
    special = RULES[nudge.kind].send
    if special:
        return special(nudge, home)
    return send_template(enquiry=home, template=nudge.template, by=None, key=f"nudge:{nudge.key}")


def why_it_no_longer_holds(nudge: Nudge, home: Enquiry, now: datetime.datetime) -> str:
    """Why it is not to be sent any more, in a sentence; "" where it still holds. Facts since it was planned decide."""
    rule = RULES.get(nudge.kind)
    if rule is None:
        return "The product no longer knows such reminders."
    if nudge.good_until and now > nudge.good_until:
        return "Its time had passed."
    if home.stage not in rule.stages:
        return f"The enquiry is “{home.get_stage_display()}” now."
    if rule.held is not None and home.on_hold != rule.held:
        return "They are on hold now." if home.on_hold else "They are no longer on hold."
    since = home.facts.not_voided().filter(kind__in=rule.ends, recorded_at__gt=nudge.planned_at)
    if fact := since.order_by("-pk").first():
        return f"Since it was planned: {fact.title}."[:250]
    return rule.holds(nudge) if rule.holds else ""


def proper_hours(moment: datetime.datetime, *, any_day: bool = False) -> datetime.datetime:
    """The moment itself, if we may write then: from 9 to 20 o'clock, on a working day; else the next such moment."""
    calendar, local = working_time(), moment.astimezone(LONDON)
    open_day = any_day or calendar.is_working_day(local.date())
    if open_day and NOT_BEFORE <= local.time() < NOT_AFTER:
        return moment
    day = local.date()
    if not (open_day and local.time() < NOT_BEFORE):
        day = day + datetime.timedelta(days=1) if any_day else calendar.next_working_day(day)
    return datetime.datetime.combine(day, NOT_BEFORE, tzinfo=LONDON)


def _not_sent(nudges, why: str, by) -> int:
    return nudges.update(state=Nudge.State.SKIPPED, decided_at=timezone.now(), why=why[:250], called_off_by=by)
