"""Definition 2026.1 of the returns: codes, labels, units, targets and order. What is behind a code is in `cases.py`."""

from dataclasses import dataclass
from enum import StrEnum

from enquiries.journey import CHANNELS, SOURCES, Stage

DEFINITION = "2026.1"

# Working days (measures.md, rule 7).
FIRST_CONVERSATION_TARGET = 1
INITIAL_VISIT_TARGET = 10
# What the region promises itself, in percent (pages.md, "Reports").
SHARE_TARGETS = {"M06": 90}
# Calendar days of the cohort conversions (measures.md, K03 and K04).
APPLICATION_WITHIN = 183
APPROVAL_WITHIN = 274


class Shape(StrEnum):
    """What a cell holds."""

    COUNT = "count"
    SUM = "sum"
    PERCENT = "percent"
    MEDIAN = "median"


@dataclass(frozen=True)
class Line:
    """One line of a return. `keys` is a breakdown's closed list, in order; keys besides it follow where they occur."""

    code: str
    label: str
    unit: str
    shape: Shape = Shape.COUNT
    breakdown: str = ""
    keys: tuple[str, ...] = ()
    basis: str = ""

    @property
    def name(self) -> str:
        """What the line's cases are filed under: M24, M24 by reason, K03 cohort."""
        return line_name(self.code, self.breakdown, self.basis)


def line_name(code: str, breakdown: str, basis: str) -> str:
    return f"{code} by {breakdown}" if breakdown else f"{code} {basis}".strip()


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

_HOUSEHOLDS = "households"
_REFERRALS = "referrals"
_WORKING_DAYS = "working days"

APPROVALS = Line("M18", "Applications approved", _HOUSEHOLDS)
MONTHLY: tuple[Line, ...] = (
    Line("M01", "Contacts received", _HOUSEHOLDS),
    Line("M02", "Initial enquiries", _HOUSEHOLDS),
    Line("M03", "Initial enquiries by channel", _HOUSEHOLDS, breakdown="channel", keys=tuple(CHANNELS)),
    Line("M04", "Initial enquiries by how they heard", _HOUSEHOLDS, breakdown="source", keys=(*SOURCES, NOT_KNOWN)),
    Line("M05", "First conversations", _HOUSEHOLDS),
    Line("M06", "First conversation within target", "percent", Shape.PERCENT),
    Line("M07", "Median working days to first conversation", _WORKING_DAYS, Shape.MEDIAN),
    Line("M08", "Initial visits", _HOUSEHOLDS),
    Line("M09", "Initial visits within target", "percent", Shape.PERCENT),
    Line("M10", "EOIs submitted", _HOUSEHOLDS),
    Line("M11", "EOIs authorised", _HOUSEHOLDS),
    Line("M12", "Referrals to authorities", _REFERRALS),
    Line("M13", "Referrals accepted", _REFERRALS),
    Line("M14", "Referrals declined or returned", _REFERRALS),
    Line("M15", "Median working days to the authority's answer", _WORKING_DAYS, Shape.MEDIAN),
    Line("M16", "Applications received", _HOUSEHOLDS),
    Line("M17", "Median calendar days, enquiry to application", "days", Shape.MEDIAN),
    APPROVALS,
    Line("M19", "Approved places", "places", Shape.SUM),
    Line("M20", "Applications not approved", _HOUSEHOLDS),
    Line("M21", "Applications withdrawn by the applicant", _HOUSEHOLDS),
    Line(
        "M21",
        "Applications withdrawn by the applicant",
        _HOUSEHOLDS,
        breakdown="ofsted_code",
        keys=OFSTED_CODES,
    ),
    Line("M22", "Applications withdrawn by the service", _HOUSEHOLDS),
    Line("M23", "Median calendar days, application to approval", "days", Shape.MEDIAN),
    Line("M24", "Closed before application", _HOUSEHOLDS),
    Line("M24", "Closed before application", _HOUSEHOLDS, breakdown="stage", keys=STAGES_BEFORE_APPLICATION),
    Line("M24", "Closed before application", _HOUSEHOLDS, breakdown="reason"),
    Line("M25", "Open at the end of the period", _HOUSEHOLDS),
    Line("M25", "Open at the end of the period", _HOUSEHOLDS, breakdown="stage", keys=OPEN_STAGES),
    Line("M26", "On hold at the end of the period", _HOUSEHOLDS),
)

# Of the quarterly return, the lines that follow from the facts of enquiries alone.
QUARTERLY: tuple[Line, ...] = (
    Line("K02", "Initial visits within target", "percent", Shape.PERCENT),
    Line("K03", "Conversion, enquiry to application", "percent", Shape.PERCENT, basis="flow"),
    Line("K03", "Conversion, enquiry to application", "percent", Shape.PERCENT, basis="cohort"),
    Line("K04", "Conversion, application to approval", "percent", Shape.PERCENT, basis="flow"),
    Line("K04", "Conversion, application to approval", "percent", Shape.PERCENT, basis="cohort"),
    Line("K08", "Median working days, enquiry to first conversation", _WORKING_DAYS, Shape.MEDIAN),
    Line("K09", "Median working days, enquiry to initial visit", _WORKING_DAYS, Shape.MEDIAN),
    Line("K10", "Median calendar days, enquiry to application", "days", Shape.MEDIAN),
    Line("K11", "Median calendar days, application to approval", "days", Shape.MEDIAN),
)
