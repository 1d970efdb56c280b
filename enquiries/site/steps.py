"""How long each step takes, as the hub promises it: the standards in the database, which run the clocks too."""

from dataclasses import dataclass

from enquiries.services import standard_days_from_database
from hub.working_time import today

# No clock runs for it: the target that the measures read (measures.md, M09).
FIRST_VISIT_WORKING_DAYS = 10


@dataclass(frozen=True)
class Days:
    """How long, at most, each step takes that we or a council promise: '5 working days'."""

    ring: str
    visit: str
    send: str
    answer: str
    apply: str


def promised_days() -> Days:
    """The standards of today."""
    standard, day = standard_days_from_database(), today()
    return Days(
        ring=_in_words(standard("first_conversation", day)),
        visit=_in_words(FIRST_VISIT_WORKING_DAYS),
        send=_in_words(standard("handover", day)),
        answer=_in_words(standard("authority_answer", day)),
        apply=_in_words(standard("application", day)),
    )


def _in_words(working_days: int) -> str:
    if working_days == 0:
        return "the same working day"
    return "one working day" if working_days == 1 else f"{working_days} working days"
