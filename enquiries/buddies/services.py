"""Buddies: asked with the household's yes, accepted by a link, spoken with, ended.

Nobody learns who the other is before both have agreed."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from enquiries.buddies.telling import tell_buddy, tell_household
from enquiries.casework.services import moment_of, record_consent
from enquiries.journey import Stage
from enquiries.models import Activity, Applicant, Buddy, BuddyLink, Consent, Enquiry, Match, SafeContact
from enquiries.services import lock_enquiry, record_activity, refuse_unless_current
from enquiries.tasks.services import add_task
from hub.errors import Refused, violated_constraint
from hub.rows import take_turns
from hub.working_time import local_date, today, working_time

OVER = "You no longer accompany them. Thank you for all you did."


@transaction.atomic
def save_buddy(*, buddy: Buddy, areas, by, wording: str = "") -> Buddy:
    """Keep a buddy. A new one has agreed that we keep their details and write to them, to these words.

    With another address the links that went to the one before open nothing, and what is open is written of anew.
    """
    if buddy._state.adding:
        if not wording:
            raise Refused("Ask them first whether we may keep their details and write to them.")
        take_turns(f"buddy {buddy.email.casefold()}")
        if known := Buddy.objects.filter(email__iexact=buddy.email).first():
            raise Refused(f"{known} is kept with this email address already. Change that entry instead.")
        buddy.agreed_wording, buddy.agreed_recorded_by = wording, by
    before = Buddy.objects.select_for_update().filter(pk=buddy.pk).first()
    buddy.save()
    buddy.areas.set(areas)
    if before is not None and before.email.casefold() != buddy.email.casefold():
        _write_to_new_address(buddy, by)
    return buddy


def _write_to_new_address(buddy: Buddy, by) -> None:
    BuddyLink.objects.filter(match__buddy=buddy).delete()
    for match in buddy.matches.open().select_related("enquiry__merged_into"):
        tell_buddy(match, match.state, by=by, again=True)


def ways_to_reach(enquiry: Enquiry) -> list[tuple[Applicant, str]]:
    """How a buddy may reach the household: each applicant by what we have of them. What is not safe for us is not safe
    for a buddy."""
    safe = SafeContact.objects.filter(enquiry=enquiry).first() or SafeContact()
    ways = []
    for one in enquiry.applicants.all():
        if one.phone_to_ring and safe.by_phone:
            ways.append((one, Match.ReachBy.PHONE.value))
        if one.email and safe.by_email:
            ways.append((one, Match.ReachBy.EMAIL.value))
    return ways


@transaction.atomic
def ask_buddy(
    *, enquiry: Enquiry, buddy: Buddy, applicant: Applicant, reach_by: str, wording: str, channel: str, by,
    version: int | None = None,
) -> Match:  # fmt: skip
    """Ask a buddy to accompany a household that has said yes to the words read to it: the yes is in the ledger, and the
    buddy is told by email of nobody's name. One buddy at a time."""
    locked = lock_enquiry(enquiry.pk)
    refuse_unless_current(locked, version)
    chosen = Buddy.objects.select_for_update().get(pk=buddy.pk)
    if not chosen.active or chosen.matches.open().count() >= chosen.most_at_once:
        raise Refused(f"{chosen} has no room at the moment. Choose somebody else.")
    if locked.not_authority_id and chosen.areas.filter(pk=locked.not_authority_id).exists():
        raise Refused(f"{chosen} fosters for {locked.not_authority}, which must not get to know of them.")
    if (applicant, reach_by) not in ways_to_reach(locked):
        raise Refused("It is not safe to reach them in that way. Choose another.")
    if Match.objects.of(locked).open().exists():
        raise Refused("They have a buddy already, or one is asked. End that first.")
    consent = record_consent(
        enquiry=enquiry, by=by, purpose=Consent.Purpose.BUDDY, given=True, wording=wording, channel=channel
    )
    try:
        with transaction.atomic():
            match = Match.objects.create(
                enquiry=locked, buddy=chosen, applicant=applicant, reach_by=reach_by, consent=consent, asked_by=by
            )
    except IntegrityError as fault:
        if violated_constraint(fault) != "match_one_at_a_time":
            raise
        raise Refused("They have a buddy already, or one is asked.") from fault
    tell_buddy(match, "asked", by=by)
    return match


