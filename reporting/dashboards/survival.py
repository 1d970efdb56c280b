"""How many come to something within so many days, when some are still under way (cumulative incidence).

Whoever is still open is followed up to today and counts for so long only (censored). Whoever ended in another way can
no longer come to it: that is a competing ending, no censoring. Kaplan and Meier's curve would treat it as one, as if
people who stopped might still apply, and so promise too much; this is Aalen and Johansen's estimator instead.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

# Where fewer than this are still followed, one more would move the curve by a jump: it ends there.
FEWEST = 10


@dataclass(frozen=True)
class Step:
    """What is known for one day: the shares, from 0 to 1, that had come to it or had ended otherwise by then."""

    day: int
    reached: float
    ended: float
    followed: int  # up to and including this day
    so_far: int  # how many had come to it


@dataclass(frozen=True)
class Course:
    """The curve of a group. `followed_for` is the last day for which at least FEWEST are followed."""

    steps: list[Step]
    group: int
    reached: int
    followed_for: int

    def at(self, day: int) -> Step:
        """What held on the day: the last step before or on it."""
        found = Step(0, 0.0, 0.0, self.group, 0)
        for step in self.steps:
            if step.day > day:
                break
            found = step
        return found

    def day_of_share(self, share: float) -> int | None:
        """The first day on which the share had come to it; None if it never was so many."""
        return next((step.day for step in self.steps if step.reached >= share - 1e-12), None)


def course(cases: Iterable[tuple[str, int, int]], *, reached: str, ended: str) -> Course:
    """The curve of (outcome, days, how many): outcomes are `reached`, `ended` and anything else for those still open.

    On a day with several, whoever is still open was followed to its end and so was at risk.
    """
    came: Counter[int] = Counter()
    stopped: Counter[int] = Counter()
    left: Counter[int] = Counter()
    for outcome, day, count in cases:
        {reached: came, ended: stopped}.get(outcome, left)[day] += count
    group = at_risk = sum((came + stopped + left).values())
    under_way, share, otherwise, so_far, followed_for = 1.0, 0.0, 0.0, 0, 0
    steps = []
    for day in sorted({*came, *stopped, *left}):
        if at_risk >= FEWEST:
            followed_for = day
        share += under_way * came[day] / at_risk
        otherwise += under_way * stopped[day] / at_risk
        under_way *= 1 - (came[day] + stopped[day]) / at_risk
        so_far += came[day]
        steps.append(Step(day, share, otherwise, at_risk, so_far))
        at_risk -= came[day] + stopped[day] + left[day]
    return Course(steps, group, sum(came.values()), followed_for)
