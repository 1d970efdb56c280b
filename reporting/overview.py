"""A month at a glance: what happened in sentences, the funnel, the councils side by side."""

from dataclasses import dataclass
from functools import cached_property

from reporting import charts
from reporting.layout import HIDDEN, Cell, ReturnTable
from reporting.targets.reading import target_for

FUNNEL = (
    ("M02", "Enquiries"),
    ("M05", "First conversations"),
    ("M08", "First visits"),
    ("M10", "Expressions of interest"),
    ("M12", "Referrals to councils"),
    ("M16", "Applications"),
    ("M18", "Approvals"),
)
SIDE_BY_SIDE = (
    ("M02", "Enquiries"),
    ("M06", "Spoken to in 1 working day"),
    ("M16", "Applications"),
    ("M18", "Approvals"),
)


@dataclass(frozen=True)
class Sentence:
    """A figure that leads and the words that follow it."""

    figure: str
    text: str
    note: str = ""


def sentences(table: ReturnTable) -> list[Sentence]:
    """What happened in the month, each line one sentence."""
    return [
        _count(table, "M02", "household asked about fostering", "households asked about fostering"),
        _share(table, "M06", "of people spoken to within one working day", "Nobody was due a first conversation yet"),
        _median(table, "M07", "was the median wait for a first conversation", "Nobody had a first conversation yet"),
        _count(table, "M08", "household had a first visit", "households had a first visit"),
        _count(table, "M12", "referral went to a council", "referrals went to councils"),
        _count(table, "M16", "household applied", "households applied"),
        _count(table, "M18", "household was approved", "households were approved", note=_places(table)),
    ]


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


def councils(table: ReturnTable) -> list[tuple[str, list[Cell]]]:
    """Each council with its figures (SIDE_BY_SIDE), those of no council, and all together at the end."""
    columns = [*table.authorities, ("unallocated", "No council yet"), ("total", "All")]
    return [(name, [table.by_code[code].cell(column) for code, _ in SIDE_BY_SIDE]) for column, name in columns]


def has_hidden(table: ReturnTable) -> bool:
    """Whether anything on the page is hidden, so that it can say what "c" means."""
    shown = {code for code, _ in (*FUNNEL, *SIDE_BY_SIDE)}
    return any(row.cell(column).is_hidden for row in table.rows if row.code in shown for column, _ in table.columns)


def _count(table: ReturnTable, code: str, one: str, many: str, note: str = "") -> Sentence:
    cell = table.by_code[code].total
    figure = "No" if cell.value == 0 else cell.text
    return Sentence(figure, one if cell.value == 1 else many, note)


def _share(table: ReturnTable, code: str, text: str, absent: str) -> Sentence:
    cell = table.by_code[code].total
    if cell.value is None:
        return Sentence("", absent)
    wanted = target_for(code, table.period_to)
    target = "" if wanted is None else f"; target {f'{wanted:.1f}'.removesuffix('.0')}%"
    return Sentence(cell.text, text + target, cell.of)


def _median(table: ReturnTable, code: str, text: str, absent: str) -> Sentence:
    cell = table.by_code[code].total
    if cell.value is None:
        return Sentence("", absent)
    days = "working day" if cell.value == 1 else "working days"
    return Sentence(f"{cell.text.removesuffix('.0')} {days}", text)


def _places(table: ReturnTable) -> str:
    cell = table.by_code["M19"].total
    if not isinstance(cell.value, int) or not cell.value:
        return ""
    return f"{cell.text} place{'' if cell.value == 1 else 's'} for children"
