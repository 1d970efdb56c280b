"""Gentle check-ins after “not yet”: planned with the hold, decided when their day has come, sent to whoever agreed."""

import datetime

from django.utils import timezone

from enquiries.letters.nudges import call_off_nudges, plan_nudge
from enquiries.letters.services import may_write, send_template
from enquiries.models import Activity, Consent, Enquiry, Nudge
from enquiries.models.letters import Purpose
from hub.errors import Refused
from hub.messages.models import Message
from hub.working_time import LONDON

KIND = "not_yet"
LONG = datetime.timedelta(days=120)  # whoever waits longer hears from us half way too
AT = datetime.time(10)
TOO_LATE_AFTER = datetime.timedelta(days=30)
# The ways, in the order in which they are tried; each has a template of its own.
TEMPLATES = {"email": "not_yet_check_in", "text": "not_yet_check_in_text"}


def plan_check_ins(hold: Activity) -> list[Nudge]:
    """Plan, in the caller's transaction, what goes with a hold that has just begun: one on its day, and for a long one
    another half way. Those of a hold before are called off. Nothing where they have not agreed to be asked again."""
    enquiry = hold.enquiry.stands_for
    call_off_nudges(enquiry=enquiry, kinds=[KIND], why="Another day was agreed")
    if hold.until is None or not may_ask_again(enquiry, hold.until):
        return []
    half = hold.occurred_on + (hold.until - hold.occurred_on) / 2
    days = {"day": hold.until, **({"half": half} if hold.until - hold.occurred_on >= LONG else {})}
    return [
        plan_nudge(
            enquiry=enquiry, kind=KIND, at=_morning(day), template=TEMPLATES["email"], key=f"{KIND}:{hold.pk}:{which}",
            good_until=_morning(hold.until) if which == "half" else _morning(day) + TOO_LATE_AFTER,
        )
        for which, day in days.items()
        if _morning(day) > timezone.now()
    ]  # fmt: skip


def may_ask_again(enquiry: Enquiry, on: datetime.date) -> bool:
    """Whether their last word on being asked again is a yes that still counts on that day."""
    consent = consent_to_ask(enquiry)
    return consent is not None and consent.holds_on(on)


def consent_to_ask(enquiry: Enquiry) -> Consent | None:
    """What they said last to being asked again, yes or no."""
    return enquiry.ledger.filter(purpose=Consent.Purpose.ASK_AGAIN).first()


def why_no_check_in(nudge: Nudge) -> str:
    """Why a check-in no longer holds: its hold was entered by mistake. What came after it the rule asks itself."""
    hold = Activity.objects.not_voided().filter(pk=int(nudge.key.split(":")[1]))
    return "" if hold.exists() else "The hold was entered by mistake."


def send_check_in(nudge: Nudge, home: Enquiry) -> Message:
    """Send it the first way that is open to us; `Refused` where there is none, or their consent has run out."""
    verdicts = {way: may_write(home, way, Purpose.ASK_AGAIN) for way in TEMPLATES}
    way = next((way for way, verdict in verdicts.items() if verdict), None)
    if way is None:
        raise Refused(verdicts["email"].why)
    return send_template(enquiry=home, template=TEMPLATES[way], by=None, key=f"nudge:{nudge.key}")


def _morning(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, AT, tzinfo=LONDON)
