"""Enquiries for tests: they reach a stage by making the real moves."""

import itertools

from django.utils import timezone

from enquiries.intake.services import Intake, Person, receive_enquiry
from enquiries.journey import Stage
from enquiries.models import Enquiry, Event, Session
from enquiries.services import record_activity
from hub.models import Authority, User

_count = itertools.count(1)

# What must have happened, in order, to stand in each stage; every entry is one `record_activity`.
MOVES_TO: dict[str, list[tuple[str, str, dict]]] = {
    Stage.NEW: [],
    Stage.IN_TOUCH: [("conversation", "hub_worker", {"channel": "phone"})],
    Stage.EOI: [("eoi_submitted", "hub_worker", {})],
    Stage.READY: [("eoi_authorised", "hub_manager", {})],
    Stage.HANDED_OVER: [("handover_sent", "hub_worker", {"authority": True})],
    Stage.WITH_AUTHORITY: [("handover_accepted", "authority_worker", {})],
    Stage.APPLICATION: [("application_received", "authority_worker", {})],
    Stage.ASSESSMENT: [("stage2_started", "authority_worker", {})],
    Stage.APPROVED: [("decided", "authority_worker", {"outcome": "approved", "places": 2})],
}


def someone(role: str, authority: Authority | None = None) -> User:
    """A person of the role; for an authority's role, of that authority."""
    authority = authority if role.startswith("authority") else None
    code = authority.gss_code.lower() if authority else "hub"
    user = User.objects.filter(email=f"{role}.{code}@example.org").first()
    return user or User.objects.create_user(
        f"{role}.{code}@example.org", None, name=f"{role} of {code}", role=role, authority=authority
    )


def intake(**changes) -> Intake:
    """What a complete web enquiry of a couple in Gateshead delivers."""
    number = next(_count)
    fields = {
        "channel": "web",
        "received_at": timezone.now(),
        "applicants": [
            Person("Amina", f"Khalid{number}", f"amina{number}@example.org", "+447700900123"),
            Person("Tom", f"Khalid{number}"),
        ],
        "postcode": "NE8 1AA",
        "source": "search",
        "spare_room": "yes",
        "consents": {"share_with_authority": (True, "I agree that you share my details with a council.")},
    }
    return Intake(**{**fields, **changes})


def make_enquiry(stage: str = Stage.NEW, *, authority: Authority | None = None, **changes) -> Enquiry:
    """An enquiry in the stage. `closed` closes from the first stage; other stages follow the way to approval."""
    enquiry = receive_enquiry(intake=intake(**changes))
    council = authority or enquiry.authority or Authority.objects.get(gss_code="E08000037")
    if stage == Stage.CLOSED:
        record_activity(enquiry=enquiry, kind="closed", by=someone("hub_worker"), reason="timing")
        return enquiry
    for reached, moves in MOVES_TO.items():
        for kind, role, details in moves:
            if details.get("authority") is True:
                details = {**details, "authority": council}
            record_activity(enquiry=enquiry, kind=kind, by=someone(role, council), **details)
        if reached == stage:
            break
    return enquiry


def make_event(**fields) -> Event:
    """An event of one session: those of its fields that it shares with the event say when and where."""
    event = Event.objects.create(**fields)
    Session.objects.create(event=event, starts_at=event.starts_at, ends_at=event.ends_at, place=event.place)
    return event
