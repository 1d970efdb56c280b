"""What became of each handover of an enquiry, in a few lines: sent, opened, answered, asked; when, and by whom."""

from dataclasses import dataclass

from enquiries.models import Nudge
from handover.asking.services import KIND
from handover.models import Handover, HandoverQuerySet
from hub.working_time import local_date


@dataclass(frozen=True)
class Line:
    key: str
    said: str
    late: bool = False


@dataclass(frozen=True)
class Story:
    handover: Handover
    lines: list[Line]
    needs_somebody: bool  # they said something that nobody has seen to


def stories_of(handovers: HandoverQuerySet) -> list[Story]:
    """The latest handover first; a constant number of queries."""
    found = handovers.with_history().select_related(
        "opened_by", "answered_by", "check_with_them__settled_by", "check_with_them__message"
    )
    keys = {f"{KIND}:{handover.reference}": handover.pk for handover in found}
    nudges = {keys[nudge.key]: nudge for nudge in Nudge.objects.filter(key__in=keys)}
    return [_story(handover, nudges.get(handover.pk)) for handover in found]


def _story(handover: Handover, nudge: Nudge | None) -> Story:
    check = getattr(handover, "check_with_them", None)
    lines = [
        Line("Sent", _when_and_who(handover.sent_at, handover.sent_by)),
        _opened(handover),
        _answered(handover),
        _asked(handover, check, nudge),
    ]
    if check is not None and check.answered_at:
        said = f"{check.get_answer_display()}, {_when_and_who(check.answered_at, check.answered_by)}"
        lines.append(Line("They say", said, late=check.needs_somebody and check.answer == "no"))
    if check is not None and check.settled_at:
        lines.append(Line("Settled", f"{check.settled_how}, {_when_and_who(check.settled_at, check.settled_by)}"))
    return Story(handover, lines, _needs_somebody(handover, check))


def _needs_somebody(handover: Handover, check) -> bool:
    """A “no”, or a “yes” about a council that has not so much as opened it: as the lists of the page have it."""
    if handover.state not in Handover.OPEN_STATES or check is None or not check.needs_somebody:
        return False
    return check.answer == "no" or (handover.is_unanswered and not handover.opened_at)


def _opened(handover: Handover) -> Line:
    if handover.opened_at:
        return Line("Opened", _when_and_who(handover.opened_at, handover.opened_by))
    return Line("Opened", "Not yet" if handover.is_unanswered else "Not noted")


def _answered(handover: Handover) -> Line:
    if handover.answered_at:
        return Line("Answered", _when_and_who(handover.answered_at, handover.answered_by))
    if not handover.is_unanswered:
        return Line("Answered", "No")
    due = f"{local_date(handover.answer_due_at):%-d %B %Y}"
    late = handover.state == Handover.State.NO_REPLY
    return Line("Answered", f"Not yet: late since {due}" if late else f"Not yet: due by {due}", late)


def _asked(handover: Handover, check, nudge: Nudge | None) -> Line:
    """Whether they were asked if the council has been in touch, or when they will be."""
    if check is not None and check.asked_at:
        way = check.message.get_channel_display().lower()
        return Line("They were asked", f"{local_date(check.asked_at):%-d %B %Y}, by {way}")
    if nudge is not None and nudge.state == Nudge.State.PLANNED and handover.state in Handover.OPEN_STATES:
        return Line("They are asked", f"{local_date(nudge.at):%-d %B %Y}")
    return Line("They were asked", f"No. {nudge.why}" if nudge is not None and nudge.why else "No")


def _when_and_who(moment, person) -> str:
    day = f"{local_date(moment):%-d %B %Y}"
    return f"{day}, {person.name}" if person is not None else day
