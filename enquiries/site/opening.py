"""When somebody answers the telephone, in words for people who would like to ring."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from hub.working_time import LONDON, WorkingTime, local_date, working_time

WEEKS_AHEAD = 6


@dataclass(frozen=True)
class Opening:
    """Whether the line is open at a moment, and what comes next."""

    is_open: bool
    closes_at: datetime.datetime | None  # today, where it is open
    opens_at: datetime.datetime | None  # the next time, where it is not
    opens_today: bool
    opens_tomorrow: bool
    closed_days: list[datetime.date]  # Mondays to Fridays to come on which nobody answers
    extra_days: list[datetime.date]  # Saturdays and Sundays to come on which somebody does


def opening(now: datetime.datetime | None = None, calendar: WorkingTime | None = None) -> Opening:
    """The line at the moment (default now), by the hub's hours, England's bank holidays and the hub's own closures."""
    now, calendar = now or timezone.now(), calendar or working_time()
    today = local_date(now)
    starts, ends = _at(today, calendar.opens_at), calendar.end_of_day(today)
    works_today = calendar.is_working_day(today)
    is_open = works_today and starts <= now < ends
    next_day = today if works_today and now < starts else calendar.next_working_day(today)
    ahead = [today + datetime.timedelta(days=days) for days in range(WEEKS_AHEAD * 7)]
    return Opening(
        is_open=is_open,
        closes_at=ends if is_open else None,
        opens_at=None if is_open else _at(next_day, calendar.opens_at),
        opens_today=not is_open and next_day == today,
        opens_tomorrow=not is_open and next_day == today + datetime.timedelta(days=1),
        closed_days=[day for day in ahead if day.weekday() < 5 and not calendar.is_working_day(day)],
        extra_days=[day for day in ahead if day.weekday() >= 5 and calendar.is_working_day(day)],
    )


def _at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(day, time, tzinfo=LONDON)
