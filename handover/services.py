"""Every write to a handover. The enquiry's row is locked first, so that two people at once take turns; the fact on the
enquiry and the handover's own state are one transaction."""

import datetime

from django.db import transaction

from enquiries.journey import ACCEPTED_STAGES, Stage
from enquiries.letters.outbox import write_to_household
from enquiries.models import Activity, Enquiry
from enquiries.services import assign_enquiry, lock_enquiry, record_activity, record_under_lock
from handover.asking.services import plan_question
from handover.following.desk import GIVEN_BACK, NOT_HEARD, SILENT, land_on_desk, put_on_desk, settle_tasks, tell_team
from handover.models import Handover
from handover.package import SCHEMA_VERSION, data_set, frozen_package, package_hash
from handover.requirements import missing_from
from handover.webhooks.services import about_handover, tell_authority
from hub.compiled import Compiled
from hub.errors import Refused
from hub.isolation import in_place_of_the_hub
from hub.messages.services import tell
from hub.models import Authority, User
from hub.working_time import local_date

ANSWERS = {
    "accepted": Handover.State.ACCEPTED,
    "declined": Handover.State.DECLINED,
    "returned": Handover.State.RETURNED,
}


@transaction.atomic
def send_handover(*, enquiry: Enquiry, authority: Authority, by: User, seen: str = "") -> Handover:
    """Refer the enquiry to the authority with a frozen package; the authority's staff are told, the PDF follows.

    `seen` is the hash of the data set that the sender looked at: what was previewed is what is sent. Raises `Refused`
    where the agreement, the data set or consent is lacking, or the journey does not allow it; then nothing is written.
    """
    locked = lock_enquiry(enquiry.pk)
    _refuse_incomplete(locked, authority)
    if seen and seen != package_hash(data_set(locked, authority)):
        raise Refused("The record has changed since you looked at it. Nothing was sent. Look at the preview again.")
    if locked.owner_id is None:
        # Should the council decline or return it, it must land on somebody's desk.
        assign_enquiry(enquiry=locked, to=by, by=by)
    fact = record_activity(enquiry=locked, kind="handover_sent", by=by, authority=authority)
    reference = _next_reference(locked)
    package = frozen_package(locked, authority, reference=reference, sent_at=fact.occurred_at)
    handover = Handover.objects.create(
        reference=reference,
        enquiry=locked,
        authority=authority,
        sent_fact=fact,
        sent_at=fact.occurred_at,
        sent_by=by,
        package=package,
        package_schema=SCHEMA_VERSION,
        package_sha256=package_hash(package),
    )
    settle_given_back(enquiry)
    tell_team(handover, "referral_waiting", key=f"referral_waiting:{handover.reference}", by=by)
    _tell_their_systems(handover, "handover.sent")
    _tell_the_person(handover, by)
    plan_question(handover)
    enquiry.refresh_from_db()
    transaction.on_commit(lambda: _tell_the_worker(handover.pk), robust=True)
    return handover


@in_place_of_the_hub
@transaction.atomic
def open_handover(*, handover: Handover, by: User) -> Handover:
    """Note the authority's first reading, once. Looking is never refused: what cannot be noted any more is not."""
    enquiry, current = locked_pair(handover)
    if not current.is_unanswered or current.opened_at or not enquiry.may("handover_opened", by):
        return current
    _refuse_unless_receiver(current, by)
    fact = record_under_lock(enquiry=enquiry, kind="handover_opened", by=by, about=current.sent_fact)
    if current.state == Handover.State.SENT:  # that its time has passed stays said
        current.state = Handover.State.OPENED
    current.opened_at, current.opened_by = fact.occurred_at, by
    current.save(update_fields=["state", "opened_at", "opened_by"])
    return current


@in_place_of_the_hub
@transaction.atomic
def answer_handover(*, handover: Handover, by: User, answer: str, reason: str = "", note: str = "") -> Handover:
    """The receiving authority accepts, declines or returns, once. Declined and returned need a coded reason.

    A declined or returned enquiry is ready again at the hub, on a named desk and with a new clock.
    """
    if answer not in ANSWERS:
        raise Refused("Answer with accept, decline or return.")
    enquiry, current = locked_pair(handover)
    _refuse_unless_receiver(current, by)
    if not current.is_unanswered:
        raise Refused(f"{current.reference} is no longer waiting for an answer: {current.get_state_display().lower()}.")
    _refuse_unknown_reason(answer != "accepted", reason)
    fact = record_under_lock(
        enquiry=enquiry, kind=f"handover_{answer}", by=by, about=current.sent_fact, reason=reason, note=note
    )
    current.state = ANSWERS[answer]
    current.answered_at, current.answered_by = fact.occurred_at, by
    current.reason, current.note = reason, note
    current.ended_on = None if answer == "accepted" else local_date(fact.occurred_at)
    current.save(update_fields=["state", "answered_at", "answered_by", "reason", "note", "ended_on"])
    _ends_the_waiting(current, f"{current.authority} has answered.")
    if answer != "accepted":
        land_on_desk(current, enquiry)
    return current


