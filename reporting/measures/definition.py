"""The lines of the returns that follow from the facts of enquiries, in order. What a code is called is in
`registry.py`, what is behind it in `cases.py`."""

from dataclasses import dataclass
from enum import StrEnum

from enquiries.journey import CHANNELS, SOURCES, Stage
from reporting.measures.registry import label_of, unit_of


class Shape(StrEnum):
    """What a cell holds."""

    COUNT = "count"
    SUM = "sum"
    PERCENT = "percent"
    MEDIAN = "median"


@dataclass(frozen=True)
class Line:
    """One line of a return; what its code is called, and its unit, are in the registry.

    `keys` is a breakdown's closed list, in order; keys besides it follow where they occur.
    """

    code: str
    shape: Shape = Shape.COUNT
    breakdown: str = ""
    keys: tuple[str, ...] = ()
    basis: str = ""

    @property
    def label(self) -> str:
        return label_of(self.code, self.basis)

    @property
    def unit(self) -> str:
        return unit_of(self.code, self.basis)

    @property
    def name(self) -> str:
        """What the line's cases are filed under: M24, M24 by reason, K03 cohort."""
        return line_name(self.code, self.breakdown, self.basis)


def line_name(code: str, breakdown: str, basis: str) -> str:
    return " ".join(filter(None, (code, basis, breakdown and f"by {breakdown}")))


STAGES_BEFORE_APPLICATION = (
    Stage.NEW.value,
    Stage.IN_TOUCH.value,
    Stage.EOI.value,
    Stage.READY.value,
    Stage.HANDED_OVER.value,
    Stage.WITH_AUTHORITY.value,
)
OPEN_STAGES = (*STAGES_BEFORE_APPLICATION, Stage.APPLICATION.value, Stage.ASSESSMENT.value)
OFSTED_CODES = ("AW1", "AW2", "AW3", "AW4", "AW5", "AW0")
NOT_KNOWN = "not_known"

ENQUIRIES, APPROVALS = Line("M02"), Line("M18")
MONTHLY: tuple[Line, ...] = (
    Line("M01"),
    ENQUIRIES,
    Line("M03", breakdown="channel", keys=tuple(CHANNELS)),
    Line("M04", breakdown="source", keys=(*SOURCES, NOT_KNOWN)),
    Line("M05"),
    Line("M06", Shape.PERCENT),
    Line("M07", Shape.MEDIAN),
    Line("M08"),
    Line("M09", Shape.PERCENT),
    Line("M10"),
    Line("M11"),
    Line("M12"),
    Line("M13"),
    Line("M14"),
    Line("M15", Shape.MEDIAN),
    Line("M16"),
    Line("M17", Shape.MEDIAN),
    APPROVALS,
    Line("M19", Shape.SUM),
    Line("M20"),
    Line("M21"),
    Line("M21", breakdown="ofsted_code", keys=OFSTED_CODES),
    Line("M22"),
    Line("M23", Shape.MEDIAN),
    Line("M24"),
    Line("M24", breakdown="stage", keys=STAGES_BEFORE_APPLICATION),
    Line("M24", breakdown="reason"),
    Line("M25"),
    Line("M25", breakdown="stage", keys=OPEN_STAGES),
    Line("M26"),
)

# Of the quarterly return, the lines that follow from the facts of enquiries alone.
QUARTERLY: tuple[Line, ...] = (
    Line("K02", Shape.PERCENT),
    Line("K03", Shape.PERCENT, basis="flow"),
    Line("K03", Shape.PERCENT, basis="cohort"),
    Line("K04", Shape.PERCENT, basis="flow"),
    Line("K04", Shape.PERCENT, basis="cohort"),
    Line("K08", Shape.MEDIAN),
    Line("K09", Shape.MEDIAN),
    Line("K10", Shape.MEDIAN),
    Line("K11", Shape.MEDIAN),
)
