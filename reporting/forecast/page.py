"""The forecast in sentences, pictures and tables.

Whoever may not see small numbers gets none under 5, expected or counted. What came month by month they get only for
all councils together, and only where none of it is small: a council's months could be set beside other figures of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from reporting import charts
from reporting.dashboards.page import Section, Table
from reporting.forecast.backtest import (
    KINDS,
    LOOKED_BACK,
    TO_FORECAST,
    TO_JUDGE,
    TOTAL,
    Judged,
    judge,
    spread,
)
from reporting.forecast.known import Known
from reporting.forecast.model import MONTHS, Expected, Forecast, New, follow, look_ahead
from reporting.forecast.model import Table as Moves
from reporting.forecast.paths import APPLIED, LABELS, OPEN, month_of
from reporting.forecast.ranges import likely_range
from reporting.forecast.whatif import STEPS, Assumptions, conversion
from reporting.suppression import HIDDEN, hidden_counts
from reporting.suppression import TOTAL as TOTAL_KEY

FEW = "under 5"
NOUNS = {"applied": ("application", "applications"), "approved": ("approval", "approvals")}
MEASURES = {"applied": ("M16",), "approved": ("M18",)}


@dataclass(frozen=True)
class Shown:
    known: Known
    assumed: Assumptions
    protected: bool
    of_one: bool  # a council, not all of them

    def sections(self) -> list[Section]:
        if self.known.months < TO_FORECAST:
            return []
        ahead = [self._ahead(kind) for kind in KINDS]
        back = [self._back(kind) for kind in KINDS]
        return [*ahead, *back, *([self._standing()] if not (self.protected and self.of_one) else [])]

    def _ahead(self, kind: str) -> Section:
        found, usual = self._forecasts[kind], self._usual[kind]
        one, many = NOUNS[kind]
        head = ["Month", "Expected", "Likely range"]
        months = range(self.known.at + 1, self.known.at + MONTHS + 1)
        rows = [[str(month_of(month)), *self._cells(kind, found.months[i])] for i, month in enumerate(months)]
        total = ["All six months", *self._cells(kind, found.total, TOTAL)]
        if self.assumed.is_otherwise:
            head.append("As things are")
            for row, expected in zip(rows, usual.months, strict=True):
                row.append(self._about(expected.mean))
            total.append(self._about(usual.total.mean))
        said = self._range(kind, found.total, TOTAL)
        about = self._said(found.total.mean)
        otherwise = f"; as things are, {self._said(usual.total.mean).lower()}" if self.assumed.is_otherwise else ""
        return Section(
            slug=f"ahead-{kind}",
            kicker=f"{many.capitalize()} expected, {month_of(months[0])} to {month_of(months[-1])}",
            title=f"{about} {one if about == 'About 1' else many} in the next six months, likely {said}{otherwise}",
            table=Table(f"{many.capitalize()} expected, by month", head, rows, [total]),
            alt=f"Chart by month. {'; '.join(f'{row[0]}: expected {row[1]}, likely {row[2]}' for row in rows)}.",
            spec=self._picture_ahead(kind, found),
            note="The likely range should hold four times in five. Rounded, so months may not add up to the total.",
            measures=MEASURES[kind],
        )

    def _back(self, kind: str) -> Section:
        trials = [one for one in self.known.trials if one.kind == kind and one.ahead == 1]
        trials = [one for one in trials if one.made_at >= self.known.at - LOOKED_BACK]
        shows = self._shows_months(kind)
        head = ["Month", "Forecast the month before", "Likely range", *(["What came", "In the range"] if shows else [])]
        rows = []
        for one in trials:
            said = [str(month_of(one.month)), self._about(one.expected.mean), self._between(one.low, one.high)]
            rows.append([*said, *([f"{one.came:,}", "yes" if one.is_inside else "no"] if shows else [])])
        drawn = bool(trials) and shows and self._may_be_drawn(one.low for one in trials)
        months = [
            charts.Range(_short(one.month), one.expected.mean, one.low, one.high, one.came) for one in trials if drawn
        ]
        described = "; ".join(f"{row[0]}: forecast {row[1]}, likely {row[2]}, came {row[3]}" for row in rows if drawn)
        return Section(
            slug=f"back-{kind}",
            kicker=f"How good the forecast of {NOUNS[kind][1]} was",
            title=verdict(judge(self.known.trials, kind, self.known.at), kind, self.known.months),
            table=Table("One month ahead, as it would have been said then", head, rows),
            alt=f"Chart by month. {described}." if drawn else "",
            spec=charts.ranges(months) if drawn else None,
            note="Each forecast was made again with only what had happened by then. The sentence is about one to six "
            "months ahead, and the simple forecast is the same month last year, or the mean of the last six where "
            "there is none. Facts recorded late count as if they had been known at once, which flatters it a little.",
        )

    def _standing(self) -> Section:
        numbers = {stage: sum(n for cell, n in self.known.standing.items() if cell[0] == stage) for stage in OPEN}
        everybody = sum(numbers.values())
        hide = hidden_counts({LABELS[stage]: n for stage, n in numbers.items()}, everybody) if self.protected else set()
        rows = []
        for stage, number in numbers.items():
            shares = [f"{100 * self._share(stage, kind):.0f}%" if number else "–" for kind in KINDS]
            if stage >= APPLIED:
                shares[0] = "–"
            cells = [HIDDEN] * 3 if LABELS[stage] in hide else [f"{number:,}", *shares]
            rows.append([LABELS[stage], *cells])
        total = HIDDEN if TOTAL_KEY in hide else f"{everybody:,}"
        return Section(
            slug="standing",
            kicker=f"Where the forecast starts: the end of {month_of(self.known.at)}",
            title="1 household is open" if total == "1" else f"{total} households are open",
            table=Table(
                "Open households, and the share expected to go on in six months",
                ("Stage", "Open", "Will apply", "Will be approved"),
                rows,
                [["All", total, "", ""]],
            ),
            note="Everybody neither ended nor approved by then, on hold or not. Those who will turn out not to be "
            "asking about fostering are among them: nobody knows yet who.",
        )

    def assumed_table(self) -> Table | None:
        """Every assumption, as things are and as assumed."""
        known, staffing = self.known, self.assumed.staffing
        if known.months < TO_FORECAST:
            return None
        hides = self.protected and self.of_one
        new = [sum(one.mean for one in some) / len(some) for some in (known.new, self._new)]
        rows = [["New enquiries a month", *map(self._about, new)]]
        for step, (_, _, label) in STEPS.items():
            shares = [f"{100 * conversion(one, step):.0f}%" for one in (known.table, self._table)]
            rows.append([f"Who go on from {label}", *([HIDDEN] * 2 if hides else shares)])
        in_time = HIDDEN if hides else f"{100 * known.promptness.share:.0f}%"
        loss = HIDDEN if hides and known.promptness.is_known else f"{known.promptness.loss:.0f}%"
        then_in_time = f"{100 * staffing.in_time(new[1]):.0f}%" if staffing else in_time
        then_loss = f"{staffing.loss:.0f}%" if staffing and loss != HIDDEN else loss
        rows.append(["Spoken to within a working day", in_time, then_in_time])
        rows.append(["Applications lost when it is later", loss, then_loss])
        if staffing:
            each = self._about(new[1] / staffing.workers) if staffing.workers else "–"
            rows.append(["Workers who ring new enquiries", "–", f"{staffing.workers:g}"])
            rows.append(["Hours a week of each", "–", f"{staffing.hours:g}"])
            rows.append(["Minutes of work for each enquiry", "–", f"{staffing.minutes:g}"])
            rows.append(["New enquiries a month for each worker", "–", each])
            rows.append(["New enquiries a month that there is time for", "–", f"{staffing.capacity:,.0f}"])
        return Table("Every assumption", ("Assumption", "As things are", "As assumed"), rows)

    @cached_property
    def _new(self) -> list[New]:
        return self.assumed.new(list(self.known.new))

    @cached_property
    def _table(self) -> Moves:
        return self.assumed.table(self.known.table)

    @cached_property
    def _usual(self) -> dict[str, Forecast]:
        known = self.known
        return {kind: look_ahead(kind, known.table, known.standing, known.new) for kind in KINDS}

    @cached_property
    def _forecasts(self) -> dict[str, Forecast]:
        if not self.assumed.is_otherwise:
            return self._usual
        monthly = sum(one.mean for one in self._new) / len(self._new)
        weight = self.assumed.staffing.weight(monthly) if self.assumed.staffing else 1.0
        return {kind: look_ahead(kind, self._table, self.known.standing, self._new, weight) for kind in KINDS}

    @cached_property
    def _stages(self) -> dict[tuple[int, str], float]:
        found: dict[tuple[int, str], float] = {}
        for kind in KINDS:
            for cell, number in self.known.standing.items():
                chance = sum(follow(self.known.table, cell).of(kind))
                found[cell[0], kind] = found.get((cell[0], kind), 0.0) + number * chance
        return found

    def _share(self, stage: int, kind: str) -> float:
        number = sum(n for cell, n in self.known.standing.items() if cell[0] == stage)
        return self._stages.get((stage, kind), 0.0) / number

    def _bounds(self, kind: str, expected: Expected, ahead: int = 1) -> tuple[int, int]:
        return likely_range(expected.mean, expected.variance * spread(self.known.trials, kind, ahead, self.known.at))

    def _cells(self, kind: str, expected: Expected, ahead: int = 1) -> list[str]:
        return [self._about(expected.mean), self._range(kind, expected, ahead)]

    def _range(self, kind: str, expected: Expected, ahead: int = 1) -> str:
        return self._between(*self._bounds(kind, expected, ahead))

    def _between(self, low: int, high: int) -> str:
        if self.protected and low < 5:
            return FEW if high < 5 else f"{high:,} or fewer"
        return f"{low:,} to {high:,}"

    def _about(self, number: float) -> str:
        if self.protected and number < 5:
            return FEW
        return f"{number:,.0f}" if number >= 9.95 else f"{number:.1f}".removesuffix(".0")

    def _said(self, number: float) -> str:
        text = self._about(number)
        return text.capitalize() if text == FEW else f"About {text}"

    def _shows_months(self, kind: str) -> bool:
        if not self.protected:
            return True
        months = range(self.known.at - LOOKED_BACK + 1, self.known.at + 1)
        came = [self.known.came[kind].get(month, 0) for month in months]
        return not self.of_one and not any(0 < number < 5 for number in came)

    def _may_be_drawn(self, lows: Iterable[int]) -> bool:
        return not self.protected or min(lows) >= 5

    def _picture_ahead(self, kind: str, found: Forecast) -> dict | None:
        bounds = [self._bounds(kind, expected) for expected in found.months]
        if not self._may_be_drawn(low for low, _ in bounds):
            return None
        at, came = self.known.at, self.known.came[kind]
        first = max(at - 5, at - self.known.months + 1)
        before = [
            charts.Range(_short(month), came=came.get(month, 0))
            for month in range(first, at + 1)
            if self._shows_months(kind)
        ]
        after = [
            charts.Range(_short(at + 1 + i), found.months[i].mean, low, high) for i, (low, high) in enumerate(bounds)
        ]
        return charts.ranges([*before, *after])


def verdict(judged: Judged | None, kind: str, months: int) -> str:
    """How good it was, in a sentence that is true of every history."""
    if months < TO_JUDGE or judged is None:
        return (
            f"There {'is only 1 month' if months == 1 else f'are only {months} months'} of history; "
            f"from {TO_JUDGE} on we can say how good this is"
        )
    error, naive = f"{judged.error:.1f}", f"{judged.naive_error:.1f}"
    if error == naive:
        compared = "as far as a simple forecast"
    else:
        compared = f"{'less' if judged.error < judged.naive_error else 'more'} than a simple forecast ({naive})"
    bias = f"{abs(judged.bias):.1f}"
    leaned = "neither too high nor too low" if bias == "0.0" else f"{bias} too {'high' if judged.bias > 0 else 'low'}"
    return (
        f"Forecasts of a month’s {NOUNS[kind][1]} were {error} out on average, {compared}, and on the whole {leaned}; "
        f"{100 * judged.inside:.0f}% of months lay in the range that promises 80%"
    )


def _short(month: int) -> str:
    return f"{month_of(month).first:%b}"