@transaction.atomic
def withdraw_handover(*, handover: Handover, by: User, reason: str, note: str = "", as_seen: str = "") -> Handover:
    """The hub takes the referral back, before the application; the authority no longer sees the record, and is told.

    `as_seen` is the state that whoever withdraws looked at: what was accepted meanwhile is not taken away unseen.
    """
    enquiry, current = locked_pair(handover)
    _refuse_too_late(enquiry, current, as_seen)
    _refuse_unknown_reason(True, reason)
    fact = record_activity(
        enquiry=enquiry, kind="handover_withdrawn", by=by, about=current.sent_fact, reason=reason, note=note
    )
    current.state, current.ended_on = Handover.State.WITHDRAWN, local_date(fact.occurred_at)
    current.reason, current.note = reason, note
    current.save(update_fields=["state", "reason", "note", "ended_on"])
    _ends_the_waiting(current, "It was withdrawn.")
    put_on_desk(enquiry, sent_by_id=by.pk, why=f"because {current.reference} was withdrawn")
    tell_team(current, "referral_withdrawn", key=f"referral_withdrawn:{current.reference}", by=by)
    _tell_their_systems(current, "handover.withdrawn")
    return current


def _refuse_too_late(enquiry: Enquiry, current: Handover, as_seen: str) -> None:
    if not current.may_be_withdrawn:
        raise Refused(f"{current.reference} has already ended: {current.get_state_display().lower()}.")
    if as_seen in Handover.UNANSWERED_STATES and not current.is_unanswered:
        raise Refused(f"{current.authority} has accepted it meanwhile. Nothing was changed. Look again.")
    if enquiry.stage in ACCEPTED_STAGES - {Stage.WITH_AUTHORITY}:
        raise Refused(f"{current.authority} has the application: {current.reference} can no longer be taken back.")


def _ends_the_waiting(handover: Handover, note: str) -> None:
    """Nobody need ask the authority any more."""
    kinds = (SILENT,) if handover.state == Handover.State.ACCEPTED else (SILENT, NOT_HEARD)
    settle_tasks(handover, *kinds, note=note)


def settle_given_back(enquiry: Enquiry) -> None:
    """What came back was sent again."""
    for before in enquiry.handovers.filter(state__in=[Handover.State.DECLINED, Handover.State.RETURNED]):
        settle_tasks(before, GIVEN_BACK, note="It was sent again.")


@transaction.atomic
def adopt_history(*, enquiry: Enquiry) -> list[Handover]:
    """Make handovers, without package, of imported `handover_sent` facts that have none; gives those it made.

    Only the latest may be open; earlier ones that nobody answered count as withdrawn, because another followed.
    Safe to run again.
    """
    facts = list(enquiry.facts.not_voided().filter(kind="handover_sent").select_related("handover"))
    facts.sort(key=lambda fact: (fact.occurred_at, fact.pk))
    # Of some the import does not know to whom they went: there is no authority to keep a record for.
    orphans = [fact for fact in facts if fact.authority_id and not hasattr(fact, "handover")]
    if not orphans:
        return []
    locked = lock_enquiry(enquiry.pk)
    others = list(locked.facts.not_voided().filter(recorder="import").exclude(kind="handover_sent"))
    made = []
    for fact in orphans:
        handover = Handover(enquiry=locked, authority=fact.authority, sent_fact=fact, sent_at=fact.occurred_at)
        handover.reference = _next_reference(locked)
        _take_state_from_history(handover, others, is_latest=fact is facts[-1])
        handover.save(force_insert=True)
        made.append(handover)
    return made


def follow_enquiry(handover: Handover, enquiry: Enquiry) -> None:
    """Completed once the enquiry is decided or closed; accepted again where that proved a mistake."""
    before = (handover.state, handover.ended_on)
    state = Handover.State.ACCEPTED if enquiry.is_open else Handover.State.COMPLETED
    handover.state, handover.ended_on = state, _ended_on(enquiry)
    if (handover.state, handover.ended_on) != before:
        handover.save(update_fields=["state", "ended_on"])
    if state == Handover.State.COMPLETED:
        _ends_the_waiting(handover, "It has ended.")