@transaction.atomic
def accept_match(*, match: Match) -> Match:
    """The buddy says yes: now they learn the first name and how to reach them, and the household who will. Twice is
    once. `Refused` where it was taken back meanwhile."""
    locked = _locked(match)
    if locked.state == Match.State.ACCEPTED:
        return locked
    if locked.state != Match.State.ASKED or not locked.household.is_open:
        raise Refused("Thank you. They no longer need somebody: nothing is left for you to do.")
    locked.state, locked.accepted_at = Match.State.ACCEPTED, timezone.now()
    locked.save(update_fields=["state", "accepted_at"])
    record_activity(
        enquiry=locked.household, kind="buddy_introduced", by=None,
        note=f"{locked.buddy.name} is in touch {locked.get_reach_by_display().lower()}",
    )  # fmt: skip
    tell_household(locked)
    tell_buddy(locked, "accepted")
    return locked


@transaction.atomic
def record_contact(*, match: Match, on: datetime.date, words: str = "") -> Activity:
    """The buddy says that they spoke, on a day since they were introduced. As often as they speak."""
    locked = _locked(match)
    if not locked.is_live:
        raise Refused(OVER)
    assert locked.accepted_at is not None
    if not local_date(locked.accepted_at) <= on <= today():
        raise Refused("Enter a day from when you were introduced up to today.")
    fact = record_activity(
        enquiry=locked.household, kind="buddy_spoke", by=None, recorder="buddy", note=words,
        occurred_at=moment_of(enquiry=locked.household, day=on),
    )  # fmt: skip
    locked.last_spoke_on = max(on, locked.last_spoke_on or on)
    locked.save(update_fields=["last_spoke_on"])
    return fact


@transaction.atomic
def give_back(*, match: Match) -> Match:
    """The buddy cannot: asked, they say no; accepted, it ends. Somebody of us finds another, by a task."""
    locked = _locked(match)
    if locked.state not in Match.OPEN:
        return locked
    said_no = locked.state == Match.State.ASKED
    _end(locked, Match.State.DECLINED if said_no else Match.State.ENDED, Match.Why.BUDDY_CANNOT)
    _find_another(locked, f"{locked.buddy.name} cannot be their buddy at the moment: find another")
    return locked


@transaction.atomic
def end_match(*, match: Match, why: str, by) -> Match:
    """Staff end it, or take the question back. The link of the buddy shows nobody's details from then on."""
    locked = _locked(match)
    if locked.state not in Match.OPEN:
        raise Refused("That has ended already.")
    accompanied = locked.state == Match.State.ACCEPTED
    _end(locked, Match.State.ENDED, why)
    note = f"{locked.buddy.name} is no longer their buddy: {locked.get_ended_why_display().lower()}"
    record_activity(enquiry=locked.household, kind="note", by=by, note=note)
    if accompanied:
        tell_buddy(locked, "ended", by=by)
    return locked


@transaction.atomic
def end_unanswered(match: Match) -> bool:
    """The product ends what nobody answered, and what an ended enquiry leaves behind; whether it did."""
    locked = _locked(match)
    if locked.state not in Match.OPEN:
        return False
    if locked.household.stage == Stage.CLOSED:
        _end(locked, Match.State.ENDED, Match.Why.OVER)
        return True
    if locked.state == Match.State.ASKED:
        _end(locked, Match.State.ENDED, Match.Why.NO_ANSWER)
        _find_another(locked, f"{locked.buddy.name} has not answered: find another buddy")
        return True
    return False


def _find_another(match: Match, title: str) -> None:
    """A task for whoever looks after the household, once for each match, in the caller's transaction."""
    if match.household.stage != Stage.CLOSED:
        add_task(
            title=title, due_on=working_time().next_working_day(today()), enquiry=match.household,
            kind="buddy", key=f"buddy:{match.pk}",
        )  # fmt: skip


def _end(match: Match, state: str, why: str) -> None:
    match.state, match.ended_at, match.ended_why = state, timezone.now(), why
    match.save(update_fields=["state", "ended_at", "ended_why"])


def _locked(match: Match) -> Match:
    """The match with its row locked until the transaction ends, after its enquiry's, as everywhere."""
    known = Match.objects.select_related("enquiry__merged_into").get(pk=match.pk)
    lock_enquiry(known.household.pk)
    locked = Match.objects.select_for_update(of=("self",))
    return locked.select_related("enquiry__merged_into", "buddy", "applicant").get(pk=match.pk)
