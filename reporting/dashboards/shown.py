"""Sums as the audience may see them: a builder of a dashboard asks for nothing else, so nothing hidden can slip out.

For whoever may not see small numbers a figure must stay hidden on every page that they can open, or one page gives
away what another hides. So it is decided for the whole financial year and all councils at once, whatever was picked:
months add up to quarters and years, councils to all, the parts of a breakdown to its total (reporting/suppression/).
Of a single council they see whole years alone: months of councils are so small that little else would be left to show.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from reporting.dashboards.lines import IN_TWO_WAYS, LINES, SAME_CASES
from reporting.dashboards.page import Asked
from reporting.households.reading import ALL, Cell, Chosen, add_up
from reporting.layout import HIDDEN, NO_CASES
from reporting.measures.computation import Sums, one_decimal
from reporting.measures.period import Period
from reporting.months import months_to_report
from reporting.suppression.cells import hidden_cells
from reporting.suppression.solving import Sum


@dataclass(frozen=True)
class Figure:
    """One sum as it may be seen. `number` is None where it is hidden, so that a picture draws nothing."""

    sums: Sums
    is_hidden: bool = False

    @property
    def number(self) -> int | None:
        return None if self.is_hidden else self.sums.cases

    @property
    def text(self) -> str:
        return HIDDEN if self.is_hidden else f"{self.sums.cases:,}"

    @property
    def share(self) -> float | None:
        """In percent; None where it is hidden or there are no cases."""
        return None if self.is_hidden or not self.sums.base else percent(self.sums.hits, self.sums.base)

    @property
    def share_text(self) -> str:
        return HIDDEN if self.is_hidden else NO_CASES if self.share is None else f"{self.share:.1f}%"

    @property
    def of(self) -> str:
        return "" if self.is_hidden or not self.sums.base else f"{self.sums.hits:,}\u00a0of\u00a0{self.sums.base:,}"

    @property
    def median(self) -> float | None:
        return None if self.is_hidden or self.sums.median is None else one_decimal(Decimal(self.sums.median))

    @property
    def median_text(self) -> str:
        if self.is_hidden:
            return HIDDEN
        return NO_CASES if self.median is None else f"{self.median:,.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Figures:
    """The sums of some lines for what was picked."""

    cells: Mapping[Cell, Sums]
    area: str = ALL
    hidden: Collection[Cell] = field(default_factory=frozenset)
    hidden_shares: Collection[Cell] = field(default_factory=frozenset)

    def count(self, line: str, key: str = "", *, month: datetime.date | None = None, area: str = "") -> Figure:
        cell = Cell(line, key, month, area or self.area)
        return Figure(self.cells.get(cell, Sums()), cell in self.hidden)

    def share(self, line: str, *, month: datetime.date | None = None, area: str = "") -> Figure:
        """The same of a line with a numerator: hidden too where the numerator must be."""
        cell = Cell(line, "", month, area or self.area)
        return Figure(self.cells.get(cell, Sums()), cell in self.hidden or cell in self.hidden_shares)

    def keys(self, line: str) -> list[str]:
        """What occurs in a breakdown for what was picked."""
        found = {cell.key for cell in self.cells if cell.line == line and cell.area == self.area and not cell.month}
        return sorted(found)


def percent(part: int, whole: int) -> float:
    return one_decimal(Decimal(100 * part) / whole)


def figures(names: Sequence[str], asked: Asked, *, by: Collection[str] = (), span: Period | None = None) -> Figures:
    """The sums of the lines (`lines.LINES`) for what was asked, or another span of the same; `by` as add_up has it."""
    chosen = replace(asked.chosen, span=span or asked.chosen.span)
    if not asked.protected:
        cells = add_up(names, chosen, by=by, lines=LINES)
        # With one council picked, “all” are all of it.
        return Figures(cells)
    return protected_figures(names, chosen)


def protected_figures(names: Sequence[str], chosen: Chosen) -> Figures:
    """For whoever may not see small numbers: whole months, quarters and financial years; anything else is refused."""
    if chosen.campaign:
        raise ValueError("Figures of one campaign are not for those who may not see small numbers.")
    year = year_of(chosen.span)
    spans = _spans(year)
    if chosen.span not in spans:
        raise ValueError(f"{chosen.span} overlaps other periods: a small number could be worked out.")
    both = ("month", "authority")
    in_year = add_up(names, Chosen(year), by=both, lines=LINES)
    hidden, shares = _hidden(names, in_year, spans)
    # The columns are those of the year, so that a council that left does not change the sum of the others.
    cells = add_up(names, Chosen(chosen.span), by=both, lines=LINES, members_in=year)
    found = {cell: _node(cell, chosen.span) for cell in cells}
    return Figures(
        cells,
        chosen.authority,
        {cell for cell, node in found.items() if node in hidden or not _is_offered(node, year)},
        {cell for cell, node in found.items() if node in shares},
    )


def year_of(span: Period, earliest: datetime.date | None = None) -> Period:
    """The financial year in which the span ends, from the first month in which there can be anything."""
    first = span.last.year - (span.last.month < 4)
    earliest = earliest or months_to_report()[-1].first
    return Period(max(datetime.date(first, 4, 1), earliest), datetime.date(first + 1, 3, 31))


Node = tuple[str, str, str, Period]  # line, key, area, period
SharedNode = tuple[str, str, str, Period, str]  # and which part of a share


def _spans(year: Period) -> dict[Period, list[Period]]:
    """The year, its quarters and its months, each with the parts it consists of."""
    quarters: dict[Period, list[Period]] = defaultdict(list)
    for month in year.months:
        quarter = Period.quarter_of(month.first)
        quarters[Period(max(quarter.first, year.first), quarter.last)].append(month)
    # A quarter of which only one month is in the year is that month.
    own = {quarter: months for quarter, months in quarters.items() if len(months) > 1}
    parts = [quarter if quarter in own else months[0] for quarter, months in quarters.items()]
    whole = {year: parts} if len(parts) > 1 else {}
    return {**{month: [] for month in year.months}, **own, **whole}


def _node(cell: Cell, span: Period) -> Node:
    period = Period.month_of(cell.month) if cell.month else span
    return (cell.line, cell.key, cell.area, period) if cell.key else (_total_of(cell.line), "", cell.area, period)


def _is_offered(node: Node, year: Period) -> bool:
    return node[2] == ALL or node[3] == year


def _total_of(line: str) -> str:
    return SAME_CASES.get(line, line)


def _hidden(
    names: Sequence[str], cells: Mapping[Cell, Sums], spans: Mapping[Period, list[Period]]
) -> tuple[set[Node], set[Node]]:
    """The figures that must not show, and the shares besides them."""
    with_share = {name for name in names if any(case.hit != "FALSE" for case in LINES[name])}
    counted, shared = {}, {}
    for cell, sums in cells.items():
        if not cell.month or not cell.area:
            continue
        node = (cell.line, cell.key, cell.area, Period.month_of(cell.month))
        counted[node] = sums.cases
        if cell.line in with_share:
            shared[node] = sums
    made = _Sums(counted, spans)
    hidden = hidden_cells(made.numbers, made.sums)
    return hidden, _hidden_shares(shared, spans)


def _hidden_shares(shared: Mapping[Node, Sums], spans: Mapping[Period, list[Period]]) -> set[Node]:
    """Numerator, denominator and the rest are shown together or not at all, as in suppression.tables."""
    counts: dict[SharedNode, int] = {}
    sums: list[Sum] = []
    of_part = {
        part: _Sums({node: number(one) for node, one in shared.items()}, spans)
        for part, number in (("of", lambda one: one.base), ("met", lambda one: one.hits), ("rest", _rest))
    }
    for part, made in of_part.items():
        counts |= {(*node, part): number for node, number in made.numbers.items()}
        for one in made.sums:
            sums.append(Sum((*one.total, part), tuple((*node, part) for node in one.parts)))
    also: dict[SharedNode, list[SharedNode]] = {}
    for node in of_part["of"].numbers:
        whole, met, rest = ((*node, part) for part in ("of", "met", "rest"))
        sums.append(Sum(whole, (met, rest)))
        also |= {whole: [met, rest], met: [whole], rest: [whole]}
    hide = hidden_cells(
        counts, sums, also=also, least=dict.fromkeys(counts, 0),
        never_small=[node for node in counts if node[-1] == "rest"],
    )  # fmt: skip
    return {node[:-1] for node in hide}


def _rest(sums: Sums) -> int:
    return sums.base - sums.hits


class _Sums:
    """All that can be added up, and what adds up to what."""

    def __init__(self, leaves: Mapping[Node, int], spans: Mapping[Period, list[Period]]):
        self.numbers: dict[Node, int] = defaultdict(int)
        ways: dict[tuple[Node, str], set[Node]] = defaultdict(set)
        year = max(spans, key=lambda span: (span.last - span.first).days)
        months = [(month, area) for _, _, area, month in leaves]
        places = {
            (month, area): [(ALL, span) for span in _holders(month, spans)] + [(area, year)] for month, area in months
        }
        gives_total: dict[str, str] = {}  # of several breakdowns of the same cases the first
        for (line, key, area, month), number in leaves.items():
            total = _total_of(line)
            keys = [(line, key)] if key else []
            if gives_total.setdefault(total, line) == line:
                keys.append((total, ""))
            for name, own_key in keys:
                for where, when in places[month, area]:
                    self.numbers[name, own_key, where, when] += number
            if not key:
                continue
            for where, when in places[month, area]:
                own = (line, key, where, when)
                ways[(total, "", where, when), line].add(own)
                for part, margin in zip(key.split(" "), IN_TWO_WAYS.get(line, ()), strict=False):
                    ways[(margin, part, where, when), line].add(own)
        for node in list(self.numbers):
            name, key, area, period = node
            if area:
                ways[(name, key, ALL, period), "areas"].add(node)
            for whole in spans:
                if period in spans[whole]:
                    ways[(name, key, area, whole), "periods"].add(node)
        self.sums = [
            Sum(total, tuple(sorted(found, key=repr))) for (total, _), found in ways.items() if total in self.numbers
        ]


def _holders(month: Period, spans: Mapping[Period, list[Period]]) -> list[Period]:
    return [span for span in spans if span.first <= month.first and month.last <= span.last]
