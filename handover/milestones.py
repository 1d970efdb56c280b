"""The authority's own dates after it has accepted: recording, correcting, and what comes next.

Whether a milestone may happen is the journey table's to say; this module adds what a date must not come before.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from enquiries.events.leaving import bookings_to_give_back
from enquiries.events.services import cancel_booking
from enquiries.journey import ACCEPTED_STAGES, COUNCIL, KINDS, MOVES, Stage
from enquiries.models import Activity, Enquiry
from enquiries.services import record_under_lock, void_activity
from enquiries.state import in_order, not_voided
from handover.models import Handover
from handover.services import follow_enquiry, lock_for_writing
from hub.errors import Refused
from hub.isolation import in_place_of_the_hub
from hub.models import User
from hub.working_time import LONDON, local_date, today

# In the order of the page. The first visit may come at any time, and may have been the hub's.
MILESTONES = {
    "initial_visit": "First visit",
    "application_received": "Application received",
    "stage1_started": "Stage 1 started",
    "stage1_completed": "Stage 1 completed",
    "stage2_started": "Stage 2 started",
    "panel_held": "Panel held",
    "decided": "Decision",
}
ENDED = "closed"

_UP_TO_STAGE_1 = ("handover_sent", "application_received", "stage1_started")
# What each may not be dated before. Both stages of an assessment may run at once (domain.md 1.2, 10a).
AFTER: dict[str, tuple[str, ...]] = {
    "initial_visit": (),
    "application_received": ("handover_sent",),  # a council may take an application and click Accept later
    "stage1_started": ("handover_sent", "application_received"),
    "stage1_completed": _UP_TO_STAGE_1,
    "stage2_started": _UP_TO_STAGE_1,
    "panel_held": (*_UP_TO_STAGE_1, "stage1_completed", "stage2_started"),
    "decided": (*_UP_TO_STAGE_1, "stage1_completed", "stage2_started", "panel_held"),
    ENDED: (*_UP_TO_STAGE_1, "initial_visit", "stage1_completed", "stage2_started", "panel_held"),
}


class MilestoneRefused(Refused):
    """A milestone that the rules do not allow; says which one, so that the page can show it beside its field."""

    def __init__(self, kind: str, sentence: str):
        super().__init__(sentence)
        self.kind = kind


class Dated(Protocol):
    """What the rules about dates ask of a fact; practice has facts of its own."""

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def occurred_at(self) -> datetime.datetime: ...


class Standing(Protocol):
    """What they ask of an enquiry."""

    @property
    def is_open(self) -> bool: ...
    @property
    def on_hold(self) -> bool: ...
    @property
    def stage(self) -> str: ...


@dataclass(frozen=True)
class Milestone:
    """One milestone as the authority enters it; outcome and places are the decision's, the reason is the ending's."""

    kind: str
    occurred_on: datetime.date
    outcome: str = ""
    places: int | None = None
    reason: str = ""
    note: str = ""


def record_milestone(
    *,
    handover: Handover,
    by: User,
    kind: str,
    occurred_on: datetime.date,
    outcome: str = "",
    places: int | None = None,
    reason: str = "",
    note: str = "",
) -> Activity:
    """Record one dated step of the receiving authority: a milestone, or `closed` with a coded reason.

    Raises `Refused` where the date is in the future or before a step that it follows, where it is already recorded,
    or where the journey does not allow it. A decision or a closing completes the handover.
    """
    milestone = Milestone(kind, occurred_on, outcome, places, reason, note)
    return record_milestones(handover=handover, by=by, milestones=[milestone])[0]


@in_place_of_the_hub
@transaction.atomic
def record_milestones(*, handover: Handover, by: User, milestones: list[Milestone]) -> list[Activity]:
    """Record several dates at once, in the order of the journey: all of them, or none."""
    ends = any(milestone.kind == ENDED for milestone in milestones)
    bookings = bookings_to_give_back(handover.enquiry) if ends else []
    enquiry, current = lock_for_writing(handover, by)
    facts = [_record(enquiry, milestone, by) for milestone in in_order_of_journey(milestones)]
    follow_enquiry(current, enquiry)
    for booking in bookings:
        cancel_booking(booking=booking, by=by)
    return facts


@in_place_of_the_hub
@transaction.atomic
def correct_milestone(
    *, handover: Handover, by: User, fact: Activity, why: str, instead: Milestone | None = None
) -> Activity | None:
    """Void a milestone entered by mistake and record what is true `instead`; without it, the step did not happen.

    Later steps stand on it: they are voided and recorded again with it as they were. Nothing is edited away.
    """
    enquiry, current = lock_for_writing(handover, by)
    fact = _correctable(enquiry, fact, by)
    later = _steps_after(enquiry, fact)
    if instead is None and later:
        raise MilestoneRefused(fact.kind, f"“{later[0].label}” comes after it. Remove that first.")
    for step in [*reversed(later), fact]:
        void_activity(activity=step, by=by, note=why)
    enquiry.refresh_from_db()
    made = _record(enquiry, instead, by) if instead else None
    for step in later:
        _record(enquiry, _as_it_was(step), by)
    follow_enquiry(current, enquiry)
    return made


def facts_of(enquiry: Enquiry) -> list[Activity]:
    """The facts that stand, in the order of the journey; an ending that was reopened no longer does."""
    return _standing(enquiry.facts)


def _standing(facts: Iterable[Activity]) -> list[Activity]:
    facts = in_order(not_voided(facts))
    begun_again = max((_as_recorded(fact) for fact in facts if fact.kind == "reopened"), default=None)
    if begun_again is None:
        return facts
    return [fact for fact in facts if fact.kind not in ("decided", ENDED) or _as_recorded(fact) > begun_again]


def _as_recorded(fact: Activity) -> tuple[datetime.date, int]:
    """Endings and reopenings of one date follow each other as they were recorded (docs/decisions/0001)."""
    return local_date(fact.occurred_at), fact.pk


def recorded(enquiry: Enquiry) -> dict[str, Activity]:
    """The milestones recorded so far, each the first of its kind; an ending that was reopened is none."""
    found: dict[str, Activity] = {}
    for fact in facts_of(enquiry):
        if fact.kind in MILESTONES or fact.kind == ENDED:
            found.setdefault(fact.kind, fact)
    return found


def still_to_come(enquiry: Standing, done: dict[str, Activity]) -> list[str]:
    """Milestones not recorded that the journey still leads to from here, in order."""
    if not enquiry.is_open or enquiry.on_hold:
        return []
    order = [stage for stage in Stage if stage in ACCEPTED_STAGES]
    ahead = set(order[order.index(Stage(enquiry.stage)) :]) if enquiry.stage in order else set()
    reachable = {move.kind for move in MOVES if move.right == COUNCIL and move.stages & ahead}
    return [kind for kind in MILESTONES if kind in reachable and kind not in done]


def next_milestone(enquiry: Standing, done: dict[str, Activity]) -> str:
    """What comes next, in order; "" when nothing does. The first visit is never what holds things up."""
    furthest = max((list(AFTER).index(kind) for kind in done if kind in MILESTONES), default=0)
    coming = [kind for kind in still_to_come(enquiry, done) if kind != "initial_visit"]
    ahead = [kind for kind in coming if list(AFTER).index(kind) > furthest]
    return (ahead or coming or [""])[0]


def in_order_of_journey(milestones: list[Milestone]) -> list[Milestone]:
    """So that each finds recorded what it stands on."""
    order = {kind: place for place, kind in enumerate(AFTER)}
    return sorted(milestones, key=lambda milestone: order.get(milestone.kind, 0))


def _record(enquiry: Enquiry, milestone: Milestone, by: User) -> Activity:
    kind = milestone.kind
    if kind not in AFTER:
        raise Refused("That is not a milestone that a council records.")
    known = list(enquiry.facts)
    refuse_impossible_date(_standing(known), milestone)
    details = {
        name: getattr(milestone, name)
        for name in ("outcome", "places", "reason", "note")
        if getattr(milestone, name) not in ("", None)
    }
    try:
        return record_under_lock(
            enquiry=enquiry, kind=kind, by=by, occurred_at=_moment(milestone.occurred_on), facts=known, **details
        )
    except Refused as refused:
        raise MilestoneRefused(kind, str(refused)) from refused


def refuse_impossible_date(facts: Sequence["Dated"], milestone: Milestone) -> None:
    """Raises `MilestoneRefused` for a date in the future, a step recorded already, or one out of order."""
    kind, day = milestone.kind, milestone.occurred_on
    label = KINDS[kind].label
    if day > today():
        raise MilestoneRefused(kind, f"“{label}” cannot be dated in the future.")
    for fact in facts:
        if fact.kind == kind and kind in MILESTONES:
            raise MilestoneRefused(kind, f"“{label}” is already recorded, on {in_words(fact)}. Correct that instead.")
        if fact.kind in AFTER[kind] and day < local_date(fact.occurred_at):
            raise MilestoneRefused(
                kind, f"“{label}” cannot be dated before “{fact.label}”, which was on {in_words(fact)}."
            )
        if kind in AFTER.get(fact.kind, ()) and day > local_date(fact.occurred_at):
            raise MilestoneRefused(
                kind, f"“{label}” cannot be dated after “{fact.label}”, which was on {in_words(fact)}."
            )


def in_words(fact: "Dated") -> str:
    """The date of a fact as people here write it: 20 November 2026."""
    day = local_date(fact.occurred_at)
    return f"{day.day} {day:%B} {day.year}"


def now_says(fact: Activity) -> str:
    """What the record says at present: 'It says 12 November 2026: approved, 2 places.'"""
    places = f"{fact.places} place" + ("" if fact.places == 1 else "s") if fact.places else ""
    reason = fact.reason_label if fact.kind == ENDED else ""
    said = ", ".join(filter(None, [fact.outcome_label.lower(), places, reason.lower()]))
    return f"It says {in_words(fact)}" + (f": {said}." if said else ".")


def _moment(day: datetime.date) -> datetime.datetime:
    """Noon of the day, or now where that is earlier: a date has no time of its own."""
    return min(datetime.datetime.combine(day, datetime.time(12), tzinfo=LONDON), timezone.now())


def _correctable(enquiry: Enquiry, fact: Activity, by: User) -> Activity:
    """The same fact as it stands now, if it is a milestone of this enquiry that this authority's staff recorded."""
    for current in facts_of(enquiry):
        if current.pk == fact.pk and is_theirs(current, by):
            return current
    raise Refused("That milestone no longer stands, or is not yours to correct. Look again.")


def is_theirs(fact: Activity, by: User) -> bool:
    """Whether an authority's staff may correct the fact: a milestone that they, or the import, recorded."""
    # Another council's people the database does not show them: then there is a key, and nobody behind it.
    recorder = fact.recorded_by if fact.recorded_by_id else by
    mine = recorder is not None and recorder.authority_id == by.authority_id
    return mine and (fact.kind in MILESTONES or fact.kind == ENDED)


def _steps_after(enquiry: Enquiry, fact: Activity) -> list[Activity]:
    """The steps that stand on this one, in the order in which they were recorded."""
    steps = [f for f in facts_of(enquiry) if f.pk != fact.pk and fact.kind in AFTER.get(f.kind, ())]
    order = list(AFTER)
    return sorted(steps, key=lambda f: (order.index(f.kind), f.pk))


def _as_it_was(step: Activity) -> Milestone:
    day = local_date(step.occurred_at)
    return Milestone(step.kind, day, step.outcome, step.places, step.reason, step.note)
