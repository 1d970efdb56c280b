"""How a clock stands: on time, due soon, late or paused."""

import datetime

from django.db import models

from hub.working_time import LONDON, local_date


class ClockState(models.TextChoices):
    NONE = "", "No clock"
    ON_TIME = "on_time", "On time"
    DUE_SOON = "due_soon", "Due today"
    BREACHED = "breached", "Late"
    PAUSED = "paused", "Paused"


def soon_until(now: datetime.datetime) -> datetime.datetime:
    """What is due before this moment is due soon: the end of today, as people plan a day and not a share of a time."""
    tomorrow = local_date(now) + datetime.timedelta(days=1)
    return datetime.datetime.combine(tomorrow, datetime.time(), tzinfo=LONDON)


def clock_state(*, clock: str, due_at: datetime.datetime | None, now: datetime.datetime) -> ClockState:
    """The state of an open enquiry's clock. Only "not yet" pauses one, and only until the day to ask again."""
    if not clock or due_at is None:
        return ClockState.NONE
    if due_at < now:
        return ClockState.BREACHED
    if due_at < soon_until(now):
        return ClockState.DUE_SOON
    return ClockState.PAUSED if clock == "hold" else ClockState.ON_TIME
