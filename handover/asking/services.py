"""Asking the people whether their council has been in touch, and keeping what they say."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from enquiries.letters.nudges import plan_nudge
from enquiries.letters.services import may_write, send_template
from enquiries.models import Activity, Enquiry, Nudge
from enquiries.models.letters import Purpose
from enquiries.own_page.links import hash_of
from enquiries.reach import is_safe
from enquiries.services import record_activity
from enquiries.tasks.services import add_task
from handover.asking.models import CHANGEABLE_FOR, CouncilCheck
from handover.following.desk import NOT_HEARD, desk_of, settle_tasks
from handover.models import Handover
from hub.current import current
from hub.errors import Refused
from hub.models import Message, User
from hub.working_time import LONDON, local_date, today, working_time

KIND = "council_in_touch"
AT = datetime.time(10)
TOO_LATE_AFTER = datetime.timedelta(days=14)
GOOD_FOR = datetime.timedelta(days=30)
# The ways, in the order in which they are tried; each has a template of its own.
TEMPLATES = {"email": "council_in_touch", "text": "council_in_touch_text"}
ANSWERED = "You have answered this already. Thank you."


def plan_question(handover: Handover) -> Nudge | None:
    """Plan, in the caller's transaction, to ask them so long after it was sent (`Hub.asks_after`; 0: never)."""
    hub = current().hub
    days = hub.asks_after if hub else 0
    if not days:
        return None
    day = working_time().add_working_days(local_date(handover.sent_at), days)
    at = datetime.datetime.combine(day, AT, tzinfo=LONDON)
    return plan_nudge(
        enquiry=handover.enquiry, kind=KIND, at=at, template=TEMPLATES["email"], good_until=at + TOO_LATE_AFTER,
        key=f"{KIND}:{handover.reference}",
    )  # fmt: skip


def why_not_ask(nudge: Nudge) -> str:
    """Why the question no longer holds; what they and we recorded since the rule of the nudge asks itself."""
    open_still = Handover.objects.open().filter(reference=nudge.key.split(":")[1])
    return "" if open_still.exists() else "The handover has ended."


def send_question(nudge: Nudge, home: Enquiry) -> Message:
    """Ask the first way that is open to us; `Refused` where there is none."""
    verdicts = {way: may_write(home, way, Purpose.SERVICE) for way in TEMPLATES}
    way = next((way for way, verdict in verdicts.items() if verdict), None)
    if way is None:
        raise Refused(verdicts["email"].why)
    return send_template(enquiry=home, template=TEMPLATES[way], by=None, key=f"nudge:{nudge.key}")


def make_check(home: Enquiry, message: Message, token: str) -> None:
    """Keep the link that a message carries, in the caller's transaction; of one asked again the later link works."""
    handover = Handover.objects.open().filter(Q(enquiry=home) | Q(enquiry__merged_into=home)).first()
    if handover is None:
        raise Refused("They are with no council, so there is nothing to ask.")
    now = timezone.now()
    asked = {"message": message, "token_sha256": hash_of(token), "asked_at": now, "expires_at": now + GOOD_FOR}
    CouncilCheck.objects.update_or_create(handover=handover, defaults=asked)


def check_of(token: str) -> CouncilCheck | None:
    """The question with this token, answered or not, while its link works, the way it came is still safe for them, and
    the council still has their details; else None."""
    found = CouncilCheck.objects.filter(token_sha256=hash_of(token), expires_at__gt=timezone.now())
    found = found.filter(handover__state__in=Handover.OPEN_STATES)
    check = found.select_related("handover__authority", "handover__enquiry__merged_into", "message").first()
    if check is None or check.message is None or not is_safe(check.handover.enquiry.stands_for, check.message.channel):
        return None
    return check


def may_change(check: CouncilCheck) -> bool:
    """Whether they may still change what they said: for two days after they said it first."""
    return check.first_answered_at is None or timezone.now() < check.first_answered_at + CHANGEABLE_FOR


