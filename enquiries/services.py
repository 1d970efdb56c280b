"""Every write to an enquiry. One writer locks the row, asks the journey table, adds the fact and keeps the state."""

import datetime
import secrets
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from enquiries import journey
from enquiries.journey import CLOCKS, KINDS
from enquiries.models import Activity, CallbackSlot, Enquiry, RoutingDecision, Task
from enquiries.routing import Routing, route
from enquiries.state import STATE_FIELDS, latest_handover, not_voided, state_of
from hub.compiled import Compiled
from hub.current import current
from hub.errors import Refused
from hub.models import User
from hub.rows import insert, update
from hub.spoken_dates import moment_in_words
from hub.working_time import WorkingTime, local_date, working_time

# Letters and digits that are told apart when said aloud, and no vowels, so that no word comes of them.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_DIGITS = "23456789"


def new_reference(choice=secrets.choice) -> str:
    """Short, sayable and not to be guessed from another: four letters and four digits, as in HKTR-4829.

    `choice` is for the demo alone, whose region is the same for the same seed.
    """
    return "".join(choice(_LETTERS) for _ in range(4)) + "-" + "".join(choice(_DIGITS) for _ in range(4))


@transaction.atomic
def record_activity(
    *,
    enquiry: Enquiry,
    kind: str,
    by,
    occurred_at: datetime.datetime | None = None,
    version: int | None = None,
    recorder: str = "person",
    **details,
) -> Activity:
    """Add one fact, if the journey table allows it to this person in this stage; keep state and clock with it.

    `by` is a user, or None where the product records the fact itself. `version` is the enquiry's version that the
    person saw: another one means that somebody changed it meanwhile. `details` are fields of `Activity`.
    Raises `Refused` with a sentence; then nothing is written. The enquiry given is brought up to date.

    What people do towards a merged enquiry (an old link, a letter) is recorded where their household goes on.
    """
    locked = lock_enquiry(enquiry.merged_into_id if by is None and enquiry.merged_into_id else enquiry.pk)
    refuse_unless_current(locked, version)
    activity = record_under_lock(
        enquiry=locked, kind=kind, by=by, occurred_at=occurred_at, recorder=recorder, **details
    )
    if enquiry.pk == locked.pk:
        _bring_up_to_date(enquiry, locked)
    return activity


def record_under_lock(
    *,
    enquiry: Enquiry,
    kind: str,
    by,
    occurred_at: datetime.datetime | None = None,
    recorder: str = "person",
    facts: list[Activity] | None = None,
    **details,
) -> Activity:
    """`record_activity` for whoever has locked the enquiry in this transaction: it is neither locked nor read again.

    `facts` are the household's, where the caller has read them under the lock. What is refused has written nothing.
    """
    occurred_at = occurred_at or timezone.now()
    _refuse_unless_allowed(enquiry, kind, by, recorder, details)
    known = list(enquiry.facts) if facts is None else facts
    _refuse_impossible_date(enquiry, kind, occurred_at, known)
    if KINDS[kind].answers_handover:
        details.setdefault("about", _open_handover_fact(known))
    activity = Activity(kind=kind, occurred_at=occurred_at, **details)
    # A voiding, or what is right instead, lies with what it voids: should the two be parted again, it goes with it.
    voided = activity.voids or activity.replaces
    home = voided.enquiry if voided else enquiry
    add_fact(home, activity, by=by, recorder=recorder)
    if activity.voids and activity.voids.outcome == "wrong_number":
        home.applicants.filter(phone_wrong_on=activity.voids.occurred_on).update(phone_wrong_on=None)
    keep_state(enquiry, facts=[*known, activity])
    if home.pk != enquiry.pk:
        keep_state(lock_enquiry(home.pk))
    return activity


@transaction.atomic
def void_activity(*, activity: Activity, by, note: str, version: int | None = None) -> Activity:
    """Void a fact that was entered by mistake; it stays on the timeline, struck through, with the reason.

    The hub cannot move an enquiry that stands with a council by voiding: the council's record builds on the fact.
    """
    enquiry = activity.enquiry.stands_for
    locked = lock_enquiry(enquiry.pk)
    before, council = locked.standing, locked.held_by
    if not activity.may_be_voided_by(by):
        raise Refused(f"“{activity.label}” cannot be voided by you.")
    voiding = record_activity(enquiry=enquiry, kind="voided", by=by, version=version, voids=activity, note=note)
    if council is not None and by.is_hub_staff and enquiry.standing != before:
        raise Refused(f"“{activity.label}” cannot be voided while the enquiry stands with {council}.")
    return voiding


