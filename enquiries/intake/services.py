"""The one way in. Web form, telephone, API, email, events, paper and past enquiries all come through here."""

import datetime
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace

from django.db import IntegrityError, transaction

from enquiries import journey
from enquiries.callbacks.services import book_callback
from enquiries.duplicates.services import household_in, look_for, open_enquiry_of, suggest_duplicates
from enquiries.intake.again import (
    another_call,
    is_vouched_for,
    keep_from_council,
    keep_stricter_rules,
    note_rules,
    said_this_time,
)
from enquiries.intake.origins import Came, keep_origin
from enquiries.intake.promise import promise_of
from enquiries.letters.outbox import queue_letter
from enquiries.models import Activity, Applicant, Consent, Enquiry, SafeContact
from enquiries.not_yet.check_ins import plan_check_ins
from enquiries.routing import Routing, route
from enquiries.services import keep_decision, lock_enquiry, new_reference, record_activity, work_out_state
from hub.current import current, held_still
from hub.errors import Refused, violated_constraint
from hub.models import Authority
from hub.rows import insert


@dataclass
class Person:
    """One applicant as received; phone in E.164."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    born_on: datetime.date | None = None

    @classmethod
    def of(cls, applicant: Applicant) -> "Person":
        """The applicant as held: the beginning of every change, so that what a form does not ask stays."""
        return cls(**{one.name: getattr(applicant, one.name) for one in fields(cls)})


@dataclass
class Intake:
    """An enquiry as any way in delivers it: already checked in form, nothing decided."""

    channel: str
    received_at: datetime.datetime
    applicants: list[Person]
    postcode: str = ""
    source: str = ""  # how they say they heard of us
    campaign: str = ""  # the code of the campaign; `came` keeps everything it was concluded from
    came: Came = field(default_factory=Came)
    external_id: str | None = None
    chosen_authority: Authority | None = None
    chosen_why: str = ""
    not_authority: Authority | None = None
    not_why: str = ""
    situation: str = ""
    age: str = ""
    timing: str = ""
    not_before: datetime.date | None = None  # "not yet": when we may ask again
    spare_room: str = ""
    interests: list[str] = field(default_factory=list)
    message: str = ""
    safe_contact: dict = field(default_factory=dict)
    # purpose → (given, the wording that was shown)
    consents: dict[str, tuple[bool, str]] = field(default_factory=dict)
    consented_at: dict[str, datetime.datetime] = field(default_factory=dict)  # purpose: where not when it was received
    callback_at: datetime.datetime | None = None  # start of a slot that was offered to them
    through: Authority | None = None  # the council that they asked and that passed them on
    how: str = ""  # a sentence about how they came, for the timeline
    reference: str = ""  # what they were given already, while somebody judged whether a person sent it


def receive_enquiry(
    *,
    intake: Intake,
    by=None,
    recorder: str = "person",
    idempotency_key: str | None = None,
    acknowledge: bool = True,
) -> Enquiry:
    """Take an enquiry in, whichever way it came; the same idempotency key gives the same enquiry.

    A household whose enquiry of the last 12 months is open joins it: `asked_again` is added there, and that enquiry
    is given (an import joins nothing, interfaces.md). Otherwise one transaction writes enquiry, applicants, safe
    contact, consents, routing with its rule, the `received` fact, origin, clock, likely duplicates and, where
    `acknowledge`, the acknowledgement in the outbox. No postcode or none we know is no obstacle.
    """
    for another_reference in (True, True, False):
        try:
            with transaction.atomic(), held_still():
                return _receive(intake, by, recorder, idempotency_key, acknowledge)
        except IntegrityError as fault:
            # The same form sent twice at once: the other one won. Or the reference is somebody else's.
            if idempotency_key and (known := already_received(idempotency_key)):
                return known
            if not another_reference or "reference" not in (violated_constraint(fault) or ""):
                raise
            intake = replace(intake, reference="")
    raise AssertionError("the last try gives an enquiry or raises")


def _receive(intake: Intake, by, recorder: str, idempotency_key: str | None, acknowledge: bool) -> Enquiry:
    candidates = None if recorder == "import" else look_for(intake)
    theirs = open_enquiry_of(intake, candidates) if candidates else None
    if theirs is not None and (theirs := lock_enquiry(theirs.pk)).is_open:  # nobody can close it from now on
        # The same form once more; where it finds no household, the database refuses its key a second time.
        known = already_received(idempotency_key) if idempotency_key else None
        return known or _join(theirs, intake, by, recorder, idempotency_key, acknowledge)
    # The letter says at once what comes of "not yet" and of a time that they chose.
    first_see = bool(intake.not_before or intake.callback_at)
    enquiry = _write(intake, by, recorder, idempotency_key, acknowledge and not first_see)
    _what_they_asked_for(enquiry, intake)
    if acknowledge and first_see and (letter := _letter(enquiry, intake, by)):
        letter.save(force_insert=True)
    suggest_duplicates(enquiry, household_in(intake), candidates or [])
    return enquiry


def _write(intake: Intake, by, recorder: str, idempotency_key: str | None, acknowledge: bool) -> Enquiry:
    """Everything about it in as few statements as there are tables: people wait for this, sometimes many at once."""
    routing = route(postcode=intake.postcode, chosen=intake.chosen_authority, never=intake.not_authority)
    enquiry = _enquiry(intake, routing, idempotency_key)
    received = Activity(
        enquiry=enquiry, kind="received", occurred_at=intake.received_at, channel=intake.channel,
        recorded_by=by, recorder="system" if by is None and recorder == "person" else recorder,
        authority=intake.through, note=intake.how,
    )  # fmt: skip
    work_out_state(enquiry, [received])
    insert(enquiry)
    received.enquiry = enquiry  # which has its key only now
    keep_decision(enquiry, routing)
    _people(enquiry, intake)
    insert(SafeContact(enquiry=enquiry, **intake.safe_contact))
    _consents(enquiry, intake, by)
    letter = _letter(enquiry, intake, by) if acknowledge else None
    insert(*[received, letter] if letter else [received])
    keep_origin(received, intake)
    return enquiry


def already_received(idempotency_key: str) -> Enquiry | None:
    """The enquiry that was made of, or joined by, what came in under the key."""
    made = Enquiry.objects.filter(idempotency_key=idempotency_key).first()
    if made is not None:
        return made
    joined = Activity.objects.filter(idempotency_key=idempotency_key).select_related("enquiry").first()
    return joined.enquiry if joined else None


def _join(
    enquiry: Enquiry, intake: Intake, by, recorder: str, idempotency_key: str | None, acknowledge: bool
) -> Enquiry:
    """The same household again: a new contact on its open enquiry, with what it said this time; nothing is replaced.

    Its consents go into the ledger, and it is answered as anybody is. Where somebody vouches for it the rules for
    reaching it get stricter, never looser; else what is booked, held or ruled stays, for staff to decide.
    """
    vouched = is_vouched_for(intake, by)
    fact = record_activity(
        enquiry=enquiry,
        kind="asked_again",
        by=None,
        recorder=recorder if by is None else "system",
        # A council may pass on today whom it heard from before they came to us themselves.
        occurred_at=max(intake.received_at, enquiry.received_at),
        channel=intake.channel,
        authority=intake.through,
        note=said_this_time(enquiry, intake, vouched=vouched),
        due=None if vouched else another_call(enquiry, intake),
        idempotency_key=idempotency_key,
    )
    keep_origin(fact, intake)
    _consents(enquiry, intake, by)
    keep_from_council(enquiry, intake)
    if vouched:
        keep_stricter_rules(enquiry, intake)
        _what_they_asked_for(enquiry, intake)
    else:
        note_rules(enquiry, intake)
        if enquiry.callback_at is None:
            _book_what_they_chose(enquiry, intake)
    if acknowledge and (letter := _letter(enquiry, intake, by, key=f"{enquiry.reference}:{fact.pk}")):
        letter.save(force_insert=True)
    return enquiry


def _what_they_asked_for(enquiry: Enquiry, intake: Intake) -> None:
    """ "Not yet", and the time at which they would like to be rung: a slot taken meanwhile loses nobody."""
    if intake.not_before and enquiry.stage in journey.HUB_STAGES and not enquiry.on_hold:
        hold = record_activity(
            enquiry=enquiry, kind="hold_started", by=None, recorder="enquirer", until=intake.not_before
        )
        plan_check_ins(hold)
    _book_what_they_chose(enquiry, intake)


def _book_what_they_chose(enquiry: Enquiry, intake: Intake) -> None:
    if intake.callback_at:
        with suppress(Refused):
            book_callback(enquiry=enquiry, starts_at=intake.callback_at)


def _letter(enquiry: Enquiry, intake: Intake, by, key: str = "") -> Activity | None:
    """The acknowledgement put in the outbox, to the address and the name given this time; its fact is yet to be saved.

    None where they gave no address, or must not be emailed.
    """
    first = intake.applicants[0] if intake.applicants else Person()
    if not first.email or not enquiry.safe_contact.allows("email"):
        return None
    rings = bool(first.phone) and intake.safe_contact.get("by_phone", True)
    return queue_letter(
        enquiry=enquiry,
        applicant=Applicant(first_name=first.first_name, email=first.email),
        template="acknowledgement",
        context={"promise": promise_of(intake, enquiry), "rings": rings},
        about="Acknowledgement",
        key=key,
        by=by,
    )


def _enquiry(intake: Intake, routing: Routing, idempotency_key: str | None) -> Enquiry:
    hub = current().hub
    return Enquiry(
        reference=intake.reference or new_reference(),
        idempotency_key=idempotency_key,
        received_at=intake.received_at,
        channel=intake.channel,
        source=intake.source,
        campaign=intake.campaign,
        external_id=intake.external_id,
        postcode=intake.postcode,
        spare_room=intake.spare_room,
        interests=intake.interests,
        message=intake.message,
        residence=routing.residence,
        chosen_authority=intake.chosen_authority,
        chosen_why=intake.chosen_why,
        not_authority=intake.not_authority,
        not_why=intake.not_why,
        situation=intake.situation,
        age=intake.age,
        timing=intake.timing,
        authority=routing.authority,
        # A queue with an owner, never a dead end.
        owner_id=hub.unallocated_owner_id if hub and routing.authority is None else None,
    )


def _people(enquiry: Enquiry, intake: Intake) -> None:
    people = enumerate(intake.applicants[:2], start=1)
    insert(*[Applicant(enquiry=enquiry, position=position, **vars(person)) for position, person in people])


def _consents(enquiry: Enquiry, intake: Intake, by) -> None:
    ledger = [
        Consent(
            enquiry=enquiry,
            purpose=purpose,
            given=given,
            wording=wording,
            channel=intake.channel,
            at=intake.consented_at.get(purpose, intake.received_at),
            recorded_by=by,
        )
        for purpose, (given, wording) in intake.consents.items()
    ]
    insert(*ledger)