@transaction.atomic
def answer_check(
    *, check: CouncilCheck, answer: str, comment: str = "", seen: datetime.datetime | None = None
) -> CouncilCheck:
    """What they say by the link. `seen` is when the answer that they saw was given: of two at once only one counts."""
    enquiry, handover, kept = _locked(check.handover)
    if kept.answered_at and (kept.answer, kept.comment) == (answer, comment):
        return kept  # pressed twice
    if kept.answered_at and (seen != kept.answered_at or not may_change(kept)):
        raise Refused(ANSWERED)
    return _keep(enquiry, handover, kept, answer, comment, by=None)


@transaction.atomic
def record_heard(*, handover: Handover, by: User, answer: str, comment: str = "") -> CouncilCheck:
    """What they told a member of staff; it counts from now on, whatever they said before."""
    return _keep(*_locked(handover), answer, comment, by=by)


@transaction.atomic
def settle_check(*, handover: Handover, by: User, note: str) -> CouncilCheck:
    """Somebody has seen to what they said, with a note of how; on the timeline too. `Refused` where somebody has
    already, or they have said something else since."""
    enquiry, current_handover, check = _locked(handover)
    if not check.needs_somebody:
        raise Refused("There is nothing to settle any more: somebody has seen to it. Look again.")
    said = f"Seen to what they said of {current_handover.authority} ({current_handover.reference}). {note}"
    record_activity(enquiry=enquiry, kind="note", by=by, note=said, about=current_handover.sent_fact)
    _settle(check, by, note)
    settle_tasks(current_handover, NOT_HEARD, note="Settled on “With the councils”.")
    return check


def _locked(handover: Handover) -> tuple[Enquiry, Handover, CouncilCheck]:
    # Imported only now: sending a handover plans the question.
    from handover.services import locked_pair

    enquiry, current_handover = locked_pair(handover)
    if current_handover.state not in Handover.OPEN_STATES:
        raise Refused(f"{current_handover.authority} does not have their details any more.")
    check, _made = CouncilCheck.objects.get_or_create(handover=current_handover)
    return enquiry, current_handover, check


def _keep(
    enquiry: Enquiry, handover: Handover, check: CouncilCheck, answer: str, comment: str, *, by: User | None
) -> CouncilCheck:
    fact = record_activity(
        enquiry=enquiry.stands_for, kind="council_heard", by=by, recorder="person" if by else "enquirer",
        outcome=answer, channel="phone" if by else "web", note=comment, about=handover.sent_fact,
    )  # fmt: skip
    check.answer, check.comment, check.answered_by = answer, comment, by
    check.answered_at, check.first_answered_at = fact.occurred_at, check.first_answered_at or fact.occurred_at
    check.settled_at, check.settled_by, check.settled_how = None, None, ""
    check.save()
    settle_tasks(handover, NOT_HEARD, note="They have said something else since.")
    if answer == "no":
        _ask_somebody(enquiry, handover, fact)
    elif handover.opened_at or not handover.is_unanswered:
        _settle(check, None, "The council’s own record agrees")
    return check


def _ask_somebody(enquiry: Enquiry, handover: Handover, fact: Activity) -> None:
    add_task(
        title=f"They say that nobody from {handover.authority} has been in touch ({handover.reference}): ask its team",
        due_on=ask_by(), enquiry=enquiry, to=desk_of(enquiry, sent_by_id=handover.sent_by_id), kind=NOT_HEARD,
        key=f"{NOT_HEARD}:{handover.reference}:{fact.pk}",
    )  # fmt: skip


def ask_by() -> datetime.date:
    """The day by which we ask the council, as their page promises."""
    return working_time().next_working_day(today())


def _settle(check: CouncilCheck, by: User | None, how: str) -> None:
    check.settled_at, check.settled_by, check.settled_how = timezone.now(), by, how
    check.save(update_fields=["settled_at", "settled_by", "settled_how"])