@transaction.atomic
def assign_enquiry(*, enquiry: Enquiry, to, by, version: int | None = None, why: str = "") -> Enquiry:
    """Make `to` the owner. Anybody may take an enquiry on, so that nobody waits for an absent colleague, and pass on
    what is theirs or nobody's; a manager may move any, and the product (`by` None) gives away what nobody owns, or
    whose owner does no casework here any more. `why` is kept with the fact."""
    locked = lock_enquiry(enquiry.pk)
    theirs = (None, by.pk) if by else (None,)
    left = locked.owner is not None and not User.objects.caseworkers().filter(pk=locked.owner_id).exists()
    others = locked.owner_id not in theirs and not (by is None and left)
    if others and (by is None or (to != by and not by.can("assign_anyone"))):
        raise Refused(f"{locked.owner} owns {locked.reference}. A manager can move it.")
    if to is None or not to.is_hub_staff:
        raise Refused("An enquiry can only be given to hub staff.")
    if locked.owner_id == to.pk:
        raise Refused(f"{to.name} owns it already.")
    # What its owner had to do about it goes along.
    Task.objects.of(locked).open().filter(assigned_to=locked.owner).update(assigned_to=to, version=F("version") + 1)
    locked.owner = to
    locked.save(update_fields=["owner"])
    said = f"Now with {to.name}{', ' + why if why else ''}"
    record_activity(enquiry=locked, kind="assigned", by=by, version=version, note=said)
    _bring_up_to_date(enquiry, locked)
    enquiry.owner = to
    return enquiry


@transaction.atomic
def reroute_enquiry(*, enquiry: Enquiry, by=None) -> RoutingDecision:
    """Run the routing rules again, store the decision, and keep the authority that it gives.

    The timeline is told where something is different. Once the enquiry was handed over its council stays, wherever
    they move: only where they live is kept.
    """
    locked = lock_enquiry(enquiry.pk)
    routing = route(postcode=locked.postcode, chosen=locked.chosen_authority, never=locked.not_authority)
    if locked.stage not in journey.HUB_STAGES:
        lives = f"They live in {routing.residence}" if routing.residence else "Where they live is not known"
        stays = f"{lives}. Their council stays: the enquiry is no longer with the hub."
        routing = replace(routing, rule="not_with_us", authority=locked.authority, explanation=stays)
    before = locked.routing.first()
    decision = keep_decision(locked, routing)
    locked.residence, locked.authority = routing.residence, routing.authority
    locked.save(update_fields=["residence", "authority"])
    if before is None or not before.says_the_same_as(decision):
        asked = f" ({by.name} asked for it.)" if by else ""
        said = f"{routing.explanation}{asked}"
        record_activity(enquiry=locked, kind="routed", by=None, recorder="system", note=said)
    _bring_up_to_date(enquiry, locked)
    return decision


def keep_decision(enquiry: Enquiry, routing: Routing) -> RoutingDecision:
    """Store why the enquiry belongs to the authority, in the caller's transaction."""
    decision = RoutingDecision(
        enquiry=enquiry,
        rule=routing.rule,
        explanation=routing.explanation,
        chosen=enquiry.chosen_authority,
        residence=routing.residence,
        authority=routing.authority,
        directory=routing.directory,
    )
    insert(decision)
    return decision


@transaction.atomic
def record_history(*, enquiry: Enquiry, facts: Iterable[Activity]) -> None:
    """Add facts of the past as they are: gaps and jumps in the journey are accepted (interfaces.md, "History").

    A fact may be `about` an earlier one of the same list.
    """
    waiting: list[Activity] = []
    for fact in facts:
        fact.enquiry, fact.recorder = enquiry, "import"
        if fact.about is not None:
            if fact.about._state.adding:  # it is among those that wait
                Activity.objects.bulk_create(waiting)
                waiting = []
            fact.about_id = fact.about.pk
        waiting.append(fact)
    Activity.objects.bulk_create(waiting)
    keep_state(enquiry)


def lock_enquiry(pk: int) -> Enquiry:
    """The enquiry with its row locked until the transaction ends: two people at once take turns."""
    found = next(iter(_LOCKED(pk)), None)
    if found is None:
        raise Enquiry.DoesNotExist(f"There is no enquiry {pk}.")
    return found


_LOCKED = Compiled(lambda pk: Enquiry.objects.select_for_update(of=("self",)).filter(pk=pk).order_by(), int)


def lock_enquiry_unless_held(pk: int) -> Enquiry | None:
    """The same without waiting: None while somebody else writes to it. For jobs that come round again."""
    return Enquiry.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()


def keep_state(
    enquiry: Enquiry, *, facts: Iterable[Activity] | None = None, calendar: WorkingTime | None = None
) -> Enquiry:
    """Work the state out from the facts and keep it on the enquiry, in the caller's transaction. The place of a call
    that is no longer to be made (we have spoken, it was moved, it is closed) is free again."""
    booked = enquiry.callback_at
    work_out_state(enquiry, enquiry.facts if facts is None else facts, calendar=calendar)
    enquiry.version += 1
    update(enquiry, *STATE_FIELDS, "version")
    if enquiry.callback_at != booked:
        CallbackSlot.objects.count_again(booked, enquiry.callback_at)
    return enquiry


def work_out_state(enquiry: Enquiry, facts: Iterable[Activity], *, calendar: WorkingTime | None = None) -> None:
    """Set on the enquiry, which the caller saves, what the facts add up to."""
    state = state_of(facts, calendar=calendar or working_time(), standard_days=standard_days_from_database())
    for name in STATE_FIELDS:
        setattr(enquiry, name, getattr(state, name))


