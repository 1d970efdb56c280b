"""The writes of casework that are more than one fact or guard more than the journey table does."""

import datetime

from django.db import transaction
from django.utils import timezone
from rapidfuzz import fuzz

from enquiries.duplicates.services import keep_household_keys
from enquiries.intake.services import Person
from enquiries.journey import HUB_STAGES
from enquiries.letters.outbox import call_back_unsafe
from enquiries.models import Activity, Applicant, Consent, Enquiry, EoiSection, SafeContact, SignInLink
from enquiries.services import lock_enquiry, record_activity, reroute_enquiry
from hub.errors import Refused
from hub.models import Authority
from hub.working_time import LONDON, local_date, today

REACHED = "reached"
A_SLIP = 60  # of a hundred: names less alike than this are not the same one written otherwise


@transaction.atomic
def log_call(
    *,
    enquiry: Enquiry,
    by,
    outcome: str,
    version: int | None = None,
    note: str = "",
    channel: str = "phone",
    occurred_at: datetime.datetime | None = None,
    until: datetime.date | None = None,
    next_by: str = "",
    number: str = "",
) -> Activity:
    """Record what came of ringing: `reached` is a conversation, any other outcome an attempt, made just now.

    `next_by` says who does what was agreed next: what they are to do waits on them until its day. `until` is that day,
    which the follow-up clock then keeps; after an attempt it is the day to try again, which moves no clock: whoever was
    never spoken with stays late. `number` is the one that was wrong, where it was: it is no longer rung. Refuses a
    message left where that is not safe: nobody may come to think of it as a usual thing to do.
    """
    if outcome == REACHED:
        return record_activity(
            enquiry=enquiry, kind="conversation", by=by, version=version, occurred_at=occurred_at,
            note=note, channel=channel, until=until, next_by=next_by,
        )  # fmt: skip
    lock_enquiry(enquiry.pk)
    safe = SafeContact.objects.filter(enquiry=enquiry).first()
    if outcome == "left_message" and safe and not safe.may_leave_message:
        raise Refused(
            "Leaving a message is not safe for them, so this cannot be recorded as usual. If one was left, record "
            "“No answer”, add a note that says what was left, and tell your manager now."
        )
    attempt = record_activity(
        enquiry=enquiry, kind="attempt", by=by, version=version, outcome=outcome, note=note, channel=channel,
        until=until,
    )  # fmt: skip
    if outcome == "wrong_number":
        _mark_wrong(enquiry, number, attempt.occurred_on)
    return attempt


def _mark_wrong(enquiry: Enquiry, number: str, on: datetime.date) -> None:
    """Without a number it is the one that would be rung."""
    people = list(enquiry.applicants.all())
    number = number or next((one.phone_to_ring for one in people if one.phone_to_ring), "")
    if number:
        enquiry.applicants.filter(phone=number).update(phone_wrong_on=on)


@transaction.atomic
def say_number_is_right(*, enquiry: Enquiry, by, number: str, version: int | None = None) -> None:
    """A number that was marked as wrong is theirs after all and may be rung; `Refused` where it is not marked."""
    marked = lock_enquiry(enquiry.pk).applicants.filter(phone=number, phone_wrong_on__isnull=False)
    if not number or not marked.update(phone_wrong_on=None):
        raise Refused("That number is not marked as wrong any more. Look again.")
    said = "A telephone number that was marked as wrong is right after all"
    record_activity(enquiry=enquiry, kind="details_changed", by=by, version=version, note=said)


@transaction.atomic
def record_visit(
    *, enquiry: Enquiry, by, on: datetime.date, spoke: bool, note: str = "", version: int | None = None
) -> Activity:
    """Record the first visit and, where people spoke at it, the conversation too: one record is one fact."""
    moment = moment_of(enquiry=enquiry, day=on)
    visit = record_activity(
        enquiry=enquiry, kind="initial_visit", by=by, version=version, occurred_at=moment, note=note
    )
    if spoke:
        record_activity(
            enquiry=enquiry, kind="conversation", by=by, occurred_at=moment, channel="in_person",
            note="At the first visit", about=visit,
        )  # fmt: skip
    return visit


@transaction.atomic
def record_eoi(*, enquiry: Enquiry, by, on: datetime.date, note: str = "", version: int | None = None) -> Activity:
    """Record an expression of interest by the day on which it was submitted."""
    moment = moment_of(enquiry=enquiry, day=on)
    returned = enquiry.facts.not_voided().filter(kind="eoi_returned").order_by("-occurred_at").first()
    if returned and moment <= returned.occurred_at:
        raise Refused("The expression of interest was returned after that day. Enter the day it came back to us.")
    return record_activity(enquiry=enquiry, kind="eoi_submitted", by=by, version=version, occurred_at=moment, note=note)


@transaction.atomic
def change_safe_contact(
    *, enquiry: Enquiry, by, version: int | None = None, recorder: str = "person", **fields
) -> SafeContact:
    """Change how the household may be reached; the fact on the timeline says which rules hold from now on.

    What still waits in the outbox for them by a way that is no longer safe is not sent.

    `fields` are those of `SafeContact`. Where nothing differs, nothing is written.
    """
    locked = lock_enquiry(enquiry.pk)
    safe, _ = SafeContact.objects.get_or_create(enquiry=locked)
    changed = [name for name, value in fields.items() if getattr(safe, name) != value]
    if not changed:
        return safe
    for name in changed:
        setattr(safe, name, fields[name])
    safe.save(update_fields=changed)
    call_back_unsafe(locked)
    record_activity(
        enquiry=enquiry, kind="details_changed", by=by, version=version, recorder=recorder,
        note=f"Safe to contact: {safe}",
    )  # fmt: skip
    return safe


