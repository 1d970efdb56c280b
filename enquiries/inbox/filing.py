"""What becomes of a message that reached us: on a timeline, an enquiry, or set aside where staff see it."""

import datetime
import hashlib
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from enquiries import journey
from enquiries.inbox.letters import Letter
from enquiries.inbox.words import asks_to_stop
from enquiries.intake.services import Intake, Person, receive_enquiry
from enquiries.letters.outbox import call_back_all
from enquiries.models import Applicant, Enquiry, EnquiryQuerySet, InboundMessage
from enquiries.services import lock_enquiry, record_activity
from hub.messages.returned import fail_returned_message, message_of

State = InboundMessage.State
CHANNEL = {"email": "email", "text": "other"}  # as an enquiry's channel
# What lay in a mailbox for longer than this when we first read it is for a person to look at.
TOO_OLD = datetime.timedelta(days=30)


def file_letter(letter: Letter, *, mailbox: str, arrived_at: datetime.datetime) -> InboundMessage:
    """File one email, in the caller's transaction; the same one told twice is filed once.

    A machine's is set aside (and tells, where it can, which of our messages failed), so is one that is old. An answer
    to a message of ours, and what comes from the address of an open enquiry, goes on that timeline; else it is a new
    enquiry.
    """
    message = InboundMessage(
        mailbox=mailbox,
        message_id=letter.message_id,
        channel="email",
        sender=letter.sender,
        sender_name=letter.sender_name,
        subject=letter.subject,
        body=letter.text,
        sent_at=letter.sent_at,
        taken_at=arrived_at,
    )
    known = known_message(message)
    if known is not None:
        return known
    message.state = State.SET_ASIDE
    message.why = why_set_aside(letter, arrived_at) or why_not_an_enquiry(message, answers=letter.answers)
    if letter.machine:
        _note_returned(message, letter)
    elif not message.why:
        message.state, message.enquiry = file_or_receive(message, answers=letter.answers)
    message.save(force_insert=True)
    return message


def known_message(message: InboundMessage) -> InboundMessage | None:
    """The message that this is again, or None.

    Careless programs give two messages one Message-ID: the second then gets a longer one, so that neither is lost.
    """
    of_mailbox = InboundMessage.objects.filter(mailbox=message.mailbox)
    first = of_mailbox.filter(message_id=message.message_id).first()
    if first is None or _says(first) == _says(message) or first.state == State.QUARANTINED:
        return first
    message.message_id = f"{message.message_id[:200]}#{hashlib.sha256(_says(message).encode()).hexdigest()[:40]}"
    return of_mailbox.filter(message_id=message.message_id).first()


def _says(message: InboundMessage) -> str:
    return f"{message.sender}\n{message.subject}\n{message.body}"


def why_set_aside(letter: Letter, arrived_at: datetime.datetime) -> str:
    """Why a person should look first; empty where it can be filed at once."""
    if letter.machine:
        return letter.machine
    if letter.sender.lower() in _our_addresses():
        return "From our own address"
    if timezone.now() - arrived_at > TOO_OLD:
        return "It had been in the mailbox for more than 30 days"
    return ""


def why_not_an_enquiry(message: InboundMessage, *, answers: tuple[str, ...] = ()) -> str:
    """Why nobody should be rung because of it: who says "stop" and is not with us must not be promised a call."""
    if not _says_stop(message) or _whose(message, answers) or latest_enquiry_of_sender(message):
        return ""
    return "They ask us to stop, and no enquiry is theirs"


def _says_stop(message: InboundMessage) -> bool:
    return asks_to_stop(message.body or message.subject)


def _whose(message: InboundMessage, answers: tuple[str, ...]) -> Enquiry | None:
    return _answered_enquiry(answers) or open_enquiry_of_sender(message)


def file_or_receive(message: InboundMessage, *, answers: tuple[str, ...] = ()) -> tuple[str, Enquiry]:
    """On the timeline of whom it comes from, or as a new enquiry: (what became of it, whose it is)."""
    theirs = _whose(message, answers)
    if theirs is None and _says_stop(message) and (closed := latest_enquiry_of_sender(message)):
        # No clock runs on it and nobody need act; but nobody writes to them again (enquiries/reach.py).
        _keep(message, closed)
        return State.FILED, closed
    # Closed a moment ago it has no clock any more: then they are begun anew, like anybody who comes back.
    if theirs is None or not lock_enquiry(theirs.pk).is_open:
        return State.ENQUIRY, receive_enquiry(
            intake=_as_intake(message), recorder="enquirer", idempotency_key=_key(message)
        )
    _keep(message, theirs)
    return State.FILED, theirs


