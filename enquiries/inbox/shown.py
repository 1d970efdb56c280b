"""What the inbox shows of an item, in words."""

from enquiries import journey
from enquiries.inbox.words import plain_words
from enquiries.intake.kept import from_json
from enquiries.intake.promise import ring_by
from enquiries.models import HeldSubmission, InboundMessage, SafeContact
from hub.contact import format_phone

MOST_OF_RAW = 5_000  # bytes that the page shows of what could not be read


def what_they_sent(held: HeldSubmission) -> dict:
    """The answers of a held submission as (question in short, answer), and what they were promised."""
    intake = from_json(held.intake)
    people = [" ".join([one.first_name, one.last_name]).strip() for one in intake.applicants]
    reached = [
        value for one in intake.applicants for value in (one.email, format_phone(one.phone) if one.phone else "")
    ]
    rows = [
        ("Name", "\n".join(name for name in people if name)),
        ("Contact", "\n".join(value for value in reached if value)),
        ("Safe to contact", "\n".join(SafeContact(**intake.safe_contact).rules)),
        ("Postcode", intake.postcode),
        ("Council chosen", f"{intake.chosen_authority}\n{intake.chosen_why}" if intake.chosen_authority else ""),
        ("What brings them", journey.SITUATIONS.get(intake.situation, "")),
        ("Kinds of fostering", "\n".join(journey.INTERESTS.get(one, one) for one in intake.interests)),
        ("How they heard of us", journey.SOURCES.get(intake.source, "")),
        ("In their words", intake.message),
    ]
    return {
        "rows": [(label, answer.strip()) for label, answer in rows if answer.strip()],
        "promised": ring_by(held.held_at),
    }


def raw_in_words(message: InboundMessage) -> str:
    """The beginning of what could not be read, as far as it can be shown; empty where nothing is kept."""
    return plain_words(bytes(message.raw[:MOST_OF_RAW]).decode("utf-8", "replace"), lines=True) if message.raw else ""
