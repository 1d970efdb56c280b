"""What waits for somebody to judge it: held submissions, and messages that were set aside or could not be read."""

from django.db import transaction
from django.utils import timezone

from enquiries.inbox.filing import file_or_receive
from enquiries.inbox.shown import raw_in_words
from enquiries.intake.kept import as_json, from_json
from enquiries.intake.services import Intake, already_received, receive_enquiry
from enquiries.models import Enquiry, HeldSubmission, InboundMessage
from enquiries.services import new_reference
from hub.errors import Refused
from hub.prepared import prepared

State = InboundMessage.State


def submission_known(key: str) -> Enquiry | HeldSubmission | None:
    """What became of what was sent under the key before; None for something new."""
    return held_under(key) or already_received(key)


def held_under(key: str) -> HeldSubmission | None:
    """What was held under the key, judged by now or not."""
    with prepared() as cursor:  # asked for every enquiry, and hardly ever so; the ORM takes six times as long
        cursor.execute("SELECT EXISTS (SELECT FROM enquiries_heldsubmission WHERE idempotency_key = %s)", [key])
        (is_held,) = cursor.fetchone()
    return HeldSubmission.objects.get(idempotency_key=key) if is_held else None


def hold_submission(*, intake: Intake, key: str, why: list[str]) -> HeldSubmission:
    """Keep a submission for a person to judge, under a reference of its own; the same key is one submission."""
    reference = new_reference()
    while Enquiry.objects.filter(reference=reference).exists():
        reference = new_reference()
    kept = {"why": why, "intake": as_json(intake), "reference": reference, "held_at": intake.received_at}
    held, _ = HeldSubmission.objects.get_or_create(idempotency_key=key, defaults=kept)
    return held


@transaction.atomic
def release_submission(*, held: HeldSubmission, by) -> Enquiry:
    """A person sent it: take it in as of when it came, under the reference that they were given, and write to them.

    Where it joins an enquiry that they had, the note there names that reference. What was rejected may be taken in
    after all; what was taken in is given back as it is.
    """
    locked = HeldSubmission.objects.select_for_update().get(pk=held.pk)
    if locked.enquiry is not None:
        return locked.enquiry
    intake = from_json(locked.intake)
    intake.reference = locked.reference
    enquiry = receive_enquiry(intake=intake, recorder="enquirer", idempotency_key=locked.idempotency_key)
    _decide(locked, HeldSubmission.State.RELEASED, by, enquiry=enquiry)
    return enquiry


@transaction.atomic
def reject_submission(*, held: HeldSubmission, by) -> HeldSubmission:
    """No person sent it. It stays among what was decided, and can be taken in after all."""
    locked = HeldSubmission.objects.select_for_update().get(pk=held.pk)
    if locked.state != HeldSubmission.State.HELD:
        raise Refused(f"{locked.reference} was decided meanwhile: {locked.get_state_display().lower()}.")
    return _decide(locked, HeldSubmission.State.REJECTED, by)


@transaction.atomic
def take_in_message(*, message: InboundMessage, by) -> Enquiry:
    """A person wrote it after all: on the timeline of their open enquiry, or as a new one, as of when it came."""
    locked = InboundMessage.objects.select_for_update().get(pk=message.pk)
    if locked.enquiry is not None:
        return locked.enquiry
    if not locked.sender:
        raise Refused("We cannot tell who sent it. Find it in the mailbox, and take the enquiry by hand.")
    # Of what could not be read, whoever rings gets what can be shown of it.
    locked.body = locked.body or raw_in_words(locked)
    state, enquiry = file_or_receive(locked)
    _decide(locked, state, by, enquiry=enquiry, raw=None, body=locked.body)
    return enquiry


@transaction.atomic
def dismiss_message(*, message: InboundMessage, by) -> InboundMessage:
    """Not for us: nothing is written to anybody. It stays among what was decided, and can be taken in after all."""
    locked = InboundMessage.objects.select_for_update().get(pk=message.pk)
    if locked.state not in (State.SET_ASIDE, State.QUARANTINED):
        raise Refused(f"It was decided meanwhile: {locked.get_state_display().lower()}.")
    return _decide(locked, State.DISMISSED, by)


def _decide(row, state: str, by, **changes):
    row.state, row.decided_by, row.decided_at = state, by, timezone.now()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "decided_by", "decided_at", *changes])
    return row
