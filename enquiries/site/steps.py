"""How long each step takes, as the hub promises it: the standards in the database, which run the clocks too."""

from dataclasses import dataclass

from enquiries.services import standard_days_from_database
from hub.working_time import today

# No clock runs for it: the target that the measures read (measures.md, M09).
FIRST_VISIT_WORKING_DAYS = 10


@dataclass(frozen=True)
class Days:
    """Working days, at most, for each step that we or a council promise."""

    ring: int
    visit: int
    send: int
    answer: int
    apply: int


def promised_days() -> Days:
    """The standards of today."""
    standard, day = standard_days_from_database(), today()
    return Days(
        ring=standard("first_conversation", day),
        visit=FIRST_VISIT_WORKING_DAYS,
        send=standard("handover", day),
        answer=standard("authority_answer", day),
        apply=standard("application", day),
    )
