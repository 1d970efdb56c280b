"""What somebody tries out with the invented households. The rules are the real ones: the journey table says what may
happen, the same checks look at the dates; nothing else is written, and nobody is told."""

import datetime
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from enquiries.journey import KINDS, Standing, move_for
from handover.milestones import ENDED, Milestone, MilestoneRefused, in_order_of_journey, refuse_impossible_date
from handover.models import Handover, PracticeCase
from handover.practice.case import Case
from hub.errors import Refused
from hub.isolation import in_place_of_the_hub
from hub.models import Authority, User

State = PracticeCase.State


@in_place_of_the_hub
@transaction.atomic
def practise_opening(*, household: int, by: User) -> Case:
    """The first look at an invented referral; later ones change nothing."""
    row = _locked(household, by)
    if row.state == State.SENT:
        _save(row, state=State.OPENED)
    return Case(row)


@in_place_of_the_hub
@transaction.atomic
def practise_answer(*, household: int, by: User, answer: str, reason: str = "", note: str = "") -> Case:
    """Accept, decline or return an invented referral, once; declined and returned need a coded reason."""
    row = _locked(household, by)
    if row.state not in (State.SENT, State.OPENED):
        raise Refused(
            f"You have answered this one already: {row.get_state_display().lower()}. Start again to try more."
        )
    if answer not in (State.ACCEPTED, State.DECLINED, State.RETURNED):
        raise Refused("Answer with accept, decline or return.")
    if answer != State.ACCEPTED and reason not in Handover.REASONS:
        raise Refused("Choose a reason from the list.")
    _save(row, state=answer, reason=reason)
    return Case(row)


@in_place_of_the_hub
@transaction.atomic
def practise_milestones(*, household: int, by: User, milestones: list[Milestone]) -> Case:
    """Record dates of an invented household that was accepted: all of them, or none.

    With the first of them practice is done.
    """
    row = _locked(household, by)
    if row.state != State.ACCEPTED:
        raise Refused("Accept it first.")
    for milestone in in_order_of_journey(milestones):
        case = Case(row)
        if move_for(milestone.kind, Standing(case.stage), can=by.can, outcome=milestone.outcome) is None:
            label = KINDS[milestone.kind].label
            raise MilestoneRefused(milestone.kind, f"“{label}” cannot be recorded yet: a step before it is missing.")
        refuse_impossible_date(case.facts, milestone)
        row.milestones = {**row.milestones, milestone.kind: _kept(milestone)}
    first_time = {} if row.done_at else {"done_at": timezone.now()}
    _save(row, milestones=row.milestones, **first_time)
    return Case(row)


@in_place_of_the_hub
@transaction.atomic
def start_practice_again(*, by: User) -> None:
    """Everything of this person's practice is as at the beginning; that it was done once stays."""
    cases = PracticeCase.objects.filter(person=by, authority=by.authority_id)
    cases.update(state=State.SENT, reason="", milestones={}, changed_at=timezone.now())


def practised(authority: Authority) -> datetime.datetime | None:
    """When somebody of the authority first accepted an invented referral and recorded a date; None before."""
    done = PracticeCase.objects.filter(authority=authority, done_at__isnull=False).order_by("done_at").first()
    return done.done_at if done else None


def _locked(household: int, by: User) -> PracticeCase:
    if not by.is_authority_staff or by.authority_id is None:
        raise Refused("Practice is for the councils' teams.")
    PracticeCase.objects.get_or_create(person=by, household=household, defaults={"authority_id": by.authority_id})
    return PracticeCase.objects.select_for_update().get(person=by, household=household)


def _save(row: PracticeCase, **changes) -> None:
    for name, value in {**changes, "changed_at": timezone.now()}.items():
        setattr(row, name, value)
    row.save()


def _kept(milestone: Milestone) -> dict:
    known = asdict(milestone)
    reason = milestone.reason if milestone.kind == ENDED else ""
    return {"on": milestone.occurred_on.isoformat(), "outcome": known["outcome"], "places": known["places"],
            "reason": reason}  # fmt: skip
