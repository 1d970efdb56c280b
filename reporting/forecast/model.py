"""What became of households that stood where these stand now, and so what may become of these.

For each stage and time since the enquiry (since the application, for those who applied) the share of the last 24
months' households that a month later stood at each other stage, or had ended: the empirical transition matrix of Aalen
and Johansen in steps of a month. Applied again and again to everybody who is open, and to those expected to ask.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reporting.forecast.paths import APPLIED, APPROVED, ASKED, ENDED, OLDEST, OPEN, Paths, state_at

MONTHS = 6  # looked ahead
LEARNT_FROM = 24  # months
FEWEST = 20  # households: where fewer stood somewhere for so long, all at that stage are taken together
NEW = -1  # where those stand who have not asked yet

# The ages, in months, that are told apart: most happens soon after asking, and months after applying.
_AGES = {False: (0, 1, 2, 3, 4, 7, OLDEST), True: (0, 1, 2, 3, 4, 5, 6, 7, 10, OLDEST)}

Cell = tuple[int, int]  # stage, age
Table = Mapping[Cell, Mapping[int, float]]  # for each stage and band of ages the share that next month stands where


@dataclass
class Counts:
    """What happened in each month, and who was open at its end. Built from paths; knows no household."""

    moves: dict[int, Counter[tuple[Cell, int]]] = field(default_factory=lambda: defaultdict(Counter))
    open: dict[int, Counter[Cell]] = field(default_factory=lambda: defaultdict(Counter))
    received: Counter[int] = field(default_factory=Counter)
    applied: Counter[int] = field(default_factory=Counter)  # M16, counted households alone
    approved: Counter[int] = field(default_factory=Counter)  # M18, likewise

    def came(self, kind: str, month: int) -> int:
        return (self.applied if kind == "applied" else self.approved)[month]


def count(paths: Paths, first: int, last: int) -> Counts:
    """The counts of the months from `first` to `last`. What stood at a month's end follows from the dates up to it."""
    counts = Counts()
    for path, number in paths:
        if path.counted:
            for when, of in ((path.applied, counts.applied), (path.approved, counts.approved)):
                if when is not None:
                    of[when] += number
        counts.received[path.received] += number
        before = state_at(path, first - 1)
        for month in range(max(first, path.received), last + 1):
            if before is not None and before[0] in (APPROVED, ENDED):
                break
            if before is None or month in path[:8]:
                now = state_at(path, month)
                assert now is not None
            else:
                now = before[0], min(before[1] + 1, OLDEST)  # nothing happened but that a month passed
            counts.moves[month][_band(before) if before else (NEW, 0), now[0]] += number
            if now[0] in OPEN:
                counts.open[month][now] += number
            before = now
    return counts


def learn(counts: Counts, at: int) -> Table:
    """The shares of those that moved in the months up to `at`. Where nobody ever stood, everybody stays."""
    fine: dict[Cell, Counter[int]] = defaultdict(Counter)
    coarse: dict[int, Counter[int]] = defaultdict(Counter)
    for month in range(at - LEARNT_FROM + 1, at + 1):
        for (cell, to), number in counts.moves.get(month, Counter()).items():
            fine[cell][to] += number
            coarse[cell[0]][to] += number
    table: dict[Cell, Mapping[int, float]] = {}
    for cell in [(NEW, 0), *((stage, band) for stage in OPEN for band in range(len(_AGES[stage >= APPLIED])))]:
        found = fine[cell] if fine[cell].total() >= FEWEST else coarse[cell[0]]
        stays: Mapping[int, float] = {max(cell[0], ASKED): 1.0}
        table[cell] = {to: number / found.total() for to, number in sorted(found.items())} if found else stays
    return table


@dataclass(frozen=True)
class Course:
    """The chance of applying, and of being approved, in each of the next months."""

    applied: tuple[float, ...]
    approved: tuple[float, ...]

    def of(self, kind: str) -> tuple[float, ...]:
        return self.applied if kind == "applied" else self.approved


