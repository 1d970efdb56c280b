"""Everything that went to a household and came from it, as one list; and what is planned."""

import datetime
from dataclasses import dataclass

from enquiries.letters.nudges import RULES
from enquiries.models import Enquiry, Nudge
from hub.contact import format_phone
from hub.messages.ways.chosen import by_hand
from hub.models import Message

_COLOURS = {"waiting": "blue", "sent": "green", "delivered": "green", "failed": "red", "cancelled": "grey"}
_FAULTS = {
    "permanent-failure": "The address or number does not exist, or takes nothing.",
    "temporary-failure": "It could not be reached for days: the telephone was off, or the inbox full.",
    "technical-failure": "GOV.UK Notify had a fault.",
    "Returned": "It came back.",
    "SMTPRecipientsRefused": "Their mail server does not know the address.",
    "SMTPDataError": "Their mail server did not take the message.",
}


@dataclass(frozen=True)
class Entry:
    """One message, either way. `state` is empty for what they wrote."""

    at: datetime.datetime
    channel: str
    ours: bool
    title: str
    who: str
    body: str
    state: str = ""
    colour: str = ""
    note: str = ""
    message: Message | None = None


def correspondence(enquiry: Enquiry) -> list[Entry]:
    """What was sent and received about the household, newest first: a constant number of queries."""
    sent = Message.objects.about(*enquiry.references).select_related("created_by")
    came = enquiry.facts.not_voided().filter(kind="message_received")
    entries = [_sent(message) for message in sent] + [_received(fact) for fact in came]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def planned(enquiry: Enquiry) -> list[dict]:
    """The nudges of the household, what is still planned first, with their names in words."""
    nudges = Nudge.objects.of(enquiry).order_by("-at")[:50]
    shown = [{"nudge": one, "label": RULES[one.kind].label if one.kind in RULES else one.kind} for one in nudges]
    return sorted(shown, key=lambda one: one["nudge"].state != Nudge.State.PLANNED)


def _sent(message: Message) -> Entry:
    to = format_phone(message.to) if message.channel == Message.Channel.TEXT else message.to.replace("\n", ", ")
    by = f", by {message.created_by.name}" if message.created_by else ""
    return Entry(
        at=message.created_at, channel=message.get_channel_display(), ours=True,
        title=message.subject or message.get_channel_display(), who=f"To {to}{by}", body=message.body,
        state=state_in_words(message), colour=_COLOURS[message.state], message=message,
        note=_FAULTS.get(message.last_fault, message.last_fault) if message.state == "failed" else "",
    )  # fmt: skip


def _received(fact) -> Entry:
    channel = {"other": "Text message", "web": "Own page"}.get(fact.channel, fact.channel_label)
    stop = fact.outcome == "stop"
    return Entry(
        at=fact.occurred_at, channel=channel or "Message", ours=False, who="From them", body=fact.note,
        title="They ask us to stop" if stop else "They wrote to us",
        state="They ask us to stop" if stop else "", colour="red" if stop else "",
    )  # fmt: skip


def state_in_words(message: Message) -> str:
    if message.state == Message.State.FAILED:
        return "Not delivered"
    if message.state == Message.State.CANCELLED:
        return "Not sent: they asked us not to"
    if message.channel == Message.Channel.LETTER and by_hand():
        return {"waiting": "To print and post", "sent": "Posted"}.get(message.state, message.get_state_display())
    return message.get_state_display()
