"""Every code of the returns, once: what it is called, what it means, how it is counted, whose figure it is.

The lines of the returns (definition.py, kept.py, supplied.py and the others) take their words from here; what a code
computes stands beside its line. measures.md is where all of it comes from.
"""

from dataclasses import dataclass, field

from handover.figures.known import FIGURES

# Working days (measures.md, rule 7).
FIRST_CONVERSATION_TARGET = 1
INITIAL_VISIT_TARGET = 10
# Calendar days of the cohort conversions (measures.md, K03 and K04).
APPLICATION_WITHIN = 183
APPROVAL_WITHIN = 274

HUB, COUNCILS = "The hub", "Each council"
FACTS = "The dated facts of enquiries"
EVENTS = "Events and who came to them"
SURVEYS = "What people answer when we ask how it was"
SENT = "The figures that each council sends for the month"
HOURS = "Hours of support recorded by the team"
WRITTEN = "Written for each return"

_HOUSEHOLDS, _DAYS, _WORKING_DAYS, _PERCENT = "households", "days", "working days", "percent"


@dataclass(frozen=True)
class Measure:
    """One code. `parts` are the lines of a code that has several, by basis: what each is called, and its unit."""

    code: str
    label: str
    unit: str
    wording: str
    numerator: str = ""
    denominator: str = ""
    owner: str = HUB
    source: str = FACTS
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    since: str = "2026.1"

    @property
    def goes_in(self) -> str:
        return "Quarterly KPI return" if self.code.startswith("K") else "Monthly return"

    @property
    def is_count(self) -> bool:
        """Whether it adds up over months, so that a year has a target and a quarter a baseline."""
        return self.unit in (_HOUSEHOLDS, "referrals", "places") and self.code not in ("M25", "M26")


def _enquiries(code: str, label: str, wording: str) -> Measure:
    return Measure(code, label, _HOUSEHOLDS, wording)


def _meetings(code: str, held: str, came: str, unit: str, label: str, wording: str) -> Measure:
    return Measure(
        code, label, unit, wording, source=EVENTS, parts={"held": (held, unit), "attended": (came, "people")}
    )


def _satisfaction(code: str, wording: str) -> Measure:
    parts = {
        "score": ("Satisfaction, mean score from 1 to 5", "score"),
        "answers": ("Surveys answered", "answers"),
        "sent": ("Surveys sent", "surveys"),
    }
    return Measure(
        code, "Satisfaction", "score", wording, "The sum of the scores", "The answers", source=SURVEYS, parts=parts
    )


_FIRST = "Households whose first {} falls in the period. A second one is never a first."
_SENT_UNITS = {"L04": "people", "L05": "children", "L06": "constellations"}
_SENT_WORDS = {
    "L01": "Approved mainstream fostering households on the last day of the month.",
    "L02": "Households whose approval ended in the month.",
    "L04": "Approved carers, as people, on the last day of the month.",
    "L05": "Children placed with the authority’s own carers on the last day of the month.",
    "L06": "Mockingbird constellations on the last day of the month.",
    "L07": "Satellite households of Mockingbird constellations on the last day of the month.",
}
_NOT_SENT = " A council that has not sent its figures is “not supplied”, never nought."

