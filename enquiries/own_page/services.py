"""What people do on their own page. Each goes through the services that staff use, recorded as done by the enquirer."""

import datetime
from contextlib import suppress
from typing import Any, NamedTuple

from django.db import transaction

from enquiries import journey
from enquiries.callbacks.services import cancel_callback
from enquiries.casework.services import change_people, change_safe_contact, record_consent
from enquiries.closing.services import tell_of_the_end
from enquiries.councils.wishes import ask_for_another_council, may_ask_for_another
from enquiries.events.leaving import bookings_to_give_back
from enquiries.events.services import cancel_booking
from enquiries.intake.services import Person
from enquiries.letters.nudges import call_off_nudges
from enquiries.letters.outbox import A_DAY, MOST_LETTERS_A_DAY
from enquiries.models import Activity, Enquiry, SignInLink
from enquiries.not_yet.services import end_hold, start_hold
from enquiries.own_page.links import send_link, use_link
from enquiries.own_page.moved import what_the_move_means, what_we_owe_for_the_move
from enquiries.services import lock_enquiry, record_activity
from hub.current import current
from hub.errors import Refused
from hub.messages.services import queue_message
from hub.models import Authority, User
from hub.people.roles import Role
from hub.throttle import allowed

NOT_POSSIBLE = "That is not possible as things stand now. Ring us or write to us, and we see to it."
THEM: dict[str, Any] = {"by": None, "recorder": "enquirer"}


@transaction.atomic
def say_not_yet(
    *, enquiry: Enquiry, until: datetime.date, words: str = "", reason: str = "", may_ask: bool | None = None
) -> Activity:
    """Wait until a day. With the hub that is a hold; a council that has them decides for itself, and is asked to ring
    us: what they said is kept as a message, which somebody answers. A call that was booked is not made: we leave them
    in peace until then, but for the check-ins that they agree to (`may_ask`)."""
    locked = lock_enquiry(enquiry.pk)
    if locked.stage in journey.AUTHORITY_STAGES:
        said = f"They say “not yet”: please wait until {until:%-d %B %Y}. {words}".strip()
        return _tell_us_and_the_council(enquiry, said)
    if locked.callback_at:
        cancel_callback(enquiry=enquiry)
    if locked.on_hold:
        record_activity(enquiry=enquiry, kind="hold_ended", note="Another day was chosen", **THEM)
    _refuse_unless(enquiry, "hold_started")
    return start_hold(
        enquiry=enquiry, until=until, reason=reason, note=words, may_ask=may_ask, channel="web", **THEM
    )  # fmt: skip


@transaction.atomic
def go_on(*, enquiry: Enquiry) -> Activity:
    """They no longer want to wait."""
    lock_enquiry(enquiry.pk)
    enquiry.refresh_from_db()
    _refuse_unless(enquiry, "hold_ended")
    return end_hold(enquiry=enquiry, **THEM)


@transaction.atomic
def stop(*, enquiry: Enquiry, reason: str = "", words: str = "") -> Activity:
    """They withdraw, with a reason or without. In the hub's stages that closes the enquiry and gives back what was
    booked; an email says that it is done, and asks how it was. A council that has them ends its own work: it is asked
    to ring us, and we are told (docs/decisions/)."""
    bookings = bookings_to_give_back(enquiry)
    locked = lock_enquiry(enquiry.pk)
    reason = reason or "no_reason"
    if reason not in journey.THEIR_REASONS:
        raise Refused("Please choose one of the reasons, or none.")
    if locked.stage in journey.AUTHORITY_STAGES:
        why = journey.THEIR_REASONS[reason].label
        return _tell_us_and_the_council(enquiry, f"They want to stop. {why}. {words}".strip())
    enquiry.refresh_from_db()
    _refuse_unless(enquiry, "closed")
    if enquiry.callback_at:
        cancel_callback(enquiry=enquiry)
    for booking in bookings:
        cancel_booking(booking=booking, recorder="enquirer")
    fact = record_activity(enquiry=enquiry, kind="closed", reason=reason, note=words, **THEM)
    with suppress(Refused):  # who may not be written to reads on the page that it is done
        tell_of_the_end(enquiry=enquiry, by=None, way="email", fact=fact)
    return fact


