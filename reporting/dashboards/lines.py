"""What dashboards count besides the lines of the returns, as pieces of SQL of the same kind (measures/cases.py).

So one query adds all up (households/reading.py), and what may not show is found for all in one way (`shown.py`).
"""

from collections.abc import Sequence
from dataclasses import replace

from enquiries.journey import NOT_COUNTED
from reporting.measures.cases import CASES, Cases, one_of
from reporting.measures.registry import INITIAL_VISIT_TARGET

ANSWER_TARGET = 5  # working days (measures.md, rule 7)

# The columns of a histogram: its label and the most days in it; the last has no end.
Bins = Sequence[tuple[str, int | None]]
TO_CONVERSATION: Bins = (("0", 0), ("1", 1), ("2", 2), ("3 to 5", 5), ("6 to 10", 10), ("more", None))
TO_VISIT: Bins = (
    ("0 to 5", 5), ("6 to 10", INITIAL_VISIT_TARGET), ("11 to 15", 15), ("16 to 20", 20), ("21 to 30", 30),
    ("more", None),
)  # fmt: skip
TO_ANSWER: Bins = (("0 to 2", 2), ("3 to 5", ANSWER_TARGET), ("6 to 10", 10), ("11 to 20", 20), ("more", None))
TO_APPLICATION: Bins = (
    ("0 to 30", 30), ("31 to 60", 60), ("61 to 90", 90), ("91 to 180", 180), ("181 to 365", 365), ("more", None),
)  # fmt: skip
TO_APPROVAL: Bins = (
    ("0 to 120", 120), ("121 to 180", 180), ("181 to 240", 240), ("241 to 365", 365), ("more", None),
)  # fmt: skip
UNTIL_THE_END: Bins = (
    ("A week or less", 7), ("8 to 30 days", 30), ("31 to 90 days", 90), ("91 to 180 days", 180),
    ("181 to 365 days", 365), ("More than a year", None),
)  # fmt: skip
NOT_YET, ENDED = "not yet", "ended"  # no conversation: they are waiting, or it ended without one
APPLIED, APPROVED, OPEN = "applied", "approved", "open"


def binned(days: str, bins: Bins) -> str:
    """SQL for the place of the column that so many days fall in."""
    ends = " ".join(f"WHEN {days} <= {most} THEN '{place}'" for place, (_, most) in enumerate(bins) if most is not None)
    return f"CASE {ends} ELSE '{len(bins) - 1}' END"


def _of(*codes: str) -> tuple[Cases, ...]:
    return tuple(case for code in codes for case in CASES[code])


def _keyed(codes: Sequence[str], key: str, **changes: str) -> tuple[Cases, ...]:
    return tuple(replace(case, key=key, **changes) for case in _of(*codes))


def _cohort(reached: str) -> tuple[Cases, ...]:
    """Of those who enquired in the months, whoever has come so far by now; a line for the month of the enquiry."""
    return (Cases(CASES["M02"][0].where, hit=f"coalesce({reached}, FALSE)", on="received_on"),)


COHORTS = {
    "cohort conversation": _cohort("conversation_on IS NOT NULL"),
    "cohort visit": _cohort("visit_on IS NOT NULL"),
    "cohort eoi": _cohort("eoi_submitted_on IS NOT NULL"),
    "cohort referral": _cohort("sent_on IS NOT NULL"),
    "cohort application": _cohort("application_on IS NOT NULL"),
    "cohort approval": _cohort("decision = 'approved'"),
}

# Days from the start to the first ending, or to today for whoever is still open: “applied:34”.
_ENDED_ON = "least(closed_on, decided_on)"


def _course(where: str, start: str, reached: str, reached_on: str, word: str) -> tuple[Cases, ...]:
    days = f"greatest(coalesce(CASE WHEN {reached} THEN {reached_on} END, {_ENDED_ON}, %(today)s) - {start}, 0)"
    outcome = f"CASE WHEN {reached} THEN '{word}' WHEN {_ENDED_ON} IS NOT NULL THEN '{ENDED}' ELSE '{OPEN}' END"
    return (Cases(where, key=f"{outcome} || ':' || {days}", on=start),)


COURSES = {
    "until application": _course(
        f"{CASES['M02'][0].where} AND coalesce(application_on >= received_on, TRUE)",
        "received_on", "application_on IS NOT NULL", "application_on", APPLIED,
    ),
    "until approval": _course(
        f"{CASES['M16'][0].where} AND coalesce(decided_on >= application_on, TRUE)",
        "application_on", "coalesce(decision = 'approved', FALSE)", "decided_on", APPROVED,
    ),
}  # fmt: skip

_WAITING = f"CASE WHEN conversation_on IS NOT NULL THEN {binned('conversation_days', TO_CONVERSATION)}"
WAITS = {
    # Of all who enquired, so that whoever was never spoken to is seen too.
    "wait conversation": (
        Cases(
            f"{CASES['M02'][0].where} AND coalesce(conversation_on >= received_on, TRUE)",
            key=f"{_WAITING} WHEN {_ENDED_ON} IS NOT NULL THEN '{ENDED}' ELSE '{NOT_YET}' END",
            on="received_on",
        ),
    ),
    "wait visit": _keyed(["M09"], binned("visit_days", TO_VISIT)),
    "wait answer": _keyed(["M15"], binned("answer_days", TO_ANSWER)),
    "answers in time": _keyed(["M15"], "''", hit=f"answer_days <= {ANSWER_TARGET}"),
    "wait application": _keyed(["M17"], binned("(application_on - received_on)", TO_APPLICATION)),
    "wait approval": _keyed(["M23"], binned("(decided_on - application_on)", TO_APPROVAL)),
}

# Whoever stopped: before applying (M24), or after it and before a decision (M21, M22).
STOPPED = ("M24", "M21", "M22")
_REASON = "coalesce(closed_reason, 'no_reason')"
ENDINGS = {
    "ended": _of(*STOPPED),
    "ended by stage": _keyed(STOPPED, "stage"),
    "ended by reason": _keyed(STOPPED, _REASON),
    "ended by stage and reason": _keyed(STOPPED, f"stage || ' ' || {_REASON}"),
    "ended by whom": _keyed(STOPPED, "coalesce(closed_by, 'service')"),
    "ended after": _keyed(STOPPED, binned("(closed_on - received_on)", UNTIL_THE_END)),
    "not counted": (
        Cases(
            f"NOT is_counted AND NOT is_merged AND closed_on BETWEEN %(first)s AND %(last)s"
            f" AND closed_reason IN ({one_of(sorted(NOT_COUNTED))})",
            "household", key="closed_reason", on="closed_on",
        ),
    ),
}  # fmt: skip

LINES: dict[str, tuple[Cases, ...]] = {**CASES, **COHORTS, **COURSES, **WAITS, **ENDINGS}
# Breakdowns of the same cases add up to the same total; of the one in two ways the parts are those of the others.
SAME_CASES = {name: "ended" for name in ENDINGS if name != "not counted"}
IN_TWO_WAYS = {"ended by stage and reason": ("ended by stage", "ended by reason")}