def _ended_on(enquiry: Enquiry) -> datetime.date | None:
    """The day on which the enquiry was decided or closed; None while it is open."""
    if enquiry.is_open or enquiry.closed_on:
        return enquiry.closed_on
    decided = enquiry.facts.not_voided().filter(kind="decided").newest_first().first()
    return decided.occurred_on if decided else None


def lock_for_writing(handover: Handover, by: User) -> tuple[Enquiry, Handover]:
    """Enquiry and handover as they are now, locked, for the receiving authority to record its own work."""
    enquiry, current = locked_pair(handover)
    _refuse_unless_receiver(current, by)
    if not current.shows_full_record:
        raise Refused(f"{current.reference} is not with you: {current.get_state_display().lower()}.")
    return enquiry, current


def locked_pair(handover: Handover) -> tuple[Enquiry, Handover]:
    """The enquiry, locked until the transaction ends, and its handover as it is now."""
    enquiry = lock_enquiry(handover.enquiry_id)
    # Read only now: what the caller's object says was true before we had our turn. The package does not change.
    (now,) = _NOW(handover.pk)
    now.enquiry = enquiry
    return enquiry, now


_NOW = Compiled(
    lambda pk: (
        Handover.objects.select_related("sent_fact", "authority", "sent_by").defer("package").filter(pk=pk).order_by()
    ),
    int,
)


def _refuse_unless_receiver(handover: Handover, by: User) -> None:
    if not by.is_authority_staff or by.authority_id != handover.authority_id:
        raise Refused(f"Only {handover.authority} can answer for {handover.reference}.")


def _refuse_unknown_reason(needed: bool, reason: str) -> None:
    if needed and reason not in Handover.REASONS:
        raise Refused("Choose a reason from the list.")
    if not needed and reason:
        raise Refused("Accepting needs no reason.")


def _refuse_incomplete(enquiry: Enquiry, authority: Authority) -> None:
    gaps = missing_from(enquiry, authority)
    if gaps:
        raise Refused(" ".join([f"{enquiry.reference} cannot be sent yet.", *(gap.gap for gap in gaps)]))


def _next_reference(enquiry: Enquiry) -> str:
    # Under the enquiry's lock, so that the count cannot change meanwhile.
    return f"{enquiry.reference}-H{enquiry.handovers.count() + 1}"


def _tell_the_worker(handover_id: int) -> None:
    from handover.tasks import make_pdf

    tell(make_pdf, handover_id)


def _tell_their_systems(handover: Handover, kind: str) -> None:
    about = about_handover(handover.reference)
    tell_authority(authority=handover.authority, kind=kind, about=about, key=handover.reference)


def _tell_the_person(handover: Handover, by: User) -> None:
    """We promised to say so when their details go to a council, and who holds them now."""
    write_to_household(
        enquiry=handover.enquiry,
        template="passed_to_council",
        context={"council": handover.authority},
        about=f"Their details are with {handover.authority}",
        key=handover.reference,
        by=by,
    )


# What only an authority that had accepted could have done, should history lack the answer itself.
_AFTER_ACCEPTING = ("application_received", "stage1_completed", "stage2_started", "panel_held", "decided")


def _take_state_from_history(handover: Handover, others: list[Activity], *, is_latest: bool) -> None:
    state = Handover.State
    answers = [f for f in others if f.about_id == handover.sent_fact_id and f.kind.startswith("handover_")]
    answers = [f for f in answers if f.kind != "handover_opened"]
    last = max(answers, key=lambda f: (f.occurred_at, f.pk), default=None)
    later = sorted((f for f in others if f.kind in _AFTER_ACCEPTING), key=lambda f: f.occurred_at)
    if last is None and is_latest and later:
        last = later[0]
    answer = last.kind.removeprefix("handover_") if last else ""
    if answer in ("declined", "returned", "withdrawn"):
        handover.state = state(answer)
    elif not is_latest:
        handover.state = state.WITHDRAWN
    elif last is not None:
        handover.state = state.ACCEPTED if handover.enquiry.is_open else state.COMPLETED
    else:
        handover.state = state.SENT if handover.enquiry.is_open else state.WITHDRAWN
    if last is not None and answer != "withdrawn":
        handover.answered_at = last.occurred_at
    handover.reason = last.reason if last and last.reason in Handover.REASONS else ""
    if handover.state not in Handover.OPEN_STATES:
        ended = _ended_on(handover.enquiry) if handover.state == state.COMPLETED else None
        handover.ended_on = ended or (local_date(last.occurred_at) if last else local_date(handover.sent_at))
