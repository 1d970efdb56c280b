"""How good the forecasts were: those of earlier months made again, with only what was known then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reporting.forecast.model import (
    LEARNT_FROM,
    MONTHS,
    Counts,
    Expected,
    Forecast,
    expect_new,
    learn,
    look_ahead,
)
from reporting.forecast.ranges import likely_range

KINDS = ("applied", "approved")
TOTAL = 0  # in the place of how many months ahead: all six together
LOOKED_BACK = 12  # months whose forecasts are judged
TO_FORECAST = 6  # months of history without which there is no forecast
TO_JUDGE = 12  # and without which nobody can say how good it is
# How much more forecasts miss by than chance alone explains, before anything is known: it counts as much as so many
# forecasts. Six months together err in the same direction, so more there.
AT_FIRST = {False: 2.0, True: 4.0}
WEIGHT_AT_FIRST = 6
HISTORY = LEARNT_FROM + 2 * LOOKED_BACK  # months that are read


@dataclass(frozen=True)
class Trial:
    """One forecast of the past and what came. `ahead` is how many months, TOTAL for six together."""

    kind: str
    made_at: int
    ahead: int
    expected: Expected
    low: int
    high: int
    came: int
    naive: float

    @property
    def month(self) -> int:
        """The last month of which it is: when it could be judged."""
        return self.made_at + (self.ahead or MONTHS)

    @property
    def is_inside(self) -> bool:
        return self.low <= self.came <= self.high


@dataclass(frozen=True)
class Judged:
    """Forecasts of single months against what came. In households a month; `inside` is a share."""

    trials: int
    error: float
    bias: float
    inside: float
    naive_error: float


def forecast_at(kind: str, counts: Counts, at: int, first: int) -> Forecast:
    """The forecast as it would have been made at the end of the month `at`."""
    return look_ahead(kind, learn(counts, at), counts.open.get(at, {}), expect_new(counts.received, at, first))


def look_back(counts: Counts, last: int, first: int) -> list[Trial]:
    """The forecasts of the two years before `last`, with the ranges that would have stood beside them.

    What a range learns from are the forecasts that could be judged by then.
    """
    trials: list[Trial] = []
    for at in range(max(first + TO_FORECAST - 1, last - 2 * LOOKED_BACK), last):
        for kind in KINDS:
            found = forecast_at(kind, counts, at, first)
            wanted = [(ahead, found.months[ahead - 1]) for ahead in range(1, MONTHS + 1) if at + ahead <= last]
            if at + MONTHS <= last:
                wanted.append((TOTAL, found.total))
            for ahead, expected in wanted:
                low, high = likely_range(expected.mean, expected.variance * spread(trials, kind, ahead, at))
                months = range(at + 1, at + MONTHS + 1) if ahead == TOTAL else [at + ahead]
                came = sum(counts.came(kind, month) for month in months)
                naive = sum(_naive(kind, counts, month, at, first) for month in months)
                trials.append(Trial(kind, at, ahead, expected, low, high, came, naive))
    return trials


def spread(trials: Iterable[Trial], kind: str, ahead: int, at: int) -> float:
    """By how much the variance is larger than chance alone makes it; at least 1.

    The squared misses of forecasts that could be judged at the end of the month `at`, over what chance explains.
    """
    known = [one for one in trials if one.kind == kind and (one.ahead == TOTAL) == (ahead == TOTAL) and one.month <= at]
    missed = sum((one.came - one.expected.mean) ** 2 for one in known)
    explained = sum(one.expected.variance for one in known)
    usual = AT_FIRST[ahead == TOTAL]
    if not explained:
        return usual
    more = WEIGHT_AT_FIRST * explained / len(known)
    return max(1.0, (missed + more * usual) / (explained + more))


def judge(trials: Sequence[Trial], kind: str, last: int) -> Judged | None:
    """How the forecasts of single months made in the last twelve did; None where there are none."""
    known = [one for one in trials if one.kind == kind and one.ahead != TOTAL and one.made_at >= last - LOOKED_BACK]
    if not known:
        return None
    number = len(known)
    return Judged(
        trials=number,
        error=sum(abs(one.expected.mean - one.came) for one in known) / number,
        bias=sum(one.expected.mean - one.came for one in known) / number,
        inside=sum(one.is_inside for one in known) / number,
        naive_error=sum(abs(one.naive - one.came) for one in known) / number,
    )


def _naive(kind: str, counts: Counts, month: int, at: int, first: int) -> float:
    """The forecast of whoever has none: as in the same month last year, else as the last six months on average."""
    if month - 12 >= first:
        return counts.came(kind, month - 12)
    months = range(max(first, at - 5), at + 1)
    return sum(counts.came(kind, one) for one in months) / len(months)