def standard_days_from_database():
    """A function of (clock, date) giving the working days that applied then; the journey table's default otherwise."""
    return standard_days_of(current().standards)


def standard_days_of(rows):
    """The same by these rows of `Standard`, the latest first."""

    def days(clock: str, on: datetime.date) -> int:
        for row in rows:
            if row.clock == clock and row.applies_from <= on:
                return row.working_days
        return CLOCKS[clock].working_days

    return days


def add_fact(enquiry: Enquiry, activity: Activity, *, by, recorder: str) -> Activity:
    """Add a fact unasked: for services that have checked for themselves. The caller keeps the state."""
    activity.enquiry = enquiry
    activity.recorded_by = by
    activity.recorder = "system" if by is None and recorder == "person" else recorder
    activity.save(force_insert=True)
    return activity


def refuse_unless_current(enquiry: Enquiry, version: int | None) -> None:
    """`Refused`, saying who recorded what, where the locked enquiry is no longer at the version that somebody saw."""
    if version is not None and version != enquiry.version:
        last = enquiry.facts.select_related("recorded_by").order_by("-pk").first()
        when = moment_in_words(last.recorded_at, timezone.now()) if last else ""
        change = f"{last.who} recorded “{last.label}” ({when})" if last else "somebody changed it"
        raise Refused(
            f"This enquiry has changed since you opened it: {change}. Nothing of yours was saved. Look again."
        )


def _may_by_itself(recorder: str, right: str) -> bool:
    """What happens without a member of staff: the people themselves have their own right besides the product's."""
    return right == journey.SYSTEM or (recorder == "enquirer" and right == journey.OWN)


def _refuse_unless_allowed(enquiry: Enquiry, kind: str, by, recorder: str, details: dict) -> None:
    label = KINDS[kind].label if kind in KINDS else kind
    if enquiry.merged_into is not None:
        raise Refused(f"{enquiry.reference} was merged into {enquiry.merged_into.reference}. Record it there.")
    can = by.can if by is not None else partial(_may_by_itself, recorder)
    if by is not None and by.is_authority_staff and enquiry.held_by_id != by.authority_id:
        raise Refused("This enquiry is not with your council.")
    replaced = details.get("replaces")
    standing = _standing_before(replaced, enquiry) if replaced else enquiry.standing
    if not journey.move_for(kind, standing, can=can, outcome=details.get("outcome", "")):
        if kind == "reopened" and enquiry.held_by is not None:
            raise Refused(f"It ended at {enquiry.held_by}, which can correct that. Or take a new enquiry.")
        held = " while on hold" if enquiry.on_hold else ""
        raise Refused(f"“{label}” cannot be recorded by you in the stage “{enquiry.get_stage_display()}”{held}.")
    missing = [name for name in KINDS[kind].needs if not details.get(name)]
    if missing:
        raise Refused(f"“{label}” needs: {', '.join(missing)}.")
    if kind == "closed" and by is not None and by.is_hub_staff and details.get("reason") not in journey.HUB_REASONS:
        raise Refused("That reason comes of an assessment, which is the council's work.")
    if kind == "closed" and recorder == "enquirer" and details.get("reason") not in journey.THEIR_REASONS:
        raise Refused("Please choose one of the reasons, or none.")
    if kind == "reopened" and recorder == "enquirer" and enquiry.closed_reason not in journey.REOPENED_BY_THEM:
        raise Refused("Somebody from our team has to look at this first.")


def _standing_before(fact: Activity, enquiry: Enquiry) -> journey.Standing:
    """Where the enquiry stood when the fact was recorded first, by what was known then and still stands."""
    while fact.replaces is not None:
        fact = fact.replaces
    facts = [known for known in not_voided(enquiry.facts) if known.pk < fact.pk]
    state = state_of(facts, calendar=working_time(), standard_days=standard_days_from_database())
    return journey.Standing(state.stage, state.on_hold, state.closed_from)


def _refuse_impossible_date(enquiry: Enquiry, kind: str, occurred_at: datetime.datetime, facts: list[Activity]) -> None:
    label, day = KINDS[kind].label, local_date(occurred_at)
    if day > local_date(timezone.now()):
        raise Refused(f"“{label}” cannot be dated in the future.")
    if day < local_date(enquiry.first_received_at):
        raise Refused(f"“{label}” cannot be dated before the enquiry was received.")
    earlier = journey.NOT_BEFORE.get(kind, ())
    for fact in not_voided(facts):
        if fact.kind in earlier and day < fact.occurred_on:
            raise Refused(f"“{label}” cannot be dated before “{fact.label}” on {date_format(fact.occurred_on)}.")


def _open_handover_fact(facts: list[Activity]) -> Activity | None:
    sent, _answer = latest_handover(not_voided(facts))
    return sent


def _bring_up_to_date(enquiry: Enquiry, locked: Enquiry) -> None:
    for name in (*STATE_FIELDS, "version", "owner_id", "authority_id", "residence_id"):
        setattr(enquiry, name, getattr(locked, name))