_ALL: tuple[Measure, ...] = (
    _enquiries(
        "M01",
        "Contacts received",
        "Everybody who got in touch in the period: also those who asked twice, or about something else than fostering.",
    ),
    _enquiries(
        "M02",
        "Initial enquiries",
        "Households that asked about fostering in the period, each once. Left out are those who had asked before, "
        "kinship and supported lodgings, carers who are approved already, and tests.",
    ),
    _enquiries("M03", "Initial enquiries by channel", "The initial enquiries (M02), by the way they came."),
    _enquiries(
        "M04",
        "Initial enquiries by how they heard",
        "The initial enquiries (M02), by how they say they heard of fostering with us.",
    ),
    _enquiries("M05", "First conversations", _FIRST.format("two-way conversation with us")),
    Measure(
        "M06",
        "First conversation within target",
        _PERCENT,
        "Of those who enquired in the period, the share that spoke with us within "
        f"{FIRST_CONVERSATION_TARGET} working day. An enquiry that came after hours begins on the next working day.",
        f"Those with a first conversation within {FIRST_CONVERSATION_TARGET} working day",
        "All initial enquiries, but for those who may still be spoken with in time",
    ),
    Measure(
        "M07",
        "Median working days to first conversation",
        _WORKING_DAYS,
        "The middle one of the waits, in working days, of those whose first conversation falls in the period (M05).",
    ),
    _enquiries("M08", "Initial visits", _FIRST.format("visit at home")),
    Measure(
        "M09",
        "Initial visits within target",
        _PERCENT,
        f"Of the first visits in the period, the share made within {INITIAL_VISIT_TARGET} working days of the enquiry.",
        f"First visits within {INITIAL_VISIT_TARGET} working days",
        "First visits in the period (M08)",
    ),
    _enquiries("M10", "EOIs submitted", _FIRST.format("expression of interest")),
    _enquiries("M11", "EOIs authorised", _FIRST.format("authorised expression of interest")),
    Measure("M12", "Referrals to authorities", "referrals", "Handovers sent to a council in the period, each of them."),
    Measure("M13", "Referrals accepted", "referrals", "Handovers that a council accepted in the period."),
    Measure(
        "M14",
        "Referrals declined or returned",
        "referrals",
        "Handovers that a council declined or gave back in the period.",
    ),
    Measure(
        "M15",
        "Median working days to the authority's answer",
        _WORKING_DAYS,
        "The middle one of the waits, in working days from sending to the council’s first answer, of the handovers "
        "first answered in the period.",
        owner=COUNCILS,
    ),
    _enquiries("M16", "Applications received", _FIRST.format("application")),
    Measure(
        "M17",
        "Median calendar days, enquiry to application",
        _DAYS,
        "The middle one of the days from enquiry to application, of those who applied in the period (M16).",
    ),
    _enquiries(
        "M18", "Applications approved", "Households approved as foster carers in the period, by their latest decision."
    ),
    Measure(
        "M19",
        "Approved places",
        "places",
        "Places for children of the households approved in the period (M18). An approval without a number adds none.",
    ),
    _enquiries("M20", "Applications not approved", "Households not approved in the period, by their latest decision."),
    _enquiries(
        "M21",
        "Applications withdrawn by the applicant",
        "Households that applied and stopped of their own accord in the period, before a decision; also by Ofsted’s "
        "codes for the reason.",
    ),
    _enquiries(
        "M22",
        "Applications withdrawn by the service",
        "Households that applied and that we or the council stopped with in the period, before a decision.",
    ),
    Measure(
        "M23",
        "Median calendar days, application to approval",
        _DAYS,
        "The middle one of the days from application to approval, of those approved in the period (M18).",
        owner=COUNCILS,
    ),
    _enquiries(
        "M24",
        "Closed before application",
        "Enquiries closed in the period without an application; also by the stage they had reached and by the reason.",
    ),
    _enquiries(
        "M25",
        "Open at the end of the period",
        "Enquiries received by the last day of the period and neither closed nor decided by then; also by the stage on "
        "that day.",
    ),
    _enquiries("M26", "On hold at the end of the period", "Of those open at the end (M25), those who said “not yet”."),
    Measure(
        "M27",
        "Support hours",
        "hours",
        "Hours of support that the team recorded for the days of the period, in quarters of an hour; also by kind. "
        "Hours for all councils together stand as unallocated.",
        source=HOURS,
    ),
    _meetings(
        "M28",
        "Information events held",
        "People who came to information events",
        "events",
        "Information events, and people who attended",
        "Information events and open days held in the period, and the people who came, each time that they came.",
    ),
    _meetings(
        "M29",
        "Training sessions held",
        "People who came to training",
        "sessions",
        "Training sessions, and people who attended",
        "Sessions of training held in the period, and the people who came, each time that they came.",
    ),
    _satisfaction(
        "M30",
        "What people answered in the period when we asked how it was: the mean score, how many answered, and how many "
        "were asked.",
    ),
    *(
        Measure(
            figure.code,
            figure.label,
            _SENT_UNITS.get(figure.code, _HOUSEHOLDS),
            _SENT_WORDS[figure.code] + _NOT_SENT,
            owner=COUNCILS,
            source=SENT,
        )
        for figure in FIGURES
    ),
    Measure(
        "L03",
        "Net change in approved households",
        _HOUSEHOLDS,
        "Households approved in the month (M18) less those whose approval ended (L02)." + _NOT_SENT,
        owner=COUNCILS,
        source=SENT,
    ),
    Measure("N1", "Progress", "text", "What went well, what changed, what the figures do not say.", source=WRITTEN),
    Measure(
        "N2",
        "Risks and issues, with what we do about them",
        "text",
        "What could keep the hub from its aims, and what is done about it.",
        source=WRITTEN,
    ),
    Measure("N3", "Communications", "text", "Campaigns, events, press and social media.", source=WRITTEN),
    Measure(
        "K01",
        "Change in initial enquiries",
        "percent change",
        "Initial enquiries (M02) over the quarter, against the baseline for the same quarter of the year.",
        "Initial enquiries over the quarter",
        "The baseline of that quarter",
    ),
    Measure(
        "K02",
        "Initial visits within target",
        _PERCENT,
        f"Of the first visits in the quarter, the share within {INITIAL_VISIT_TARGET} working days of the enquiry.",
        f"First visits within {INITIAL_VISIT_TARGET} working days",
        "First visits in the quarter",
    ),
    Measure(
        "K03",
        "Conversion, enquiry to application",
        _PERCENT,
        "In two ways. Flow: applications over the quarter for each enquiry over the quarter. Cohort: of those who "
        f"enquired in the quarter that ended 6 months before, the share that applied within {APPLICATION_WITHIN} days.",
        f"Flow: applications over the quarter. Cohort: those who applied within {APPLICATION_WITHIN} days",
        "Flow: enquiries over the quarter. Cohort: those who enquired in that earlier quarter",
    ),
    Measure(
        "K04",
        "Conversion, application to approval",
        _PERCENT,
        "In two ways. Flow: approvals over the quarter for each application that ended in it. Cohort: of those who "
        f"applied in the quarter that ended 9 months before, the share approved within {APPROVAL_WITHIN} days.",
        f"Flow: approvals over the quarter. Cohort: those approved within {APPROVAL_WITHIN} days",
        "Flow: approved, not approved and withdrawn in the quarter. Cohort: those who applied in that earlier quarter",
    ),
    Measure(
        "K05",
        "Change in approved households",
        "percent change",
        "Households approved (M18) over the quarter, against the baseline for the same quarter of the year.",
        "Households approved over the quarter",
        "The baseline of that quarter",
    ),
    Measure(
        "K06",
        "Households deregistered",
        _HOUSEHOLDS,
        "Households whose approval ended in the quarter (L02). A quarter of which a month is missing is not supplied.",
        owner=COUNCILS,
        source=SENT,
    ),
    Measure(
        "K07",
        "Net change in approved households",
        _HOUSEHOLDS,
        "Households approved over the quarter less those whose approval ended (K06).",
        owner=COUNCILS,
        source=SENT,
    ),
    Measure(
        "K08",
        "Median working days, enquiry to first conversation",
        _WORKING_DAYS,
        "The middle one of the waits of those whose first conversation falls in the quarter.",
    ),
    Measure(
        "K09",
        "Median working days, enquiry to initial visit",
        _WORKING_DAYS,
        "The middle one of the waits of those whose first visit falls in the quarter.",
    ),
    Measure(
        "K10",
        "Median calendar days, enquiry to application",
        _DAYS,
        "The middle one of the days of those who applied in the quarter.",
    ),
    Measure(
        "K11",
        "Median calendar days, application to approval",
        _DAYS,
        "The middle one of the days of those approved in the quarter.",
        owner=COUNCILS,
    ),
    _satisfaction("K12", "The same over the quarter as M30 over a month."),
    Measure(
        "K13",
        "Campaigns",
        _HOUSEHOLDS,
        "What each campaign brought that ran in the quarter, or of whose households one enquired, applied or was "
        "approved in it: the households that enquired by it up to the end of the quarter, how many of them applied and "
        "were approved so far, what was spent, and what each cost.",
        source="The facts of enquiries that came by a campaign, and what is entered as spent on it",
        parts={
            "enquiries": ("Enquiries by campaign", _HOUSEHOLDS),
            "applications": ("Applications so far by campaign", _HOUSEHOLDS),
            "approvals": ("Approvals so far by campaign", _HOUSEHOLDS),
            "spend": ("Spend by campaign", "pounds"),
            "cost_of_enquiry": ("Cost of each enquiry by campaign", "pounds"),
            "cost_of_application": ("Cost of each application by campaign", "pounds"),
            "cost_of_approval": ("Cost of each approval by campaign", "pounds"),
        },
    ),
    _meetings(
        "K14",
        "Training sessions held",
        "People who came to training",
        "sessions",
        "Training",
        "The same over the quarter as M29 over a month.",
    ),
    Measure(
        "K15",
        "In-house placements",
        "children",
        "Children placed with the authorities’ own carers (L05) at the end of the quarter, at the end of the quarter "
        "before, and the change.",
        owner=COUNCILS,
        source=SENT,
        parts={
            "now": ("In-house placements at the end of the quarter", "children"),
            "before": ("In-house placements at the end of the quarter before", "children"),
            "change": ("In-house placements, change", "children"),
        },
    ),
)

MEASURES: dict[str, Measure] = {measure.code: measure for measure in sorted(_ALL, key=lambda one: one.code)}


def label_of(code: str, basis: str = "") -> str:
    """What a line is called; of a code with several lines, the one of the basis."""
    measure = MEASURES[code]
    return measure.parts[basis][0] if basis in measure.parts else measure.label


def unit_of(code: str, basis: str = "") -> str:
    measure = MEASURES[code]
    return measure.parts[basis][1] if basis in measure.parts else measure.unit