@transaction.atomic
def record_consent(
    *,
    enquiry: Enquiry,
    by,
    purpose: str,
    given: bool,
    wording: str,
    channel: str,
    expires_on: datetime.date | None = None,
    version: int | None = None,
    recorder: str = "person",
) -> Consent:
    """Add what they said to the ledger, with the words that were read to them and the way they answered. From
    `expires_on` a yes no longer counts."""
    consent = Consent.objects.create(
        enquiry=enquiry, purpose=purpose, given=given, wording=wording, channel=channel, expires_on=expires_on,
        recorded_by=by,
    )  # fmt: skip
    said = f"{consent.get_purpose_display()}: {'yes' if given else 'no'}"
    record_activity(
        enquiry=enquiry, kind="details_changed", by=by, version=version, recorder=recorder, note=said, channel=channel
    )
    return consent


@transaction.atomic
def change_people(
    *,
    enquiry: Enquiry,
    by,
    people: list[Person],
    postcode: str,
    version: int | None = None,
    recorder: str = "person",
) -> list[Applicant]:
    """Change who they are, how they are reached and where they live; a new postcode is routed again.

    `people` are the one or two applicants as they are to be, in order. The timeline says what was changed, not to what.
    """
    locked = lock_enquiry(enquiry.pk)
    before = {applicant.position: applicant for applicant in locked.applicants.all()}
    called = {field.name: field.verbose_name for field in Applicant._meta.fields}
    changed: list[str] = []
    for position, person in enumerate(people, start=1):
        applicant = before.get(position) or Applicant(enquiry=locked, position=position)
        fields = [name for name, value in vars(person).items() if getattr(applicant, name) != value]
        if _is_another(applicant, person) and EoiSection.objects.forget_person(locked, position):
            changed.append("what the expression of interest said of the person before")
        for name in fields:
            setattr(applicant, name, getattr(person, name))
        if "phone" in fields:
            applicant.phone_wrong_on = None
        if fields:
            applicant.save()
            if "email" in fields:  # a link to yet another address that was asked for before no longer counts
                SignInLink.objects.filter(applicant=applicant, used_at__isnull=True).delete()
            changed += [str(called[name]) for name in fields]
    moved = locked.postcode != postcode
    if moved:
        locked.postcode = postcode
        locked.save(update_fields=["postcode"])
        changed.append("postcode")
    if changed:
        said = f"Changed: {', '.join(dict.fromkeys(changed))}"
        record_activity(enquiry=enquiry, kind="details_changed", by=by, version=version, recorder=recorder, note=said)
    if moved:
        reroute_enquiry(enquiry=enquiry)
    if changed:
        keep_household_keys(enquiry)
    return list(locked.applicants.all())


def _is_another(applicant: Applicant, person: Person) -> bool:
    """Whether another person stands there now, by both names: a slip put right, or a marriage, changes nobody."""
    names = [(applicant.first_name, person.first_name), (applicant.last_name, person.last_name)]
    return all(before and fuzz.ratio(before.lower(), now.lower()) < A_SLIP for before, now in names)


@transaction.atomic
def choose_authority(*, enquiry: Enquiry, by, authority, why: str = "", version: int | None = None) -> Enquiry:
    """Choose the council by hand, or with None go by the postcode again; routing decides and stores its rule.

    Only before the handover: afterwards the council is that of the handover.
    """
    locked = lock_enquiry(enquiry.pk)
    if locked.stage not in HUB_STAGES:
        raise Refused("The council cannot be changed after the handover. Withdraw the handover first.")
    if authority is not None and not Authority.objects.members_on(today()).filter(pk=authority.pk).exists():
        raise Refused(f"{authority} is not a member of the hub.")
    if authority is not None and authority.pk == locked.not_authority_id:
        raise Refused(f"{authority} must not get to know of them: {locked.not_why}. Take that mark away first.")
    locked.chosen_authority, locked.chosen_why = authority, why
    locked.save(update_fields=["chosen_authority", "chosen_why"])
    said = f"Council chosen by hand: {authority}. {why}" if authority else f"Council by postcode again. {why}"
    record_activity(enquiry=enquiry, kind="details_changed", by=by, version=version, note=said.strip())
    reroute_enquiry(enquiry=enquiry)
    enquiry.refresh_from_db(fields=["authority", "residence", "chosen_authority", "chosen_why"])
    return enquiry


def moment_of(*, enquiry: Enquiry, day: datetime.date) -> datetime.datetime:
    """The moment to keep for a fact known by its day alone: now for today, else after what else is known of that day.

    So a fact entered later does not slip in front of those that it followed.
    """
    now = timezone.now()
    if day >= local_date(now):
        return now if day == local_date(now) else datetime.datetime.combine(day, datetime.time(12), tzinfo=LONDON)
    noon = datetime.datetime.combine(day, datetime.time(12), tzinfo=LONDON)
    known = enquiry.facts.filter(occurred_on=day).order_by("-occurred_at").values_list("occurred_at", flat=True)
    return max([noon, *known[:1]])
