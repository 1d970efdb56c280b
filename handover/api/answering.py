"""What a council's system does with a referral: the services of the portal, and their refusals as problems."""

from typing import Any

from enquiries.models import Activity
from handover.api.record import allowed_now, handover_of, milestone_as_told, with_enquiry
from handover.milestones import (
    Milestone,
    MilestoneRefused,
    correct_milestone,
    is_theirs,
    record_milestone,
    recorded,
)
from handover.models import Handover
from handover.services import answer_handover
from hub.api.problems import Problem
from hub.errors import Refused
from hub.models import User


def answer(user: User, reference: str, answer: str, *, reason: str = "", note: str = "") -> dict[str, Any]:
    """Accept, decline or return, once. 409 where it waits for no answer (any more), whoever was quicker."""
    handover = handover_of(user, reference)
    try:
        answered = answer_handover(handover=handover, by=user, answer=answer, reason=reason, note=note)
    except Refused as refused:
        if handover_of(user, reference).is_unanswered:
            raise
        raise Problem(409, str(refused)) from refused
    return _stands(user, answered)


def milestone(user: User, reference: str, said: dict[str, Any], step: Milestone) -> dict[str, Any]:
    """Record a dated step, or put it in the place of one that was wrong. 409 unless it is with the council."""
    handover = _with_them(user, reference)
    try:
        if said.get("corrects") is None:
            fact: Activity | None = record_milestone(handover=handover, by=user, **vars(step))
        else:
            wrong = _to_correct(handover, user, said["corrects"], step.kind)
            fact = correct_milestone(handover=handover, by=user, fact=wrong, why=said["why"], instead=step)
    except MilestoneRefused as refused:
        allowed = [step.kind] if said.get("corrects") else allowed_now(handover, user)["allowed_milestones"]
        raise _pointed(refused, allowed) from refused
    except Refused as refused:
        if handover_of(user, reference).is_given_back:  # meanwhile
            raise Problem(409, str(refused)) from refused
        raise
    assert fact is not None  # only a correction without "instead" makes none
    handover.refresh_from_db(fields=["state"])
    handover.enquiry = fact.enquiry  # as the writer has just kept it
    return {"milestone": milestone_as_told(fact, user), **_stands(user, handover)}


def _with_them(user: User, reference: str) -> Handover:
    found = with_enquiry(user, reference)
    if found is not None and found.shows_full_record:
        return found
    handover = found or handover_of(user, reference)
    if handover.is_unanswered:
        raise Problem(409, f"{handover.reference} waits for your answer. Accept it first.")
    raise Problem(409, f"{handover.reference} is not with you: {handover.get_state_display().lower()}.")


def _to_correct(handover: Handover, user: User, number: int, kind: str) -> Activity:
    facts = {fact.pk: fact for fact in recorded(handover.enquiry).values() if is_theirs(fact, user)}
    if (fact := facts.get(number)) is None:
        said = "That is no milestone of this referral that stands and is yours to correct. Look again."
    elif fact.kind != kind:
        said = f"That is “{fact.kind}”. Correct it by one of the same kind."
    else:
        return fact
    raise Problem(422, said, errors=[("/corrects", said)])


def _pointed(refused: MilestoneRefused, allowed: list[str]) -> Problem:
    """At the date, where the journey would allow the step on another; else at the kind."""
    pointer = "/occurred_on" if refused.kind in allowed else "/kind"
    return Problem(422, str(refused), errors=[(pointer, str(refused))])


def _stands(user: User, handover: Handover) -> dict[str, Any]:
    """Where it stands after what was done, by what the service has left."""
    told = {"reference": handover.reference, "state": handover.state, "stage": None}
    if handover.is_given_back:
        return {**told, "allowed_answers": [], "allowed_milestones": []}
    return {**told, "stage": handover.enquiry.stage, **allowed_now(handover, user)}
