"""Our own figures over any whole months, for whatever sets them beside something else: published figures, costs."""

import datetime
from dataclasses import dataclass

from hub.models import User
from hub.working_time import today
from reporting.layout import HIDDEN, Cell, ReturnTable
from reporting.measures import Period
from reporting.months import months_to_report
from reporting.remembered import lines_over, protected_lines_over

LAST_YEAR = "last-12-months"


@dataclass(frozen=True)
class Ours:
    """Our figures of a period, as one person may see them."""

    period: Period
    table: ReturnTable

    def cell(self, code: str, area: str = "total") -> Cell:
        return self.table.by_code[code].cell(area)

    def number(self, code: str, area: str = "total") -> float | None:
        """The number where it is shown at all; None where it is hidden or there were no cases."""
        value = self.cell(code, area).value
        return value if isinstance(value, int | float) else None

    @property
    def members(self) -> list[tuple[str, str]]:
        """GSS code and name of every council of the period."""
        return self.table.authorities

    @property
    def has_hidden(self) -> bool:
        return any(self.cell(row.code, column).value == HIDDEN for row in self.table.rows for column, _ in self.columns)

    @property
    def columns(self) -> list[tuple[str, str]]:
        return self.table.columns


def our_figures(*, user: User, period: Period) -> Ours:
    """The period's figures as known now; small numbers are hidden from whoever may not see them (measures.md), and with
    them what the months of the period would give away.
    """
    lines = lines_over(period) if user.can("see_small_numbers") else protected_lines_over(period)
    document = {"period": {"from": period.first.isoformat(), "to": period.last.isoformat()}, "lines": lines}
    return Ours(period, ReturnTable(document))


def financial_year(day: datetime.date) -> Period:
    """April to March around the day."""
    first = day.year if day.month >= 4 else day.year - 1
    return Period(datetime.date(first, 4, 1), datetime.date(first + 1, 3, 31))


def year_name(period: Period) -> str:
    """2025-26 for a whole financial year, else its months."""
    if period == financial_year(period.first):
        return f"{period.first.year}-{period.last.year % 100:02}"
    return str(period)


def periods_to_choose(user: User) -> dict[str, tuple[str, Period]]:
    """What this person may ask for, by the key in the address, the usual one first.

    The last twelve full months, financial years, months. Who may not see small numbers is offered whole years that are
    over (decision 31): more ways to cut the same time would give away what is hidden.
    """
    months = months_to_report()
    years = {month: financial_year(month.first) for month in months}
    found = {year_name(year): (f"April {year.first.year} to March {year.last.year}", year) for year in years.values()}
    over = {key: chosen for key, chosen in found.items() if chosen[1].last < today()}
    if not user.can("see_small_numbers"):
        return over or found
    last = Period(months[1].earlier(months=11).first, months[1].last)
    so_far = {key: (f"{label} so far", year) for key, (label, year) in found.items() if key not in over}
    single = {f"{month.first:%Y-%m}": (str(month), month) for month in months}
    return {LAST_YEAR: ("The last 12 months", last), **so_far, **over, **single}


def period_asked(user: User, key: str | None) -> tuple[str, Period]:
    """The period of that key as this person may see it, else the usual one; with its key."""
    choices = periods_to_choose(user)
    key = key if key in choices else next(iter(choices))
    return key, choices[key][1]
