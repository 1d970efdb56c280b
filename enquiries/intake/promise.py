"""The promise that the public pages and the acknowledgement make: by when we ring, or at which time they chose."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from enquiries.intake.again import wished_for
from enquiries.intake.times import time_in_words
from enquiries.models import Enquiry
from enquiries.services import standard_days_from_database
from hub.working_time import local_date, working_time

if TYPE_CHECKING:
    from enquiries.intake.services import Intake


def ring_by(moment: datetime.datetime | None = None) -> datetime.datetime:
    """By when we ring somebody whose enquiry is received at the moment (default now).

    The same standard and calendar as the clock `first_conversation` that the enquiry gets.
    """
    moment = moment or timezone.now()
    days = standard_days_from_database()("first_conversation", local_date(moment))
    return working_time().due(moment, days)


def still_to_come(promise: datetime.datetime | None) -> datetime.datetime:
    """The promise, or, where its time has passed before we heard of them, what we promise somebody who asks now."""
    return promise if promise and promise > timezone.now() else ring_by()


UNDER_18 = "under_18"
# What comes of it for those who do not go the common way of talk, visit and application; one true sentence each.
THEN = {
    UNDER_18: (
        "We answer your questions, and tell you what helps until you are 21, the age that most councils ask for."
    ),
    "carer_elsewhere": "We tell you, in confidence, how moving to one of our councils would go, and you decide.",
    "kinship": "We help you to find the right team to ask: usually the one at the council where the child lives.",
    "supported_lodgings": "We note what you are looking for and find out who arranges it where you live.",
}


@dataclass(frozen=True)
class Promise:
    """What we say happens now: the same to everybody who gave these answers, known to us before or not."""

    ring_by: datetime.datetime
    booked_at: datetime.datetime | None = None  # the call at the time that they chose
    taken: bool = False  # the time that they chose went to somebody else
    ask_on: datetime.date | None = None  # "not yet": when we ask again
    then: str = ""  # what comes of it, where that is not the common way
    young: bool = False  # under 18: a friendly answer, not the talk with which an assessment begins

    @property
    def booked(self) -> str:
        return time_in_words(self.booked_at) if self.booked_at else ""


def promise_of(intake: "Intake", enquiry: Enquiry | None) -> Promise:
    """The promise to whoever sent this, after it was taken in; no enquiry where it is held to be judged first."""
    at = intake.callback_at
    booked = enquiry is not None and at is not None and (enquiry.callback_at == at or wished_for(enquiry, at))
    return Promise(
        ring_by=still_to_come(ring_by(intake.received_at)),
        booked_at=intake.callback_at if booked else None,
        taken=enquiry is not None and intake.callback_at is not None and not booked,
        ask_on=intake.not_before,
        then=THEN.get(intake.age) or THEN.get(intake.situation, ""),
        young=intake.age == UNDER_18,
    )
