"""What the facts of one enquiry add up to. Pure: the writer keeps the result, `keep_state` works it out again."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, fields

from enquiries.journey import CLOCKS, KINDS, LAST_TRY, STAGES, Stage, Turn
from hub.working_time import WorkingTime, local_date

_HANDOVER_ANSWERS = {
    "handover_accepted": Stage.WITH_AUTHORITY,
    "handover_declined": Stage.READY,
    "handover_returned": Stage.READY,
    "handover_withdrawn": Stage.READY,
}


@dataclass(frozen=True)
class State:
    """The fields that the enquiry carries so that lists are quick; named as on `Enquiry`."""

    stage: str
    turn: str
    on_hold: bool
    hold_until: datetime.date | None
    closed_on: datetime.date | None
    closed_reason: str
    closed_from: str
    decision: str
    places: int | None
    held_by_id: int | None
    attempts: int
    first_conversation_at: datetime.datetime | None
    last_contact_at: datetime.datetime | None
    callback_at: datetime.datetime | None
    parked_until: datetime.date | None
    clock: str
    clock_started_at: datetime.datetime | None
    due_at: datetime.datetime | None


STATE_FIELDS = tuple(field.name for field in fields(State))


def in_order(activities: Iterable) -> list:
    """Facts in the order of the journey: by local date, then by rank, then by time (measures.md, rule 1)."""
    return sorted(activities, key=lambda a: (local_date(a.occurred_at), KINDS[a.kind].rank, a.occurred_at, a.pk or 0))


def not_voided(activities: Iterable) -> list:
    """The facts that stand: neither voided nor the voiding of another."""
    activities = list(activities)
    voided = {a.voids_id for a in activities if a.voids_id}
    return [a for a in activities if a.pk not in voided and a.kind != "voided"]


def state_of(activities: Iterable, *, calendar: WorkingTime, standard_days) -> State:
    """The state that the activities give. `standard_days(clock, on)` is the working days of a clock on a date."""
    facts = in_order(not_voided(activities))
    ending = _ending(facts)
    on_hold, hold_until = _hold(facts) if ending is None else (False, None)
    before = _stage_before_ending(facts if ending is None else _up_to(facts, ending))
    stage = _stage_after(ending, before)
    contacts = [fact for fact in facts if KINDS[fact.kind].contact]
    conversations = [fact.occurred_at for fact in facts if fact.kind == "conversation"]
    decision = _latest(facts, "decided")
    handover, answer = latest_handover(facts)
    asked = _unanswered(facts) if ending is None else None
    clock, started_at, due_at = _clock(facts, stage, on_hold, hold_until, asked, calendar, standard_days)
    theirs = clock == "last_try" or (clock in ("follow_up", "visit") and _they_act_next(facts))
    return State(
        stage=stage,
        turn=Turn.HUB if asked else Turn.HOUSEHOLD if theirs else STAGES[Stage(stage)].turn,
        on_hold=on_hold,
        hold_until=hold_until,
        closed_on=local_date(ending.occurred_at) if ending and stage == Stage.CLOSED else None,
        closed_reason=ending.reason if ending and ending.kind in ("closed", "merged") else "",
        closed_from=before if stage == Stage.CLOSED else "",
        decision=decision.outcome if decision and ending and ending.kind in ("decided", "closed") else "",
        places=decision.places if decision and stage == Stage.APPROVED else None,
        held_by_id=_holder(facts, handover)
        if handover and (answer is None or answer.kind == "handover_accepted")
        else None,
        attempts=_attempts_since_contact(facts),
        first_conversation_at=min(conversations, default=None),
        last_contact_at=max((fact.occurred_at for fact in contacts), default=None),
        callback_at=asked.due if asked and asked.kind == "callback_booked" else None,
        parked_until=_parked_until(facts),
        clock=clock,
        clock_started_at=started_at,
        due_at=due_at,
    )


def _ending(facts: list):
    """The fact that ended the enquiry, or None while it is open.

    By date, and those of one date in the order of recording: the table lets only an open enquiry end and only a
    closed one be reopened, so that a closing undone on the same day is undone (docs/decisions/0001).
    """
    ending = None
    for fact in sorted(facts, key=lambda a: (local_date(a.occurred_at), a.pk or 0)):
        if fact.kind in ("closed", "merged", "decided"):
            ending = fact
        elif fact.kind == "reopened":
            ending = None
    return ending


def _up_to(facts: list, ending) -> list:
    """An imported enquiry may have facts dated after its closing: they do not move the stage it was closed from."""
    last = local_date(ending.occurred_at)
    return [fact for fact in facts if local_date(fact.occurred_at) <= last]


def _stage_after(ending, before: str) -> str:
    if ending is None:
        return before
    return Stage.APPROVED if ending.kind == "decided" and ending.outcome == "approved" else Stage.CLOSED


def _stage_before_ending(facts: list) -> str:
    """Where the enquiry stands by its facts, endings left aside (measures.md, rule 12, with returned EOIs)."""
    kinds = {fact.kind for fact in facts}
    handover, answer = latest_handover(facts)
    if kinds & {"stage2_started", "panel_held"}:
        return Stage.ASSESSMENT
    if kinds & {"application_received", "stage1_completed"}:
        return Stage.APPLICATION
    if handover is not None:
        return _HANDOVER_ANSWERS[answer.kind] if answer else Stage.HANDED_OVER
    if "eoi_authorised" in kinds:
        return Stage.READY
    if "eoi_submitted" in kinds and not _eoi_was_returned(facts):
        return Stage.EOI
    return Stage.IN_TOUCH if "conversation" in kinds else Stage.NEW


def latest_handover(facts: Iterable):
    """The latest `handover_sent` and the fact that answered it (None while unanswered)."""
    facts = list(facts)
    sent = max(
        (f for f in facts if f.kind == "handover_sent"),
        key=lambda f: (f.occurred_at, f.pk or 0),
        default=None,
    )
    if sent is None:
        return None, None
    # Withdrawn may follow accepted: the last word counts.
    answers = [f for f in facts if f.kind in _HANDOVER_ANSWERS and f.about_id == sent.pk]
    return sent, max(answers, key=lambda f: (f.occurred_at, f.pk or 0), default=None)


def _holder(facts: list, sent) -> int | None:
    """The authority it was sent to, or the one that stands in its place since."""
    continued = _latest([f for f in facts if f.about_id == sent.pk], "handover_continued")
    return (continued or sent).authority_id


def named_worker(facts: Iterable) -> str:
    """Who of the council looks after them, as the council that holds them named it last; "" where it named nobody."""
    facts = list(facts)
    sent, answer = latest_handover(facts)
    if answer is None or answer.kind != "handover_accepted":
        return ""
    # Whoever it was at a council that ended looks after nobody any more.
    said = [f for f in facts if f.kind in ("worker_named", "handover_continued") and f.about_id == sent.pk]
    last = max(said, key=lambda fact: (fact.occurred_at, fact.pk or 0), default=None)
    return last.note if last is not None and last.kind == "worker_named" else ""


def _eoi_was_returned(facts: list) -> bool:
    last = max(
        (f for f in facts if f.kind in ("eoi_submitted", "eoi_returned")),
        key=lambda f: (f.occurred_at, f.pk or 0),
    )
    return last.kind == "eoi_returned"


def _hold(facts: list) -> tuple[bool, datetime.date | None]:
    held = None
    for fact in sorted(facts, key=lambda a: (a.occurred_at, a.pk or 0)):
        if fact.kind == "hold_started":
            held = fact
        elif fact.kind == "hold_ended":
            held = None
    return (True, held.until) if held else (False, None)


def _attempts_since_contact(facts: list) -> int:
    count = 0
    for fact in sorted(facts, key=lambda a: (a.occurred_at, a.pk or 0)):
        if KINDS[fact.kind].contact:
            count = 0
        elif fact.kind == "attempt":
            count += 1
    return count


def _latest(facts: list, kind: str):
    return max(
        (f for f in facts if f.kind == kind),
        key=lambda f: (local_date(f.occurred_at), f.pk or 0),
        default=None,
    )


def _unanswered(facts: list):
    """What they came to us with and nobody has spoken with them about since, or None; a call-back before the rest.

    Trying in vain answers nothing, nor does their coming to an event. A later call-back takes the place of an
    earlier one, and a cancelled one is gone.
    """
    first = _first_received(facts)
    answer = max((fact.occurred_at for fact in facts if KINDS[fact.kind].answers), default=None)
    since = [fact for fact in facts if answer is None or fact.occurred_at > answer]
    callbacks = [fact for fact in since if fact.kind in ("callback_booked", "callback_cancelled")]
    last = max(callbacks, key=lambda f: (f.occurred_at, f.pk or 0), default=None)
    if last is not None and last.kind == "callback_booked":
        return last
    others = [
        fact
        for fact in since
        if (KINDS[fact.kind].asks and fact.kind != "callback_booked") or (fact.kind == "received" and fact is not first)
    ]
    others = [fact for fact in others if not _done_since(fact, facts)]
    return min(others, key=lambda f: (f.occurred_at, f.pk or 0), default=None)


def _done_since(asked, facts: list) -> bool:
    """Whether what they asked for was done, where that answers it: they were sent to another council."""
    by = KINDS[asked.kind].answered_by
    return any(
        fact.kind in by and (fact.occurred_at, fact.pk or 0) > (asked.occurred_at, asked.pk or 0) for fact in facts
    )


def _first_received(facts: list):
    """Of a household whose enquiries were merged the earliest: with the others it asked again (measures.md, rule 3)."""
    received = (fact for fact in facts if fact.kind == "received")
    return min(received, key=lambda f: (f.occurred_at, f.pk or 0), default=None)


def _they_act_next(facts: list) -> bool:
    """Whether they do what was agreed last, or were asked since to fill in the expression of interest."""
    said = [f for f in facts if KINDS[f.kind].answers or f.kind in ("eoi_invited", "eoi_returned")]
    last = max(said, key=lambda f: (f.occurred_at, f.pk or 0), default=None)
    return last is not None and (last.kind == "eoi_invited" or last.next_by == "them")


def visit_booked(facts: Iterable):
    """The booking of a first visit that is still to be made, or recorded; else None."""
    kinds = ("visit_booked", "visit_cancelled", "initial_visit")
    last = max((f for f in facts if f.kind in kinds), key=lambda f: (f.recorded_at, f.pk or 0), default=None)
    return last if last is not None and last.kind == "visit_booked" else None


def _last_letter(facts: list):
    """Our last message to whoever could not be reached, unless we were in touch since, or it was begun anew; ringing
    them once more changes nothing."""
    letter = _latest([f for f in facts if f.outcome == LAST_TRY and f.until], "written")
    if letter is None:
        return None
    anew = ("hold_started", "hold_ended", "reopened", "feedback")
    since = (f for f in facts if KINDS[f.kind].contact or KINDS[f.kind].asks or f.kind in anew)
    return None if any(f.occurred_at > letter.occurred_at for f in since) else letter


def _parked_until(facts: list) -> datetime.date | None:
    """Put aside until that day, unless its council was found since."""
    last = max(
        (f for f in facts if f.kind in ("parked", "routed")), key=lambda f: (f.occurred_at, f.pk or 0), default=None
    )
    return last.until if last is not None and last.kind == "parked" else None


def _clock(facts, stage, on_hold, hold_until, asked, calendar, standard_days):
    """The clock that runs now, since when, and the moment by which it must be met.

    What they wait for comes before "not yet"; beside the stage's own clock the one that ends first counts. A call-back
    is when they chose to be rung, so that nothing of ours is due before it; a council's silence shows all the same.
    """
    own = _own_clock(facts, stage, on_hold, hold_until, calendar, standard_days)
    if asked is None:
        return own
    name = KINDS[asked.kind].asks or "answer"
    due_at = asked.due or calendar.due(asked.occurred_at, standard_days(name, local_date(asked.occurred_at)))
    instead = bool(asked.due) and STAGES[Stage(stage)].turn == Turn.HUB
    if own[2] is not None and own[2] <= due_at and not on_hold and not instead:
        return own
    return name, asked.occurred_at, due_at


def _own_clock(facts, stage, on_hold, hold_until, calendar, standard_days):
    if on_hold:
        started = _latest(facts, "hold_started")
        return "hold", started.occurred_at, calendar.end_of_day(hold_until) if hold_until else None
    name = STAGES[stage].clock
    if name == "follow_up" and (visit := visit_booked(facts)):  # nothing of ours is due before it
        return "visit", visit.occurred_at, visit.due
    if name in ("first_conversation", "follow_up") and (letter := _last_letter(facts)):
        return "last_try", letter.occurred_at, calendar.end_of_day(letter.until)
    first = _first_received(facts)
    starts = [f for f in facts if name and f.kind in CLOCKS[name].started_by and (f.kind != "received" or f is first)]
    if not starts:
        return "", None, None
    start = max(starts, key=lambda f: f.occurred_at)
    if name == "follow_up" and start.until:
        return name, start.occurred_at, calendar.end_of_day(start.until)
    days = standard_days(name, local_date(start.occurred_at))
    return name, start.occurred_at, calendar.due(start.occurred_at, days)
