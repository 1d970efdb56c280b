"""The demo's six buddies, and whom they accompany: a match in each state. All this is history: nobody is told."""

import datetime

from django.utils import timezone

from enquiries.buddies.forms import AGREED, INTRODUCE
from enquiries.buddies.services import save_buddy, ways_to_reach
from enquiries.casework.services import moment_of, record_consent
from enquiries.models import Buddy, Consent, Enquiry, Match
from enquiries.services import record_activity
from hub.models import Authority, User
from hub.working_time import local_date

# Name, number, councils (GSS codes), what they know, languages, how many at once, whether they can be asked.
CARERS = (
    ("Maureen Wilkes", "+447700900811", ("E08000037", "E08000021"), ("teenagers", "siblings"), (), 3, True),
    ("Farida Rahman", "+447700900812", ("E08000021",), ("short_term", "unaccompanied"), ("Urdu", "Punjabi"), 2, True),
    ("Colin Dobson", "+447700900813", ("E06000047",), ("long_term", "disabled_children"), (), 2, True),
    ("Agnieszka Nowak", "+447700900814", ("E08000024", "E06000047"), ("parent_and_child",), ("Polish",), 1, True),
    ("Denise Okafor", "+447700900815", ("E06000002", "E06000003"), ("emergency", "teenagers"), ("Igbo",), 2, True),
    ("Stuart Lamb", "+447700900816", ("E06000057",), ("short_breaks",), (), 2, False),
)
# State, days ago, whether they spoke, whether they were reminded, and why it ended.
MATCHES = (
    ("asked", 2, False, False, ""),
    ("accepted", 5, True, False, ""),
    ("accepted", 10, False, True, ""),
    ("declined", 9, False, False, "buddy_cannot"),
    ("ended", 12, True, False, "done"),
)


def make_buddies() -> int:
    """Six buddies, and a household for most of them; gives how many buddies."""
    staff = User.objects.get(email="worker@hub.example.org")
    buddies = [_carer(row, staff) for row in CARERS]
    since = timezone.now() - datetime.timedelta(days=max(row[1] for row in MATCHES) + 1)
    able = Enquiry.objects.open().filter(stage="in_touch", on_hold=False, received_at__lt=since)
    households = [one for one in able.order_by("-received_at", "-pk")[:30] if ways_to_reach(one)]
    for told, buddy, enquiry in zip(MATCHES, buddies, households, strict=False):
        _match(told, buddy, enquiry, staff)
    return len(buddies)


def _carer(row, staff: User) -> Buddy:
    name, phone, codes, interests, languages, most, active = row
    buddy = Buddy(
        name=name, email=f"{name.lower().replace(' ', '.')}@example.org", phone=phone, interests=list(interests),
        languages=list(languages), most_at_once=most, active=active,
    )  # fmt: skip
    return save_buddy(buddy=buddy, areas=Authority.objects.filter(gss_code__in=codes), by=staff, wording=AGREED)


def _match(told, buddy: Buddy, enquiry: Enquiry, staff: User) -> None:
    state, days, spoke, reminded, why = told
    asked = timezone.now() - datetime.timedelta(days=days)
    applicant, way = ways_to_reach(enquiry)[0]
    consent = record_consent(
        enquiry=enquiry, by=staff, purpose=Consent.Purpose.BUDDY, given=True, wording=INTRODUCE, channel="phone"
    )
    accepted = asked + datetime.timedelta(hours=5) if state in ("accepted", "ended") else None
    match = Match.objects.create(
        enquiry=enquiry, buddy=buddy, applicant=applicant, reach_by=way, consent=consent, asked_by=staff, state=state,
        asked_at=asked, accepted_at=accepted, reminded_at=timezone.now() if reminded else None, ended_why=why,
        ended_at=timezone.now() if why else None,
    )  # fmt: skip
    if accepted:
        note = f"{buddy.name} is in touch {match.get_reach_by_display().lower()}"
        record_activity(enquiry=enquiry, kind="buddy_introduced", by=None, occurred_at=accepted, note=note)
    if spoke:
        match.last_spoke_on = local_date(asked) + datetime.timedelta(days=2)
        match.save(update_fields=["last_spoke_on"])
        record_activity(
            enquiry=enquiry, kind="buddy_spoke", by=None, recorder="buddy",
            occurred_at=moment_of(enquiry=enquiry, day=match.last_spoke_on),
            note="A good hour. They wondered what their own children would say.",
        )  # fmt: skip
