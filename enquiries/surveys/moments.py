"""The moments at which everybody is asked how it was: after the first conversation, and when a council has accepted.

The facts decide, so that no way of recording them can forget to ask: a sweep finds them and plans a nudge for the next
working day. The end has its question in the closing message itself, after which they do not hear from us.
"""

import datetime

from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from enquiries.letters.nudges import plan_nudge
from enquiries.models import Activity, Enquiry, Nudge, Survey
from enquiries.surveys.services import ask_survey
from hub.errors import Refused
from hub.messages.models import Message
from hub.sweep import alone, while_time_lasts
from hub.working_time import LONDON, local_date, today, working_time

AT = datetime.time(10, 30)
NO_LATER_THAN = datetime.timedelta(days=7)  # who is asked after weeks no longer knows
GOOD_FOR = datetime.timedelta(days=14)
# The moment, and the fact with which it comes.
FACTS: dict[str, str] = {Survey.Occasion.FIRST_CONTACT: "conversation", Survey.Occasion.HANDOVER: "handover_accepted"}


def plan_surveys() -> int:
    """Plan to ask everybody for whom one of the moments has come; gives how many were planned."""
    with alone("plan_surveys") as ours:
        if not ours:
            return 0
        due = [(occasion, fact) for occasion in FACTS for fact in _to_ask(occasion)]
        return sum(_plan(occasion, fact) for occasion, fact in while_time_lasts(due))


def _to_ask(occasion: str):
    """The facts of the last days with which the moment came, where nobody planned to ask yet. History that was imported
    asks nobody."""
    key = Concat(Value(f"survey:{occasion}:"), Cast(OuterRef("enquiry"), CharField()))
    since = today() - NO_LATER_THAN
    facts = Activity.objects.not_voided().filter(kind=FACTS[occasion], occurred_on__gte=since)
    facts = facts.exclude(recorder="import").filter(~Exists(Nudge.objects.filter(key=key)))
    if occasion == Survey.Occasion.FIRST_CONTACT:
        facts = facts.filter(enquiry__first_conversation_at=F("occurred_at"))
    return facts.filter(enquiry__merged_into__isnull=True).select_related("enquiry").order_by("pk")[:500]


def _plan(occasion: str, fact: Activity) -> bool:
    day = working_time().next_working_day(local_date(fact.recorded_at))
    at = datetime.datetime.combine(day, AT, tzinfo=LONDON)
    plan_nudge(
        enquiry=fact.enquiry, kind=f"survey_{occasion}", at=at, good_until=max(at, timezone.now()) + GOOD_FOR,
        template="survey", key=f"survey:{occasion}:{fact.enquiry_id}",
    )  # fmt: skip
    return True


def send_survey(nudge: Nudge, home: Enquiry) -> Message:
    """Ask now; `Refused` where they cannot be emailed, or were asked before."""
    occasion = Survey.Occasion(nudge.kind.removeprefix("survey_"))
    key = f"{occasion}:{home.pk}"
    survey = Survey(enquiry=home, occasion=occasion)
    if ask_survey(enquiry=home, occasion=occasion, about=survey.about, key=key) is None:
        raise Refused("They cannot be emailed, or were asked before.")
    return Message.objects.get(idempotency_key=f"survey:{key}")
