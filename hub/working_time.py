"""Working days and opening hours (measures.md, rule 6). All reckoning is in Europe/London."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import holidays
from django.db import models
from django.utils import timezone

LONDON = ZoneInfo("Europe/London")
_ENGLAND = holidays.country_holidays("GB", subdiv="ENG")


class LocalDate(models.Func):
    """In SQL, the date in Europe/London of a moment: immutable, so that columns and indexes may be made of it."""

    template = "(%(expressions)s AT TIME ZONE 'Europe/London')::date"
    output_field = models.DateField()


def local_date(moment: datetime.datetime) -> datetime.date:
    """The date in Europe/London of an aware moment."""
    return moment.astimezone(LONDON).date()


def is_midnight(moment: datetime.datetime) -> bool:
    """Whether it is 00:00 in Europe/London: what an import makes of a date."""
    return moment.astimezone(LONDON).time() == datetime.time()


def today() -> datetime.date:
    return local_date(timezone.now())


def start_of_day(day: datetime.date) -> datetime.datetime:
    """00:00 of the day in Europe/London."""
    return datetime.datetime.combine(day, datetime.time(), tzinfo=LONDON)


def bank_holidays(years: Iterable[int]) -> list[datetime.date]:
    """England's bank holidays of the years, in order."""
    wanted = set(years)
    for year in wanted:
        _ENGLAND.get(datetime.date(year, 1, 1))  # asking for a day makes its year known
    return sorted(day for day in _ENGLAND if day.year in wanted)


@dataclass(frozen=True)
class WorkingTime:
    """The hub's calendar at one moment: Monday to Friday without England's bank holidays, with the hub's own closures.

    Built once for a request or a job with `working_time()`, so that many clocks cost one query.
    """

    opens_at: datetime.time = datetime.time(9)
    closes_at: datetime.time = datetime.time(17)
    closed: frozenset[datetime.date] = field(default_factory=frozenset)
    opened: frozenset[datetime.date] = field(default_factory=frozenset)

    def is_working_day(self, day: datetime.date) -> bool:
        if day in self.opened:
            return True
        return day.weekday() < 5 and day not in self.closed and day not in _ENGLAND

    def next_working_day(self, day: datetime.date) -> datetime.date:
        """The first working day after the day."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: datetime.date, count: int) -> datetime.date:
        """The count-th working day after the day; the day itself for 0."""
        while count > 0:
            day += datetime.timedelta(days=1)
            if self.is_working_day(day):
                count -= 1
        return day

    def day_zero(self, moment: datetime.datetime) -> datetime.date:
        """The day from which working days are counted: 17:00 exactly is after opening hours (measures.md, rule 6)."""
        local = moment.astimezone(LONDON)
        if self.is_working_day(local.date()) and local.time() < self.closes_at:
            return local.date()
        return self.next_working_day(local.date())

    def working_days_after(self, day_zero: datetime.date, day: datetime.date) -> int:
        """Working days after day zero, up to and including the day; 0 on or before day zero."""
        count = 0
        while day > day_zero:
            count += self.is_working_day(day)
            day -= datetime.timedelta(days=1)
        return count

    def due(self, start: datetime.datetime, working_days: int) -> datetime.datetime:
        """The end of opening hours on the working day by which a clock started at `start` must be met."""
        return self.end_of_day(self.add_working_days(self.day_zero(start), working_days))

    def end_of_day(self, day: datetime.date) -> datetime.datetime:
        return datetime.datetime.combine(day, self.closes_at, tzinfo=LONDON)

    def is_open(self, moment: datetime.datetime) -> bool:
        """Whether somebody is there; 17:00 exactly is after opening hours."""
        local = moment.astimezone(LONDON)
        return self.is_working_day(local.date()) and self.opens_at <= local.time() < self.closes_at

    def next_opening(self, moment: datetime.datetime) -> datetime.datetime:
        """When opening hours next begin: today's where they have not begun yet, else those of the next working day."""
        local = moment.astimezone(LONDON)
        before_hours = self.is_working_day(local.date()) and local.time() < self.opens_at
        day = local.date() if before_hours else self.next_working_day(local.date())
        return datetime.datetime.combine(day, self.opens_at, tzinfo=LONDON)


def working_time() -> WorkingTime:
    """The calendar as the database has it now: opening hours of the hub, closures and extra days."""
    from hub.current import current

    return current().calendar