@transaction.atomic
def write_to_us(*, enquiry: Enquiry, words: str) -> Activity:
    """A message from their page. It starts the clock of an answer; of one that is closed its owner is told by email."""
    fact = record_activity(enquiry=enquiry, kind="message_received", note=words, channel="web", **THEM)
    if not enquiry.is_open:
        _tell_the_desk(enquiry, fact)
    return fact


@transaction.atomic
def ask_to_begin_again(*, enquiry: Enquiry, words: str = "") -> Activity:
    """Open a closed enquiry again. What they ended themselves, or what ended because we lost touch, opens at once;
    of the rest somebody judges, who is told."""
    locked = lock_enquiry(enquiry.pk)
    enquiry.refresh_from_db()
    said = f"They would like to begin again. {words}".strip()
    if locked.closed_reason in journey.REOPENED_BY_THEM and _may(enquiry, "reopened"):
        return record_activity(enquiry=enquiry, kind="reopened", note=said, **THEM)
    if locked.is_open:
        raise Refused("Your enquiry is open again already.")
    return write_to_us(enquiry=enquiry, words=said)


@transaction.atomic
def ask_for_another(*, enquiry: Enquiry, wish: Authority | None = None, words: str = "") -> Activity:
    """They would like another council: somebody of ours answers, and the council that has them is told nothing."""
    lock_enquiry(enquiry.pk)
    enquiry.refresh_from_db()
    if not may_ask_for_another(enquiry):
        raise Refused(NOT_POSSIBLE)
    return ask_for_another_council(enquiry=enquiry, wish=wish, words=words, **THEM)


@transaction.atomic
def give_feedback(*, enquiry: Enquiry, score: int, words: str = "") -> Activity:
    """How they find us, from 1 (very poor) to 5 (very good)."""
    if score not in range(1, 6):
        raise Refused("Select how we are doing.")
    note = f"{score} of 5. {words}".strip()
    return record_activity(enquiry=enquiry, kind="feedback", outcome=str(score), note=note, **THEM)


class Changed(NamedTuple):
    """What came of a change of details."""

    written: list[str]  # the new addresses that a link was sent to
    moved: str  # what a new postcode means for them; empty where it stayed


@transaction.atomic
def change_details(*, enquiry: Enquiry, people: list[dict], emails: list[str], postcode: str | None = None) -> Changed:
    """Change names and telephones now, and the postcode (None: it stays), which is routed again before the handover.
    Where that leaves them without a council somebody owes them an answer, and its clock runs.

    A new email address counts once it is confirmed by the link that is sent there; one that is taken away no longer
    counts at once.
    """
    locked = lock_enquiry(enquiry.pk)
    lived, council = locked.postcode, locked.authority
    kept = [Person.of(one) for one in locked.applicants.all()]
    kept += [Person() for _ in range(len(people) - len(kept))]
    for person, given in zip(kept, people, strict=False):
        vars(person).update(given)
    for person, email in zip(kept, emails, strict=False):
        person.email = person.email if email else ""
    if postcode is None or locked.stage not in journey.HUB_STAGES:
        postcode = locked.postcode
    applicants = change_people(enquiry=enquiry, people=kept, postcode=postcode, **THEM)
    written = []
    for applicant, new in zip(applicants, emails, strict=False):
        if new and new.lower() != applicant.email.lower():
            if not allowed("letters:confirm_address", new, MOST_LETTERS_A_DAY, A_DAY):
                raise Refused(f"We have sent several links to {new} today. Look for them there, or try again tomorrow.")
            send_link(
                enquiry=enquiry, applicant=applicant, address=new, template="confirm_address",
                purpose=SignInLink.Purpose.NEW_ADDRESS,
            )  # fmt: skip
            written.append(new)
    now = Enquiry.objects.select_related("authority", "residence").get(pk=enquiry.pk)
    if now.postcode == lived:
        return Changed(written, "")
    if now.is_open and (told := what_we_owe_for_the_move(now)):
        record_activity(enquiry=enquiry, kind="message_received", note=told, channel="web", **THEM)
    return Changed(written, what_the_move_means(now, council))


