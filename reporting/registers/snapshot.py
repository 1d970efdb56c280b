"""The registers as a return keeps them."""

import datetime
from typing import Any

from hub.working_time import local_date
from reporting.measures.period import Period
from reporting.registers.models import PlanMilestone, Risk


def register_of(period: Period, as_at: datetime.datetime) -> dict[str, list[dict[str, Any]]]:
    """Risks and milestones for the return of a period, as known at the moment, in plain JSON values.

    "risks": those open, and those closed in the period or since, the highest score first. "milestones": those not done
    yet, and those done in the period or since, by the day they are due; those no longer planned are left out. What is
    late follows from the days and the moment, so that a draft does not change overnight by itself.
    """
    risks = [risk for risk in _known(Risk, as_at) if risk.is_open or local_date(risk.recorded_at) >= period.first]
    milestones = [
        one
        for one in _known(PlanMilestone, as_at)
        if not one.is_dropped and (one.done_on is None or one.done_on >= period.first)
    ]
    return {
        "risks": [_risk(risk) for risk in sorted(risks, key=lambda one: (not one.is_open, -one.score, one.number))],
        "milestones": [_milestone(one) for one in sorted(milestones, key=lambda one: (one.due_on, one.number))],
    }


def _known(model: Any, as_at: datetime.datetime) -> list[Any]:
    known = model.objects.as_known(as_at)
    return list(known.select_related("owner") if model is Risk else known)


def _risk(risk: Risk) -> dict[str, Any]:
    return {
        "number": risk.number,
        "kind": risk.kind,
        "title": risk.title,
        "owner": risk.owner.name,
        "likelihood": risk.likelihood,
        "impact": risk.impact,
        "score": risk.score,
        "mitigation": risk.mitigation,
        "review_on": risk.review_on.isoformat(),
        "state": "open" if risk.is_open else "closed",
    }


def _milestone(one: PlanMilestone) -> dict[str, Any]:
    return {
        "number": one.number,
        "what": one.what,
        "due_on": one.due_on.isoformat(),
        "done_on": one.done_on.isoformat() if one.done_on else None,
        "note": one.note,
    }
