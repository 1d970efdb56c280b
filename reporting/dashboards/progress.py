"""The financial year so far against targets and baselines (reporting/targets/).

Whoever may not see small numbers gets whole quarters that are over, of all councils together or of their own; and
nothing of which any quarter is hidden elsewhere (shown.py), since the others could be taken from it.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from hub.current import current
from hub.models import Authority
from reporting import charts
from reporting.dashboards.page import Asked, Link, Section, Table
from reporting.dashboards.pickers import last_quarter
from reporting.dashboards.shown import protected_figures
from reporting.dashboards.shown import year_of as year_shown
from reporting.households.reading import Cell, Chosen, add_up
from reporting.layout import HIDDEN, NO_CASES
from reporting.measures.computation import Sums, one_decimal
from reporting.measures.period import Period
from reporting.suppression.cells import is_small
from reporting.targets.reading import YearToDate, targets_on, year_of, year_to_date

COUNTS = ("M02", "M12", "M16", "M18", "M19")
SHARES = ("M06", "M09")
MEDIANS = ("M07", "M15", "M17", "M23")
LABELS = {
    "M02": "Enquiries",
    "M06": "Spoken with within 1 working day",
    "M07": "Working days to first conversation",
    "M09": "Visited within 10 working days",
    "M12": "Referrals to councils",
    "M15": "Working days to a council’s answer",
    "M16": "Applications",
    "M17": "Days, enquiry to application",
    "M18": "Approvals",
    "M19": "Approved places",
    "M23": "Days, application to approval",
}
# How many cases are behind a sum or a median.
BEHIND = {"M19": "M18"}
NONE = "–"


def build(asked: Asked) -> list[Section]:
    council = current().authorities.get(asked.chosen.authority)
    on = last_quarter().last if asked.protected else asked.today
    span = Period(year_of(on).first, Period.month_of(on).last)
    hidden = _hidden(asked, span)
    links = [Link("Targets and baselines", reverse("targets"), "see_reports")]
    return [
        _counts([year_to_date(code, on, council) for code in COUNTS], hidden, on, links),
        _quality(asked, span, on, council, hidden),
    ]


def _hidden(asked: Asked, span: Period) -> set[str]:
    """The counts and shares of which some quarter does not show."""
    if not asked.protected:
        return set()
    if asked.chosen.authority:  # a council's people, who see none of their quarters elsewhere
        months = add_up(COUNTS, Chosen(span, asked.chosen.authority), by=["month"])
        return {code for code in COUNTS if any(is_small(cases) for cases in _by_quarter(months, code, span).values())}
    hidden, earliest = set(), year_shown(span).first
    for quarter in dict.fromkeys(Period.quarter_of(month.first) for month in span.months if month.first >= earliest):
        within = Period(max(quarter.first, earliest), quarter.last)
        shown = protected_figures([*COUNTS, *SHARES], Chosen(within))
        hidden |= {code for code in COUNTS if shown.count(BEHIND.get(code, code)).is_hidden}
        hidden |= {code for code in SHARES if shown.share(code).is_hidden}
    return hidden


def _by_quarter(months: Mapping[Cell, Sums], code: str, span: Period) -> dict[Period, int]:
    quarters: dict[Period, int] = defaultdict(int)
    for month in span.months:
        quarters[Period.quarter_of(month.first)] += months.get(
            Cell(BEHIND.get(code, code), "", month.first), Sums()
        ).cases
    return quarters


def _counts(years: Sequence[YearToDate], hidden: set[str], on: datetime.date, links: Sequence[Link]) -> Section:
    said = {year.code: HIDDEN if year.code in hidden else f"{year.count:,}" for year in years}
    bars = [(LABELS[year.code], None if year.code in hidden else year.count, said[year.code]) for year in years]
    rows = [
        (LABELS[year.code], said[year.code], *map(_whole, (year.target_so_far, year.target, year.baseline_so_far)))
        for year in years
    ]
    return Section(
        slug="counts",
        kicker=f"From {_day(years[0].period.first)} to {_day(on)}",
        title=_finding([year for year in years if year.code not in hidden]),
        table=Table(
            "Against target and baseline",
            ("Since 1 April", "Number", "Target by now", "Target for the year", "Baseline by now"),
            rows,
        ),
        alt="Bar chart: " + ", ".join(f"{label.lower()} {text}" for label, _, text in bars) + ".",
        spec=charts.bars(bars),
        note="By now is the part of the year, or of the quarters before, that has passed, by days. "
        f"“{NONE}” is where none is set.",
        measures=[year.code for year in years],
        links=links,
    )


def _finding(years: Sequence[YearToDate]) -> str:
    """The first that has a target; else the first there is."""
    against = [year for year in years if year.target_so_far is not None]
    if against:
        year = against[0]
        target = year.target_so_far or Decimal(0)
        way = "more than" if year.count > target else "fewer than" if year.count < target else "just"
        return f"{LABELS[year.code]}: {year.count:,} so far, {way} the {_whole(target)} of the target by now"
    if not years:
        return "No count can be shown: each has a quarter with a small number"
    return f"{LABELS[years[0].code]}: {years[0].count:,} so far; no target is set for a number"


@dataclass(frozen=True)
class Quality:
    """A share or a median against its target."""

    code: str
    sums: Sums
    target: Decimal | None
    is_hidden: bool

    @property
    def is_share(self) -> bool:
        return self.code in SHARES

    @property
    def value(self) -> float | None:
        if self.is_hidden:
            return None
        if self.is_share:
            return one_decimal(Decimal(100 * self.sums.hits) / self.sums.base) if self.sums.base else None
        return None if self.sums.median is None else one_decimal(Decimal(self.sums.median))

    @property
    def is_met(self) -> bool | None:
        """None where it cannot be said: no target, no cases, or not to be shown."""
        if self.value is None or self.target is None:
            return None
        return self.value >= self.target if self.is_share else self.value <= self.target

    @property
    def text(self) -> str:
        if self.is_hidden:
            return HIDDEN
        if self.value is None:
            return NO_CASES
        if self.is_share:
            return f"{self.value:.1f}% ({self.sums.hits:,}\u00a0of\u00a0{self.sums.base:,})"
        return f"{self.value:,.1f}"

    @property
    def target_text(self) -> str:
        if self.target is None:
            return NONE
        number = f"{self.target:,.1f}".removesuffix(".0")
        return f"{number}%" if self.is_share else number

    @property
    def met_text(self) -> str:
        return {True: "met", False: "not met", None: NONE}[self.is_met]


def _quality(asked: Asked, span: Period, on: datetime.date, council: Authority | None, hidden: set[str]) -> Section:
    sums = add_up([*SHARES, *MEDIANS], Chosen(span, asked.chosen.authority))
    targets = targets_on(on, council)
    found = [
        _of(code, sums, targets.get(code), protected=asked.protected, is_hidden=code in hidden)
        for code in (*SHARES, *MEDIANS)
    ]
    judged = [one for one in found if one.is_met is not None]
    met = sum(bool(one.is_met) for one in judged)
    title = f"{met} of {len(judged)} targets {'is' if met == 1 else 'are'} met" if judged else "No target can be judged"
    if len(judged) == 1:
        title = f"{LABELS[judged[0].code]}: {judged[0].text}, target {judged[0].target_text}, {judged[0].met_text}"
    return Section(
        slug="quality",
        kicker=f"How quickly, from {_day(span.first)} to {_day(on)}",
        title=title,
        table=Table(
            "Against target",
            ("Since 1 April", "Figure", "Target", "Target is"),
            [(LABELS[one.code], one.text, one.target_text, one.met_text) for one in found],
        ),
        note="Days are medians: half took no longer. A share meets its target from it on, days up to it.",
        measures=[*SHARES, *MEDIANS],
    )


def _of(code: str, sums: Mapping[Cell, Sums], target: Decimal | None, *, protected: bool, is_hidden: bool) -> Quality:
    own = sums.get(Cell(code), Sums())
    few = is_small(own.cases) or (code in SHARES and (is_small(own.hits) or is_small(own.base)))
    return Quality(code, own, target, is_hidden or (protected and few))


def _whole(number: Decimal | None) -> str:
    return NONE if number is None else f"{number:,.0f}"


def _day(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"