@transaction.atomic
def confirm_address(*, token: str) -> SignInLink | None:
    """The link to the new address was used: from now on that is theirs, and the old address is told. None where the
    link is not good (any more)."""
    link = use_link(token=token)
    if link is None or link.purpose != link.Purpose.NEW_ADDRESS:
        return None
    enquiry, applicant = lock_enquiry(link.enquiry_id), link.applicant
    people = [Person.of(one) for one in enquiry.applicants.all()]
    people[applicant.position - 1].email = link.address
    change_people(enquiry=enquiry, people=people, postcode=enquiry.postcode, **THEM)
    old, applicant.email = applicant.email, link.address
    queue_message(
        template="address_changed",
        to=old,
        context={"enquiry": enquiry, "applicant": applicant, "hub": current().hub},
        reference=enquiry.reference,
        key=f"address_changed:{link.pk}",
        to_household=True,
    )
    return link


@transaction.atomic
def change_contact(*, enquiry: Enquiry, **fields) -> Activity | None:
    """How we may reach them, from now on. Without email there is no link to this page any more."""
    before = enquiry.facts.count()
    change_safe_contact(enquiry=enquiry, **THEM, **fields)
    return enquiry.facts.order_by("-pk").first() if enquiry.facts.count() > before else None


@transaction.atomic
def change_consents(*, enquiry: Enquiry, answers: dict[str, tuple[bool, str]]) -> int:
    """Add what they say now, purpose by purpose with the words they read, where it differs from what they said last.

    Gives how many entries were made.
    """
    locked = lock_enquiry(enquiry.pk)
    said: dict[str, bool] = {}
    for consent in locked.ledger:  # the latest first
        said.setdefault(consent.purpose, consent.given)
    changed = {purpose: answer for purpose, answer in answers.items() if said.get(purpose, False) != answer[0]}
    for purpose, (given, wording) in changed.items():
        record_consent(enquiry=enquiry, purpose=purpose, given=given, wording=wording, channel="web", **THEM)
    return len(changed)


def _may(enquiry: Enquiry, kind: str) -> bool:
    return journey.move_for(kind, enquiry.standing, can=lambda right: right == journey.OWN) is not None


def _refuse_unless(enquiry: Enquiry, kind: str) -> None:
    """The writer asks the same table; but its sentence is for staff."""
    if not _may(enquiry, kind):
        raise Refused(NOT_POSSIBLE)


def _tell_us_and_the_council(enquiry: Enquiry, said: str) -> Activity:
    """Kept as a message that somebody of the hub answers; the council's people are asked, without a word about the
    people, to ring the hub before they go on."""
    fact = record_activity(enquiry=enquiry, kind="message_received", note=said, channel="web", **THEM)
    call_off_nudges(enquiry=enquiry, why="They want to stop, or to wait")
    # Of imported history we may not know which council it is: then nobody is asked but us.
    for person in User.objects.active().filter(authority__isnull=False, authority=enquiry.held_by_id):
        queue_message(
            template="please_ring_us",
            to=person.email,
            context={"enquiry": enquiry, "hub": current().hub},
            reference=enquiry.reference,
            key=f"please_ring_us:{fact.pk}:{person.pk}",
        )
    return fact


def _tell_the_desk(enquiry: Enquiry, fact: Activity) -> None:
    """No clock runs on what is closed: an email makes sure that somebody who is still with us reads what they wrote."""
    hub = current().hub
    desks = [enquiry.owner_id, hub.unallocated_owner_id if hub else None]
    active = User.objects.active().in_bulk([pk for pk in desks if pk])
    told = [active[pk].email for pk in desks if pk in active][:1] or ([hub.email] if hub and hub.email else [])
    if not told:
        told = [manager.email for manager in User.objects.active().filter(role=Role.HUB_MANAGER)]
    for number, address in enumerate(told):
        queue_message(
            template="wrote_after_closing",
            to=address,
            context={"enquiry": enquiry, "hub": hub},
            reference=enquiry.reference,
            key=f"wrote_after_closing:{fact.pk}:{number}",
        )
