"""What holds: the target of a measure on a day, the baseline of a quarter, the year so far against both."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from hub.models import Authority
from reporting.households.reading import ALL, Cell, Chosen, add_up
from reporting.measures.computation import Sums
from reporting.measures.period import Period
from reporting.measures.registry import MEASURES
from reporting.targets.models import Baseline, Target

QUARTERS = {1: "April to June", 2: "July to September", 3: "October to December", 4: "January to March"}
# The counts that the quarterly return compares (measures.md, K01 and K05).
WITH_BASELINE = ("M02", "M18")


def quarter_of(day: datetime.date) -> int:
    """The quarter of the financial year: 1 is April to June."""
    return (day.month - 4) % 12 // 3 + 1


def year_of(day: datetime.date) -> Period:
    """The financial year, April to March, that the day lies in."""
    first = datetime.date(day.year if day.month >= 4 else day.year - 1, 4, 1)
    return Period(first, datetime.date(first.year + 1, 3, 31))


def target_for(code: str, on: datetime.date, authority: Authority | None = None) -> Decimal | None:
    """The target of a measure that holds on the day, of an authority or of the hub; None where there is none.

    A share in percent, a median in days, a count in a financial year. Of several from one day the one set last counts.
    An authority without a target of its own has none: the hub's is for all of them together.
    """
    return targets_on(on, authority).get(code)


def targets_on(on: datetime.date, authority: Authority | None = None) -> dict[str, Decimal | None]:
    """The same of every measure for which one was ever set, in one query."""
    held = Target.objects.filter(authority=authority, applies_from__lte=on)
    return dict(held.order_by("applies_from", "recorded_at", "pk").values_list("code", "value"))


def baseline_for(
    code: str, quarter: int, authority: Authority | None = None, *, as_at: datetime.datetime | None = None
) -> Baseline | None:
    """What a count was in a quarter (1 to 4) of the financial year, as known at the moment; None where not set."""
    known = Baseline.objects.known(as_at or timezone.now())
    return known.filter(code=code, quarter=quarter, authority=authority).first()


@dataclass(frozen=True)
class YearToDate:
    """A count since 1 April. What it is measured against is the part of the year that has passed, by days."""

    code: str
    period: Period
    count: int
    target: Decimal | None  # of the whole year
    target_so_far: Decimal | None
    baseline_so_far: Decimal | None  # where each quarter so far has one


def year_to_date(code: str, on: datetime.date, authority: Authority | None = None) -> YearToDate:
    """How a count stands in the financial year up to the day, against target and baseline; facts as known now.

    `ValueError` for a code that is no count.
    """
    if code not in MEASURES or not MEASURES[code].is_count:
        raise ValueError(f"{code} does not add up over a year.")
    year = year_of(on)
    period = Period(year.first, Period.month_of(on).last)
    sums = add_up([code], Chosen(period, authority=authority.gss_code if authority else ALL))
    found = sums.get(Cell(code), Sums())
    target = target_for(code, on, authority)
    passed = Decimal((on - year.first).days + 1) / ((year.last - year.first).days + 1)
    return YearToDate(
        code=code,
        period=period,
        count=found.total if MEASURES[code].unit == "places" else found.cases,
        target=target,
        target_so_far=None if target is None else target * passed,
        baseline_so_far=_baseline_so_far(code, on, authority),
    )


def _baseline_so_far(code: str, on: datetime.date, authority: Authority | None) -> Decimal | None:
    parts = []
    for number in range(1, quarter_of(on) + 1):
        row = baseline_for(code, number, authority)
        if row is None:
            return None
        quarter = Period.quarter(f"{year_of(on).first.year}-Q{number}")
        days = (quarter.last - quarter.first).days + 1
        parts.append(Decimal(row.value) * min(days, (on - quarter.first).days + 1) / days)
    return sum(parts, Decimal(0))
