"""Which cases each line is about, as pieces of SQL over the named queries of `facts.sql` (measures.md)."""

from collections.abc import Iterable
from dataclasses import dataclass

from enquiries.journey import CHANNELS, SOURCES
from reporting.measures.definition import NOT_KNOWN
from reporting.measures.registry import (
    APPLICATION_WITHIN,
    APPROVAL_WITHIN,
    FIRST_CONVERSATION_TARGET,
    INITIAL_VISIT_TARGET,
)


@dataclass(frozen=True)
class Cases:
    """The rows that a line counts: `where` in the query `source`, one row a case.

    `key` is the case's place in a breakdown. `hit` says which cases are in a percentage's numerator, `base` which are
    in its denominator. `amount` is what is summed, or what the median is taken of. `on` is the date for which it
    counts, for whoever opens the figure; `dated` the one that puts it in the period, where that is another. `enquiry`
    is the column with the enquiry's id.
    """

    where: str
    source: str = "counted"
    key: str = "''"
    hit: str = "FALSE"
    base: str = "TRUE"
    amount: str = "NULL"
    on: str = "NULL"
    enquiry: str = "id"
    dated: str = ""


def _in_period(column: str) -> str:
    return f"{column} BETWEEN %(first)s AND %(last)s"


def one_of(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _referrals(source: str, where: str, on: str = "NULL", amount: str = "NULL") -> Cases:
    return Cases(where, source, amount=amount, on=on, enquiry="enquiry_id")


_RECEIVED = _in_period("received_on")
_TALKED = _in_period("conversation_on")
_VISITED = _in_period("visit_on")
_APPLIED = _in_period("application_on")
_DECIDED = _in_period("decided_on")
_APPROVED = f"decision = 'approved' AND {_DECIDED}"
_REFUSED = f"decision = 'not_approved' AND {_DECIDED}"
# A decision of the day of the closing came before it (rule 1).
_WITHDRAWN = (
    f"{_in_period('closed_on')} AND application_on <= closed_on AND coalesce(first_decided_on > closed_on, TRUE)"
)
_WITHDRAWN_BY_APPLICANT = f"{_WITHDRAWN} AND closed_by = 'applicant'"
_WITHDRAWN_BY_SERVICE = f"{_WITHDRAWN} AND closed_by = 'service'"
_CLOSED_BEFORE_APPLICATION = f"{_in_period('closed_on')} AND application_on IS NULL"
_OPEN = "is_unended AND received_on <= %(last)s"

# Rule 10: facts dated before what they are measured from are left out. A fact that is missing is not such a fact.
_TALKED_AFTER = "coalesce(conversation_on >= received_on, TRUE)"
_VISITED_AFTER = "visit_on >= received_on"
_APPLIED_AFTER = "application_on >= received_on"
_APPROVED_AFTER = "decided_on >= application_on AND application_on >= received_on"
_ANSWERED_AFTER = "answered_on >= sent_on AND sent_on >= received_on"
# Midnight after the target day has passed when all its working days were over by the day before T.
_TARGET_DAY_OVER = f"day_zero + {FIRST_CONVERSATION_TARGET} <= %(working_days_over)s"

_CHANNEL = f"CASE WHEN channel IN ({one_of(CHANNELS)}) THEN channel ELSE 'other' END"
_SOURCE = f"CASE WHEN source = '' THEN '{NOT_KNOWN}' WHEN source IN ({one_of(SOURCES)}) THEN source ELSE 'other' END"

_MONTHLY: dict[str, Cases] = {
    "M01": Cases(_in_period("own_received_on"), "household", on="own_received_on"),
    "M02": Cases(_RECEIVED, on="received_on"),
    "M03 by channel": Cases(_RECEIVED, key=_CHANNEL, on="received_on"),
    "M04 by source": Cases(_RECEIVED, key=_SOURCE, on="received_on"),
    "M05": Cases(_TALKED, on="conversation_on"),
    "M06": Cases(
        f"{_RECEIVED} AND {_TALKED_AFTER} AND (conversation_on IS NOT NULL OR {_TARGET_DAY_OVER})",
        hit=f"coalesce(conversation_days <= {FIRST_CONVERSATION_TARGET}, FALSE)",
        amount="conversation_days",
        on="conversation_on",
        dated="received_on",
    ),
    "M07": Cases(f"{_TALKED} AND {_TALKED_AFTER}", amount="conversation_days", on="conversation_on"),
    "M08": Cases(_VISITED, on="visit_on"),
    "M09": Cases(
        f"{_VISITED} AND {_VISITED_AFTER}",
        hit=f"visit_days <= {INITIAL_VISIT_TARGET}",
        amount="visit_days",
        on="visit_on",
    ),
    "M10": Cases(_in_period("eoi_submitted_on"), on="eoi_submitted_on"),
    "M11": Cases(_in_period("eoi_authorised_on"), on="eoi_authorised_on"),
    "M12": _referrals("referral", _in_period("sent_on"), "sent_on"),
    "M13": _referrals("referral_answer", f"kind = 'handover_accepted' AND {_in_period('occurred_on')}", "occurred_on"),
    "M14": _referrals(
        "referral_answer",
        f"kind IN ('handover_declined', 'handover_returned') AND {_in_period('occurred_on')}",
        "occurred_on",
    ),
    "M15": _referrals(
        "referral", f"{_in_period('answered_on')} AND {_ANSWERED_AFTER}", "answered_on", amount="answer_days"
    ),
    "M16": Cases(_APPLIED, on="application_on"),
    "M17": Cases(f"{_APPLIED} AND {_APPLIED_AFTER}", amount="application_on - received_on", on="application_on"),
    "M18": Cases(_APPROVED, on="decided_on"),
    "M19": Cases(_APPROVED, amount="places", on="decided_on"),
    "M20": Cases(_REFUSED, on="decided_on"),
    "M21": Cases(_WITHDRAWN_BY_APPLICANT, on="closed_on"),
    "M21 by ofsted_code": Cases(_WITHDRAWN_BY_APPLICANT, key="closed_ofsted", on="closed_on"),
    "M22": Cases(_WITHDRAWN_BY_SERVICE, on="closed_on"),
    "M23": Cases(f"{_APPROVED} AND {_APPROVED_AFTER}", amount="decided_on - application_on", on="decided_on"),
    "M24": Cases(_CLOSED_BEFORE_APPLICATION, on="closed_on"),
    "M24 by stage": Cases(_CLOSED_BEFORE_APPLICATION, key="stage", on="closed_on"),
    "M24 by reason": Cases(_CLOSED_BEFORE_APPLICATION, key="closed_reason", on="closed_on"),
    "M25": Cases(_OPEN, on="received_on"),
    "M25 by stage": Cases(_OPEN, key="stage", on="received_on"),
    "M26": Cases(f"{_OPEN} AND is_held", on="held_on"),
}

_K03_COHORT = "received_on BETWEEN %(enquiries_first)s AND %(enquiries_last)s"
_K04_COHORT = "application_on BETWEEN %(applications_first)s AND %(applications_last)s"

_QUARTERLY: dict[str, tuple[Cases, ...]] = {
    "K02": (_MONTHLY["M09"],),
    # A flow's numerator need not be of those in its denominator.
    "K03 flow": (Cases(_APPLIED, hit="TRUE", base="FALSE"), Cases(_RECEIVED)),
    "K03 cohort": (Cases(_K03_COHORT, hit=f"coalesce(application_on - received_on <= {APPLICATION_WITHIN}, FALSE)"),),
    "K04 flow": (
        Cases(_APPROVED, hit="TRUE"),
        Cases(_REFUSED),
        Cases(_WITHDRAWN_BY_APPLICANT),
        Cases(_WITHDRAWN_BY_SERVICE),
    ),
    "K04 cohort": (
        Cases(
            _K04_COHORT,
            hit=f"coalesce(decision = 'approved' AND decided_on - application_on <= {APPROVAL_WITHIN}, FALSE)",
        ),
    ),
    "K08": (_MONTHLY["M07"],),
    "K09": (Cases(f"{_VISITED} AND {_VISITED_AFTER}", amount="visit_days"),),
    "K10": (_MONTHLY["M17"],),
    "K11": (_MONTHLY["M23"],),
}

# By the name of the line: each line's cases are those of all its queries.
CASES: dict[str, tuple[Cases, ...]] = {**{name: (cases,) for name, cases in _MONTHLY.items()}, **_QUARTERLY}

# What a data officer should look at before signing: cases that rule 10 left out, and approvals without places (M19).
FINDINGS: dict[str, tuple[str, Cases]] = {
    "conversation_before_received": (
        "First conversation dated before the enquiry",
        Cases(f"({_TALKED} OR {_RECEIVED}) AND NOT {_TALKED_AFTER}"),
    ),
    "visit_before_received": ("First visit dated before the enquiry", Cases(f"{_VISITED} AND NOT {_VISITED_AFTER}")),
    "referral_before_received": (
        "Sent to the council before the enquiry was received",
        _referrals("referral", f"{_in_period('answered_on')} AND sent_on < received_on"),
    ),
    "answer_before_sent": (
        "The council's answer is dated before the referral",
        _referrals("referral", f"{_in_period('answered_on')} AND answered_on < sent_on"),
    ),
    "application_before_received": (
        "Application dated before the enquiry",
        Cases(f"({_APPLIED} OR {_APPROVED}) AND NOT {_APPLIED_AFTER}"),
    ),
    "decision_before_application": (
        "Approval dated before the application",
        Cases(f"{_APPROVED} AND decided_on < application_on"),
    ),
    "approval_without_application": (
        "Approved, but no application is recorded",
        Cases(f"{_APPROVED} AND application_on IS NULL"),
    ),
    "approval_without_places": (
        "Approved, but the number of places is not known",
        Cases(f"{_APPROVED} AND places IS NULL"),
    ),
    "fact_before_received": (
        "Something else dated before the enquiry",
        Cases(f"{_in_period('occurred_on')} OR {_RECEIVED}", "early_fact", key="kind", enquiry="enquiry_id"),
    ),
}
_REFERRAL = ("referral_before_received", "answer_before_sent")
# A fact that one of these findings is about is not “something else”.
LISTED_AS: dict[str, tuple[str, ...]] = {
    "conversation": ("conversation_before_received",),
    "initial_visit": ("visit_before_received",),
    "application_received": ("application_before_received",),
    "decided": ("decision_before_application",),
    **dict.fromkeys(("handover_sent", "handover_accepted", "handover_declined", "handover_returned"), _REFERRAL),
}

# Cases that no rule leaves out and that make a figure doubtful all the same, so that somebody looks before signing.
# Days up to the last of the period in which nothing at all was recorded: longer than the council's answer (31), the
# way to an application (92) and a whole assessment (244, eight months) usually take.
LONG_AGO = "2000-01-01"
MOST_PLACES = 10


def _nothing_for(days: int) -> str:
    return (
        "NOT EXISTS (SELECT 1 FROM fact AS later WHERE later.enquiry_id = counted.id"
        f" AND later.occurred_on > %(last)s::date - {days} AND later.occurred_on <= %(last)s)"
    )


def _silent(stages: Iterable[str], days: int) -> Cases:
    return Cases(f"{_OPEN} AND NOT is_held AND stage IN ({one_of(stages)}) AND {_nothing_for(days)}", on="received_on")


DOUBTS: dict[str, tuple[str, Cases]] = {
    "received_long_ago": (
        "Received before the year 2000, which is probably a mistake",
        Cases(f"received_on < DATE '{LONG_AGO}'"),
    ),
    "no_council": (
        "Received in the period, and belongs to no council of the region",
        Cases(f"{_RECEIVED} AND authority_id IS NULL"),
    ),
    "visit_without_conversation": (
        "Visited, but no conversation is recorded",
        Cases(f"{_VISITED} AND conversation_on IS NULL"),
    ),
    "eoi_authorised_never_submitted": (
        "Expression of interest authorised, but never submitted",
        Cases(f"{_in_period('eoi_authorised_on')} AND eoi_submitted_on IS NULL"),
    ),
    "referral_without_eoi": (
        "Referred to a council, but no expression of interest is authorised",
        Cases(
            f"eoi_authorised_on IS NULL AND EXISTS (SELECT 1 FROM handover AS sent"
            f" WHERE sent.enquiry_id = counted.id AND sent.{_in_period('sent_on')})"
        ),
    ),
    "application_without_referral": (
        "Application received, but no council has accepted a referral",
        Cases(
            f"{_APPLIED} AND NOT EXISTS (SELECT 1 FROM answer AS accepted"
            " WHERE accepted.enquiry_id = counted.id AND accepted.kind = 'handover_accepted')"
        ),
    ),
    "referral_unanswered": ("Referred, and not answered for more than a month", _silent(["handed_over"], 31)),
    "accepted_and_silent": (
        "Accepted by the council, and nothing recorded for more than three months",
        _silent(["with_authority"], 92),
    ),
    "assessment_and_silent": (
        "Being assessed, and nothing recorded for more than eight months",
        _silent(["application", "assessment"], 244),
    ),
    "refusal_without_application": (
        "Not approved, but no application is recorded",
        Cases(f"{_REFUSED} AND application_on IS NULL"),
    ),
    "places_impossible": (
        f"Approved for no place at all, or for more than {MOST_PLACES}",
        Cases(f"{_APPROVED} AND (places = 0 OR places > {MOST_PLACES})"),
    ),
    "closed_for_no_known_reason": (
        "Closed, and no reason is known",
        Cases(f"{_in_period('closed_on')} AND closed_reason = 'no_reason'"),
    ),
    "hold_ran_out": (
        "On hold, though the day to ask again has passed by more than a month",
        Cases(
            f"{_OPEN} AND is_held AND EXISTS (SELECT 1 FROM enquiries_enquiry AS held"
            " WHERE held.id = counted.id AND held.on_hold AND held.hold_until < %(last)s::date - 31)"
        ),
    ),
}