def follow(table: Table, start: Cell, months: int = MONTHS) -> Course:
    """What may become of a household that stands there; of a new one, the first month is the one in which it asks."""
    at: dict[Cell, float] = {start: 1.0}
    applied, approved = [0.0] * months, [0.0] * months
    for month in range(months):
        then: dict[Cell, float] = defaultdict(float)
        for (stage, age), chance in at.items():
            band = _band((stage, age)) if stage != NEW else (NEW, 0)
            for to, share in table[band].items():
                if stage < APPLIED <= to < ENDED:
                    applied[month] += chance * share
                if to == APPROVED:
                    approved[month] += chance * share
                elif to != ENDED:
                    begins = stage == NEW or stage < APPLIED <= to
                    then[to, 0 if begins else min(age + 1, OLDEST)] += chance * share
        at = then
    return Course(tuple(applied), tuple(approved))


@dataclass(frozen=True)
class Expected:
    """A number to be expected, and the variance of what chance alone makes of it."""

    mean: float
    variance: float


@dataclass(frozen=True)
class New:
    """How many will ask in a month: the mean, and how far single months lie from it."""

    mean: float
    variance: float


@dataclass(frozen=True)
class Forecast:
    """By month ahead, and of all of them together (`total`)."""

    months: tuple[Expected, ...]
    total: Expected


def look_ahead(
    kind: str, table: Table, standing: Mapping[Cell, int], new: Iterable[New], weight: float = 1
) -> Forecast:
    """How many of those open, and of those to come, will apply or be approved.

    Each household does or does not, by itself (a sum of Bernoulli trials); the number of new ones varies as well.
    `weight` is how many of what is usual come of a new one.
    """
    new = list(new)
    courses = [(number, follow(table, cell).of(kind)) for cell, number in standing.items()]
    of_new = [chance * weight for chance in follow(table, (NEW, 0)).of(kind)]
    months = []
    for month in range(MONTHS):
        some = [(number, chances[month]) for number, chances in courses]
        fresh = [(one, of_new[month - asked]) for asked, one in enumerate(new[: month + 1])]
        months.append(_sum(some, fresh))
    some = [(number, sum(chances)) for number, chances in courses]
    fresh = [(one, sum(of_new[: MONTHS - asked])) for asked, one in enumerate(new[:MONTHS])]
    return Forecast(tuple(months), _sum(some, fresh))


def _sum(some: Iterable[tuple[int, float]], fresh: Iterable[tuple[New, float]]) -> Expected:
    mean = variance = 0.0
    for number, chance in some:
        mean += number * chance
        variance += number * chance * (1 - chance)
    for one, chance in fresh:
        mean += one.mean * chance
        variance += one.mean * chance * max(0, 1 - chance) + one.variance * chance**2
    return Expected(mean, variance)


def expect_new(received: Mapping[int, int], at: int, first: int) -> list[New]:
    """How many will ask in each of the next months, from those who asked in the months from `first` to `at`.

    From two years on: the mean of the same month of both, brought to the level of the last twelve months. Before that
    the mean of the last twelve months that there are.
    """
    known = [received.get(month, 0) for month in range(max(first, at - LEARNT_FROM + 1), at + 1)]
    lately = known[-12:]
    level = sum(lately) / len(lately) if lately else 0.0
    if len(known) < LEARNT_FROM or not sum(known):
        return [New(level, max(level, _variance(lately)))] * MONTHS
    means = [(before + after) / 2 for before, after in zip(known[:12], known[12:], strict=True)]
    # Two months give one difference: half its square is what a single month varies by.
    apart = sum((b - a) ** 2 / 2 for a, b in zip(known[:12], known[12:], strict=True)) / 12
    trend = level / (sum(known) / LEARNT_FROM)
    return [New(mean * trend, max(mean * trend, apart)) for mean in means[:MONTHS]]


def _variance(values: list[int]) -> float:
    mean = sum(values) / len(values) if values else 0
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1) if len(values) > 1 else 0


def _band(cell: Cell) -> Cell:
    stage, age = cell
    return stage, bisect_right(_AGES[stage >= APPLIED], age) - 1