def _keep(message: InboundMessage, theirs: Enquiry) -> None:
    stops = _says_stop(message)
    record_activity(
        enquiry=theirs,
        kind="message_received",
        by=None,
        recorder="enquirer",
        occurred_at=max(message.taken_at, theirs.received_at),
        channel=message.channel,
        outcome="stop" if stops else "",
        note=_as_note(message, theirs),
    )
    if stops:
        call_back_all(theirs)


def open_enquiry_of_sender(message: InboundMessage) -> Enquiry | None:
    """The open enquiry of which the sender is an applicant, the latest of several; what was merged counts for what it
    was merged into. Of a closed one alone it is None: whoever comes back is to be rung, and a closed one has no clock.
    """
    return _enquiries_of_sender(message).open().order_by("-received_at").first()


def latest_enquiry_of_sender(message: InboundMessage) -> Enquiry | None:
    """The latest enquiry of which the sender is an applicant, however it stands."""
    return _enquiries_of_sender(message).order_by("-received_at").first()


def _enquiries_of_sender(message: InboundMessage) -> EnquiryQuerySet:
    same = Q(phone=message.sender) if message.channel == "text" else Q(email__iexact=message.sender)
    theirs = Enquiry.objects.filter(pk__in=Applicant.objects.filter(same).values("enquiry"))
    ids = {merged or pk for pk, merged in theirs.values_list("pk", "merged_into")}
    return Enquiry.objects.filter(pk__in=ids)


def _answered_enquiry(answers: tuple[str, ...]) -> Enquiry | None:
    """The open enquiry about which we wrote what this answers, whoever answers it: our Message-IDs can't be guessed."""
    for message_id in answers:
        ours = message_of(message_id)
        if ours is not None and ours.to_household:
            found = Enquiry.objects.filter(reference=ours.reference).select_related("merged_into").first()
            found = found.merged_into or found if found else None
            return found if found and found.stage in journey.OPEN_STAGES else None
    return None


def _as_note(message: InboundMessage, theirs: Enquiry) -> str:
    """What they wrote, with the subject; and from where, if it is an address that we do not have."""
    from_known = theirs.applicants.filter(Q(email__iexact=message.sender) | Q(phone=message.sender)).exists()
    parts = [] if from_known else [f"From {message.sender}."]
    return "\n\n".join(part for part in (*parts, message.subject, message.body) if part)


def _as_intake(message: InboundMessage) -> Intake:
    first, last = _names(message.sender_name)
    by_text = message.channel == "text"
    person = Person(first, last, "" if by_text else message.sender, message.sender if by_text else "")
    return Intake(
        channel=CHANNEL[message.channel],
        received_at=message.taken_at,
        applicants=[person],
        message="\n\n".join(part for part in (message.subject, message.body) if part),
        # Whoever writes a text message may be answered by one.
        safe_contact={"by_text": True} if by_text else {},
    )


def _names(shown: str) -> tuple[str, str]:
    """First and last name from what the mail program shows: "Amina Khalid", "Khalid, Amina"; an address is no name."""
    if "@" in shown:
        return "", ""
    last, comma, first = (part.strip() for part in shown.strip(" \"'").partition(","))
    if comma and first:
        return first, last
    first, _, last = last.partition(" ")
    return first, last


def _key(message: InboundMessage) -> str:
    whole = f"{message.mailbox}\n{message.message_id}"
    return f"{message.channel}-{hashlib.sha256(whole.encode()).hexdigest()[:64]}"


def _note_returned(message: InboundMessage, letter: Letter) -> None:
    """A mail server's report names the message of ours that did not arrive: Today shows that under its enquiry."""
    if not letter.undelivered:
        return
    for message_id in letter.returned:
        ours = message_of(message_id)
        if ours is None:
            continue
        fail_returned_message(message=ours)
        enquiry = Enquiry.objects.filter(reference=ours.reference).first()
        if enquiry is not None:
            message.state, message.enquiry, message.why = State.FILED, enquiry, "A message of ours did not arrive"
        return


def _our_addresses() -> set[str]:
    return {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()}
