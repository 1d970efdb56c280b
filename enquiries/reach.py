"""Whether and how we may contact somebody: the one function that everything that dials or sends asks."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format

from enquiries import journey
from enquiries.journey import Stage
from enquiries.models import Activity, Applicant, Consent, Enquiry, PostalAddress, SafeContact
from enquiries.models.letters import Purpose
from hub.contact import takes_texts
from hub.messages.delivery import ADDRESS_IS_DEAD
from hub.models import Message
from hub.working_time import local_date, today

CHANNELS = {"phone": "ring", "text": "text", "email": "email", "letter": "write by post to"}
# What rests on consent alone, whatever becomes of the enquiry.
_BY_CONSENT: dict[str, str] = {
    Purpose.KEEP_IN_TOUCH: Consent.Purpose.KEEP_IN_TOUCH,
    Purpose.ASK_AGAIN: Consent.Purpose.ASK_AGAIN,
    Purpose.RESEARCH: Consent.Purpose.RESEARCH,
}
# What goes although the enquiry is closed: it says so, or they asked for it.
_GOES_ANYWAY = frozenset({Purpose.CLOSING, Purpose.ASKED})
# Facts by which they come to us of their own accord: an earlier "stop" does not stand against them.
_CAME_BACK = ("asked_again", "called_us", "callback_booked", "event_booked", "reopened", "message_received")


@dataclass(frozen=True)
class Verdict:
    """Whether we may, and if not, why not, as a sentence for staff. `to` is whom and where, where we may."""

    allowed: bool
    why: str = ""
    to: Applicant | None = None
    address: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def may_reach(enquiry: Enquiry, channel: str, purpose: str = Purpose.SERVICE) -> Verdict:
    """Whether we may reach the household by "phone", "text", "email" or "letter", for a purpose of `Purpose`.

    A merged enquiry is asked as the one it was merged into. What they told us about safety comes before everything.
    An interpreter is no hindrance, and neither is "not yet".
    """
    home = enquiry.stands_for
    why = _unsafe(_safe_contact(home), channel) or _against_their_wish(home, purpose)
    if why:
        return Verdict(False, why)
    known = addresses_of(home, channel)
    if not known:
        return Verdict(False, _NO_ADDRESS[channel])
    # What they ask for this moment they evidently read where it goes.
    dead = set() if purpose == Purpose.ASKED else _dead_addresses(home, channel)
    alive = [(person, address) for person, address in known if address not in dead]
    if not alive:
        return Verdict(False, _DEAD[channel])
    return Verdict(True, "", *alive[0])


def is_safe(enquiry: Enquiry, channel: str) -> bool:
    """Whether what they told us about safe contact allows the channel; whether there is an address is left open."""
    return not _unsafe(_safe_contact(enquiry), channel)


def ways_closed_by(safe: SafeContact) -> list[str]:
    """The ways of writing that these rules rule out."""
    return [channel for channel in Message.Channel.values if _unsafe(safe, channel)]


def addresses_of(enquiry: Enquiry, channel: str) -> list[tuple[Applicant | None, str]]:
    """Whom and where we could write to or ring in the household, in order; a landline takes no text messages."""
    people = list(enquiry.applicants.all())
    if channel == "letter":
        post = PostalAddress.objects.filter(enquiry=enquiry).first()
        return [(people[0] if people else None, post.lines)] if post else []
    if channel == "email":
        return [(person, person.email) for person in people if person.email]
    ring = [(one, one.phone_to_ring) for one in people if one.phone_to_ring]
    return [(one, number) for one, number in ring if channel == "phone" or takes_texts(number)]


_NO_ADDRESS = {
    "phone": "We have no telephone number of theirs that is right.",
    "text": "We have no mobile number of theirs that is right: a landline takes no text messages.",
    "email": "We have no email address of theirs.",
    "letter": "We have no postal address of theirs.",
}
_DEAD = {
    "phone": "",
    "text": "Their number takes no messages: one could not be delivered. Ask them for another.",
    "email": "Their address takes no emails: one came back. Ask them for another.",
    "letter": "A letter to their address could not be delivered. Ask them for another.",
}


def _safe_contact(enquiry: Enquiry) -> SafeContact:
    return SafeContact.objects.filter(enquiry=enquiry).first() or SafeContact()


def _unsafe(safe: SafeContact, channel: str) -> str:
    if channel == "letter":
        # Somebody else at home may open it, or wonder who writes.
        hidden = not safe.say_who or not safe.leave_message
        return "Others at home are not to learn of us, and may see a letter." if hidden else ""
    if safe.allows(channel):
        return ""
    if channel == "text":
        return "They have not said that we may text them."
    return f"They asked us not to {CHANNELS[channel]} them."


def _against_their_wish(enquiry: Enquiry, purpose: str) -> str:
    # What they ask for after that is a fact by which they came back.
    asked = None if purpose == Purpose.CLOSING else asked_to_stop(enquiry)
    if asked:
        return f"They asked us to stop on {date_format(local_date(asked.occurred_at))}."
    if purpose in _BY_CONSENT:
        return "" if _agreed(enquiry, _BY_CONSENT[purpose]) else "They have not agreed to it, or no longer."
    if purpose in _GOES_ANYWAY:
        return ""
    if enquiry.stage == Stage.CLOSED:
        return "Their enquiry is closed."
    if purpose == Purpose.NUDGE and enquiry.stage not in journey.HUB_STAGES:
        return f"They are with {enquiry.held_by or 'their council'} now, which is in touch with them."
    return ""


def asked_to_stop(enquiry: Enquiry) -> Activity | None:
    """Their latest word that we should stop, if neither they nor we have been in touch since; else None."""
    asked = enquiry.asked_to_stop
    if asked is None:
        return None
    since = enquiry.facts.not_voided().filter(kind__in=_CAME_BACK, occurred_at__gt=asked.occurred_at)
    theirs = since.exclude(outcome="stop").filter(recorded_by__isnull=True)
    # That a place became free for them they have not done.
    theirs = theirs.exclude(kind="event_booked", recorder="system")
    return None if theirs.exists() else asked


def _agreed(enquiry: Enquiry, purpose: str) -> bool:
    latest = enquiry.ledger.filter(purpose=purpose).first()
    return latest is not None and latest.holds_on(today())


def _dead_addresses(enquiry: Enquiry, channel: str) -> set[str]:
    """Addresses of the household at which a message failed for good, and from which nothing has come since."""
    if channel == "phone":
        return set()
    failed = Message.objects.failed().filter(
        reference__in=enquiry.references, channel=channel, last_fault__in=ADDRESS_IS_DEAD
    )
    dead = list(failed.values_list("to", "failed_at"))
    return {to for to, at in dead if not _wrote_since(enquiry, channel, at)} if dead else set()


def _wrote_since(enquiry: Enquiry, channel: str, at) -> bool:
    came: Iterable[str] = ("email",) if channel == "email" else ("other", "text")
    return enquiry.facts.filter(kind="message_received", channel__in=came, occurred_at__gt=at).exists()
