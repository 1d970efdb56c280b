"""What the hub cost over some months, what each enquiry, application, approval and place cost, and who bears it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cached_property

from django.db.models import Sum

from enquiries.models import Campaign
from hub.working_time import today
from reporting.comparison.models import PublishedFigure
from reporting.layout import HIDDEN
from reporting.measures.period import Period
from reporting.ours import Ours
from reporting.value.models import HubCost

PENNY = Decimal("0.01")
# Line of ours (measures.md), what it counts, one and many.
COUNTED = (
    ("M02", "enquiry", "enquiries"),
    ("M16", "application", "applications"),
    ("M18", "approved household", "approved households"),
    ("M19", "approved place", "approved places"),
)


@dataclass(frozen=True)
class Entry:
    """One entered cost, and how much of it falls into the period: by months, where it is for more of them."""

    cost: HubCost
    amount: Decimal

    @property
    def is_part(self) -> bool:
        return self.amount != self.cost.amount


@dataclass(frozen=True)
class Each:
    """What one of something cost; hidden where the number of them is."""

    what: str
    many: str
    number: str
    cost: Decimal | None
    is_hidden: bool

    @property
    def text(self) -> str:
        if self.is_hidden:
            return HIDDEN
        return pounds(self.cost) if self.cost is not None else "none to divide by"


class Costs:
    """The costs that count, of one period, beside what was reached in it."""

    def __init__(self, ours: Ours):
        self.ours, self.period = ours, ours.period

    @cached_property
    def entries(self) -> list[Entry]:
        found = HubCost.objects.counting().filter(first_month__lte=self.period.last).select_related("recorded_by")
        entries = [Entry(cost, part_of(cost, self.period)) for cost in found]
        return [entry for entry in entries if _months_within(entry.cost, self.period)]

    @property
    def total(self) -> Decimal:
        return sum((entry.amount for entry in self.entries), Decimal(0))

    @property
    def by_kind(self) -> list[tuple[str, Decimal]]:
        """The largest first."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for entry in self.entries:
            sums[entry.cost.get_kind_display()] += entry.amount
        return sorted(sums.items(), key=lambda pair: -pair[1])

    @cached_property
    def each(self) -> list[Each]:
        return [self._each(*counted) for counted in COUNTED]

    def _each(self, code: str, what: str, many: str) -> Each:
        cell, number = self.ours.cell(code), self.ours.number(code)
        cost = (self.total / Decimal(str(number))).quantize(PENNY, ROUND_HALF_UP) if number else None
        return Each(what, many, cell.text, cost, cell.is_hidden)

    @property
    def months_without(self) -> list[Period]:
        """Months of the period, up to now, for which nothing was entered: what each cost would look too low."""
        # A cost corrected to 0 was entered by mistake.
        entered = {month.first for entry in self.entries if entry.cost.amount for month in entry.cost.period.months}
        return [month for month in self.period.months if month.first not in entered and month.last < today()]

    @property
    def twice(self) -> list[tuple[HubCost, HubCost]]:
        """Costs of one kind whose months overlap, one entered for a year and one for a month of it perhaps."""
        costs = sorted((entry.cost for entry in self.entries), key=lambda cost: (cost.kind, cost.first_month))
        pairs = [(a, b) for number, a in enumerate(costs) for b in costs[number + 1 :] if a.kind == b.kind]
        return [(a, b) for a, b in pairs if b.first_month <= a.period.last and a.months != b.months]

    @cached_property
    def campaigns(self) -> Decimal:
        """Spent so far on campaigns that ran in the period. It is no part of the cost unless it was entered as one."""
        running = Campaign.objects.filter(starts_on__lte=self.period.last).exclude(ends_on__lt=self.period.first)
        return running.aggregate(spent=Sum("spend"))["spent"] or Decimal(0)


def part_of(cost: HubCost, period: Period) -> Decimal:
    """How much of a cost falls into the period, each of its months taken as alike."""
    return (cost.amount * _months_within(cost, period) / cost.months).quantize(PENNY, ROUND_HALF_UP)


def _months_within(cost: HubCost, period: Period) -> int:
    return sum(period.first <= month.first <= period.last for month in cost.period.months)


WAYS = {
    "population": "population",
    "M02": "enquiries in the period",
    "M16": "applications in the period",
    "M18": "approvals in the period",
}


@dataclass(frozen=True)
class Share:
    name: str
    weight: str
    percent: str
    amount: str


@dataclass(frozen=True)
class Shared:
    """The cost shared among the councils; `why_not` says why it cannot be."""

    way: str
    shares: list[Share]
    source: str = ""
    why_not: str = ""


def shared(costs: Costs, way: str) -> Shared:
    """The total among the members by population or by what came to each; to the penny, so that the parts add up.

    Households of no council are nobody's. Where one number is hidden the share that tells it is, too.
    """
    members, source = costs.ours.members, ""
    if way == "population":
        figures = PublishedFigure.objects.filter(measure="population", area_code__in=[code for code, _ in members])
        latest: dict[str, PublishedFigure] = {}
        for figure in figures.counting().select_related("publication"):
            if figure.value is not None and latest.get(figure.area_code, figure).year_ending <= figure.year_ending:
                latest[figure.area_code] = figure
        missing = [name for code, name in members if code not in latest]
        if missing or not members:
            return Shared(way, [], why_not=f"No population is known of {', '.join(missing) or 'any council'}.")
        weights = {code: Decimal(figure.value or 0) for code, figure in latest.items()}
        source = "; ".join(sorted({f"{f.publication}, {f.year}" for f in latest.values()}))
        texts = {code: f"{weight:,.0f}" for code, weight in weights.items()}
    else:
        cells = {code: costs.ours.cell(way, code) for code, _ in members}
        texts = {code: cell.text for code, cell in cells.items()}
        if costs.ours.cell(way).is_hidden or any(cell.is_hidden for cell in cells.values()):
            return Shared(way, [], why_not="Some of the numbers behind this are small and not shown to you.")
        weights = {code: Decimal(str(cell.value or 0)) for code, cell in cells.items()}
    if not sum(weights.values()):
        return Shared(way, [], why_not="There is nothing to share by: every council has 0.")
    parts, all_weights = split(costs.total, weights), sum(weights.values())
    return Shared(
        way,
        [
            Share(name, texts[code], f"{100 * weights[code] / all_weights:.1f}%", pounds(parts[code]))
            for code, name in members
        ],
        source,
    )


def split(amount: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """An amount in parts that add up to it: pennies left over go to those who lost most by rounding."""
    total = sum(weights.values())
    exact = {key: amount * weight / total for key, weight in weights.items()}
    parts = {key: part.quantize(PENNY, ROUND_DOWN) for key, part in exact.items()}
    left = int((amount - sum(parts.values())) / PENNY)
    for key in sorted(exact, key=lambda key: (parts[key] - exact[key], key))[:left]:
        parts[key] += PENNY
    return parts


def pounds(amount: Decimal) -> str:
    """£1,234 from a thousand on, £12.34 below."""
    return f"£{amount:,.0f}" if abs(amount) >= 1000 or amount == int(amount) else f"£{amount:,.2f}"
