"""The picture of a return: the steps from enquiry to approval."""

from dataclasses import dataclass
from functools import cached_property

from reporting import charts
from reporting.layout import HIDDEN, Cell, ReturnTable

FUNNEL = (
    ("M02", "Enquiries"),
    ("M05", "First conversations"),
    ("M08", "First visits"),
    ("M10", "Expressions of interest"),
    ("M12", "Referrals to councils"),
    ("M16", "Applications"),
    ("M18", "Approvals"),
)


@dataclass(frozen=True)
class Step:
    code: str
    label: str
    cell: Cell
    share: str  # for every 100 enquiries of the month


@dataclass(frozen=True)
class Funnel:
    """The steps of the journey as they happened in one month: not the same people followed through."""

    steps: list[Step]
    period: str

    @cached_property
    def title(self) -> str:
        """What the picture shows, as a sentence."""
        if not any(step.cell.value for step in self.steps):
            return f"Nothing happened in {self.period}"
        drop, before, after = max(self._drops(), key=lambda found: found[0], default=(0, None, None))
        if drop <= 0 or before is None or after is None:
            return f"No step in {self.period} was much smaller than the one before"
        return (
            f"The biggest step down is from {before.label.lower()} ({before.cell.text}) "
            f"to {after.label.lower()} ({after.cell.text})"
        )

    def _drops(self) -> list[tuple[int, Step, Step]]:
        pairs = zip(self.steps, self.steps[1:], strict=False)
        shown = [pair for pair in pairs if all(isinstance(step.cell.value, int) for step in pair)]
        return [(before.cell.value - after.cell.value, before, after) for before, after in shown]

    @property
    def alt(self) -> str:
        said = ", ".join(f"{step.label.lower()} {step.cell.text}" for step in self.steps)
        return f"Bar chart of {self.period}: {said}."

    @property
    def svg(self) -> str:
        bars = [
            (step.label, step.cell.value if isinstance(step.cell.value, int) else None, step.cell.text)
            for step in self.steps
        ]
        return charts.funnel(bars, self.alt)


def funnel(table: ReturnTable) -> Funnel:
    """From enquiry to approval."""
    enquiries = table.by_code["M02"].total.value
    steps = []
    for code, label in FUNNEL:
        cell = table.by_code[code].total
        shown = isinstance(cell.value, int) and isinstance(enquiries, int) and enquiries > 0
        share = f"{100 * cell.value / enquiries:.0f}" if shown else ("" if enquiries == 0 else HIDDEN)
        steps.append(Step(code, label, cell, share))
    return Funnel(steps, table.period)


def has_funnel(table: ReturnTable) -> bool:
    """Whether the document has the steps; the quarterly return has other figures."""
    return all(code in table.by_code for code, _ in FUNNEL)
