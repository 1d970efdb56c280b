"""What would come of it if something were otherwise. Every assumption is in the address, and none is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from reporting.forecast.model import NEW, Cell, New, Table, follow
from reporting.forecast.paths import APPLIED, APPROVED, ASKED, ENDED, EOI, SENT, SPOKEN

# The steps of which another conversion can be assumed: whoever has come to the first, and goes on to the second.
STEPS = {
    "spoken": (ASKED, SPOKEN, "enquiry to first conversation"),
    "eoi": (SPOKEN, EOI, "first conversation to expression of interest"),
    "sent": (EOI, SENT, "expression of interest to referral"),
    "applied": (SENT, APPLIED, "referral to application"),
    "approved": (APPLIED, APPROVED, "application to approval"),
}
FOLLOWED = 24  # months after asking, or after applying
WEEKS = 52 / 12  # a month


@dataclass(frozen=True)
class Staffing:
    """Who can ring, and how long one enquiry takes them; `loss` is percent, `usual` the share rung in time today."""

    workers: float
    hours: float  # a week, of each, on new enquiries
    minutes: float  # of work for each enquiry
    loss: float
    usual: float

    @property
    def capacity(self) -> float:
        """New enquiries a month that they have time for."""
        return self.workers * self.hours * WEEKS * 60 / self.minutes

    def in_time(self, enquiries: float) -> float:
        """The share that can be rung within the target day: all, or as many as there is time for."""
        return min(1.0, self.capacity / enquiries) if enquiries else 1.0

    def weight(self, enquiries: float) -> float:
        """How many applications come of an enquiry, against as many as today."""
        today = 1 - (1 - self.usual) * self.loss / 100
        then = 1 - (1 - self.in_time(enquiries)) * self.loss / 100
        return then / today if today else 1.0


@dataclass(frozen=True)
class Assumptions:
    """What is assumed otherwise: nothing, unless somebody said so. `points` are percentage points, `change` percent."""

    step: str = ""
    points: float = 0
    change: float = 0
    staffing: Staffing | None = None

    @property
    def is_otherwise(self) -> bool:
        return bool((self.step and self.points) or self.change or self.staffing)

    def new(self, usual: list[New]) -> list[New]:
        """A change of so many percent changes the months' differences as much."""
        times = 1 + self.change / 100
        return [New(one.mean * times, one.variance * times**2) for one in usual]

    def table(self, table: Table) -> Table:
        if not self.step or not self.points:
            return table
        wanted = conversion(table, self.step) + self.points / 100
        return with_conversion(table, self.step, min(max(wanted, 0.0), 1.0))


def conversion(table: Table, step: str) -> float:
    """Of those who come to the step's first stage or beyond, the share that comes to its second within two years."""
    first, second, _ = STEPS[step]
    start = (APPLIED, 0) if first == APPLIED else (NEW, 0)
    came, went = _reached(table, start, first), _reached(table, start, second)
    return went / came if came else 0.0


def with_conversion(table: Table, step: str, wanted: float) -> Table:
    """The table with as many more or fewer who go on at the step, at every age alike, as gives the share wanted.

    As near as can be: nobody goes on of those of whom nobody ever did.
    """
    low, high = 0.0, 1.0
    while conversion(_scaled(table, step, high), step) < wanted and high < 1024:
        low, high = high, high * 2
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if conversion(_scaled(table, step, middle), step) < wanted else (low, middle)
    return _scaled(table, step, (low + high) / 2)


def _scaled(table: Table, step: str, times: float) -> Table:
    """Everybody who passes from before the second stage to it or beyond, so many times as often.

    Those who then do not pass stay at the first stage; those who pass besides are of all others alike.
    """
    first, second, _ = STEPS[step]
    scaled: dict[Cell, Mapping[int, float]] = {}
    for cell, moves in table.items():
        passing = sum(share for to, share in moves.items() if second <= to < ENDED)
        touched = cell[0] < second and passing and (first != APPLIED or cell[0] >= APPLIED)
        if not touched:
            scaled[cell] = moves
            continue
        then = min(1.0, passing * times)
        others = (1 - then) / (1 - passing) if passing < 1 and then > passing else 1.0
        new = {to: share * (then / passing if second <= to < ENDED else others) for to, share in moves.items()}
        if then < passing:
            stays = max(first, cell[0])
            new[stays] = new.get(stays, 0.0) + passing - then
        scaled[cell] = new
    return scaled


def _reached(table: Table, start: Cell, stage: int) -> float:
    """The chance of ever standing at the stage or beyond."""
    if start[0] >= stage:
        return 1.0
    if stage == ASKED:
        return 1.0
    if stage == APPLIED:
        return sum(follow(table, start, FOLLOWED).applied)
    if stage == APPROVED:
        return sum(follow(table, start, FOLLOWED).approved)
    return sum(follow(_stopping_at(table, stage), start, FOLLOWED).applied)


def _stopping_at(table: Table, stage: int) -> Table:
    """The table in which whoever comes to the stage or beyond counts as having applied, and is gone."""
    return {cell: _gone(moves, stage) if cell[0] < stage else {ENDED: 1.0} for cell, moves in table.items()}


def _gone(moves: Mapping[int, float], stage: int) -> Mapping[int, float]:
    kept = {to: share for to, share in moves.items() if to < stage or to == ENDED}
    passing = sum(share for to, share in moves.items() if stage <= to < ENDED)
    return {**kept, APPROVED: passing} if passing else kept
