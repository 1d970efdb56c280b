"""The promise that the public pages make: by when we ring."""

import datetime

from django.utils import timezone

from enquiries.services import standard_days_from_database
from hub.working_time import local_date, working_time


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
