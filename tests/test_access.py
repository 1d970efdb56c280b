"""Every address of the project, as people who must not see a record there. Addresses come from the URL resolver: a new
one is walked by itself, and one that cannot be built, or whose view asks for no right, fails."""

import datetime
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from enquiries.models import Activity
from handover.milestones import record_milestone
from handover.models import Agreement, Handover
from handover.services import answer_handover, send_handover
from hub.models import Message
from hub.working_time import today
from reporting.measures import Period
from tests.factories import someone

# For everybody: the public site, and what the data of a package mean.
PUBLIC = {
    "home", "enquire", "enquire_check", "enquire_sent", "enquire_step", "enquire_time",
    "enquire_equality", "enquire_stopped", "enquire_too_long", "privacy", "accessibility", "cookies",
    "licences", "could_i_foster", "what_happens_next", "what_you_are_paid", "our_councils", "contact", "go",
    "event_calendar", "survey", "buddy", "welcome_back", "council_heard",
    "return_shared", "return_shared_file",  # each by a token
    "handover_schema", "handover_schema_before", "public_events", "public_event", "event_sign_up", "api_schema",
    "api_no_such_address",
    "demo_mailbox",
}  # fmt: skip
# Each person's own account (django-allauth) and own page (tests/enquiries/own_page/): about nobody else.
OWN = ("accounts/", "journey/")
# For other systems: no person's sign-in opens them, each view says what does (`guarded_by`).
API = "api/"


class Address:
    """One pattern of the URL configuration."""

    def __init__(self, route: str, pattern: URLPattern):
        self.route, self.name, self.view = route, pattern.name or route, pattern.callback
        self.wants = pattern.pattern.converters

    def for_record(self, handover: Handover) -> str:
        """The address with what it wants to know about this record; an unknown part fails."""
        about_handover = self.route.startswith(("portal/", "hub/handovers/", "api/v1/handovers/"))
        given = {
            "reference": handover.reference if about_handover else handover.enquiry.reference,
            "other": handover.enquiry.reference,
            "fact": handover.sent_fact_id,
            "fact_id": handover.sent_fact_id,
            "period": Period.month("2026-01"),
            "form": "json",
            "line": "m02",
            "number": 1,  # of a file of past enquiries
            "code": "a-campaign",
            "held": 1,
            "inbound": 1,
            "own_list": 1,
            "call": 1,  # on the telephone, and the event and the version of the script about it
            "event": 1,
            "version": 1,
            "nudge": 1,
            "letter": 1,
            "hours": 1,
            "document": 1,
            "run": 1,
            "booking": 1,
            "buddy": 1,
            "match": 1,
            "token": "not-to-be-guessed",  # of a calendar file, a survey, a buddy, a check-in
            "task": 1,
            "council": handover.authority.gss_code,
            "closure": 1,
            # A colleague of the receiving authority, where the portal asks about one.
            "person": handover.authority.people.order_by("pk").first().pk if about_handover else 1,
            "absence": 1,
            "household": 1,  # invented, to practise on
            "cost": 1,
            "key": "own_week",
            "month": datetime.date(2026, 1, 1),
            "gss_code": "E08000037",
            "agreement": 1,
            "slug": "councils",  # of a dashboard
            "recipient": 1,  # of signed returns, and what one was sent
            "link": 1,
            "part": "home",  # of the expression of interest
            "name": "enquiries",  # of a feed
        }
        path = self.route
        for name, converter in self.wants.items():
            start, end = path.rindex("<", 0, path.index(f"{name}>")), path.index(f"{name}>") + len(name) + 1
            path = path[:start] + converter.to_url(given[name]) + path[end:]
        return f"/{path}"

    @property
    def names_a_record(self) -> bool:
        """Or one of the authority's people."""
        return "reference" in self.wants or (self.route.startswith("portal/") and "person" in self.wants)


def addresses(patterns=None, prefix: str = "") -> Iterator[Address]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield Address(route, pattern)


ALL = list(addresses())
GUARDED = [a for a in ALL if a.name not in PUBLIC and not a.route.startswith((*OWN, API))]
SYSTEMS = [a for a in ALL if a.name not in PUBLIC and a.route.startswith(API)]
OUTSIDERS = ("another authority", "its lead", "cluster_lead", "administrator")


@pytest.fixture(params=["sent", "accepted", "ended"])
def handover(request, make_enquiry, gateshead, worker, gateshead_worker):
    """Gateshead's, in each state in which it has something to hide."""
    Agreement.objects.create(authority=gateshead, version="1", signed_by="J. Armitage", starts_on="2024-04-01")
    made = send_handover(enquiry=make_enquiry("ready", message="Our dog Biscuit"), authority=gateshead, by=worker)
    if request.param != "sent":
        made = answer_handover(handover=made, by=gateshead_worker, answer="accepted")
    if request.param == "ended":
        record_milestone(handover=made, by=gateshead_worker, kind="closed", occurred_on=today(), reason="health")
    return made


@pytest.fixture
def outsider(request, newcastle, newcastle_worker):
    if request.param == OUTSIDERS[0]:
        return newcastle_worker
    return someone("authority_lead", newcastle) if request.param == OUTSIDERS[1] else someone(request.param)


def secrets_of(handover: Handover) -> list[str]:
    enquiry = handover.enquiry
    people = [text for a in enquiry.applicants.all() for text in (a.last_name, a.email, a.phone, a.phone_shown)]
    return [text for text in (*people, enquiry.reference, enquiry.postcode, enquiry.message) if text]


def answers(client, address: Address, handover: Handover) -> list:
    """What it says to reading and to writing; one of the two it knows, and "wrong method" tells nothing to anybody."""
    said = [send(address.for_record(handover)) for send in (client.get, client.post)]
    said = [answer for answer in said if answer.status_code != 405]
    assert said, address.name
    return said


def written() -> tuple[int, int, list]:
    return Activity.objects.count(), Message.objects.count(), list(Handover.objects.values_list("state", "pdf"))


def test_every_view_is_public_by_name_or_asks_for_a_right():
    assert len(GUARDED) > 40
    assert {a.name for a in ALL} >= PUBLIC
    assert [a.name for a in GUARDED if not getattr(a.view, "right", "")] == []


def test_a_stranger_is_sent_to_sign_in(handover, client):
    before = written()
    for address in GUARDED:
        for answer in answers(client, address, handover):
            assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"), address.name
    assert written() == before


@pytest.mark.parametrize("outsider", OUTSIDERS, indirect=True)
def test_nobody_finds_another_authoritys_record_at_any_address(outsider, handover, sign_in):
    client, before, secrets = sign_in(outsider), written(), secrets_of(handover)
    for address in GUARDED:
        for answer in answers(client, address, handover):
            if not outsider.can(address.view.right):
                assert answer.status_code == 403, address.name
            elif address.names_a_record:
                assert answer.status_code == 404, address.name
            html = b"".join(answer) if answer.streaming else answer.content
            assert [text for text in secrets if text in html.decode(errors="replace")] == [], address.name
    assert written() == before


@pytest.mark.parametrize("who", [None, "hub_manager", "authority_worker", "administrator"])
def test_what_is_for_systems_opens_to_no_person(who, handover, client, sign_in, gateshead, settings):
    settings.TELEPHONE_WEBHOOK_SECRETS = ["whsec_" + "A" * 32]
    settings.NOTIFY_CALLBACK_TOKENS = ["not-to-be-guessed-at"]
    if who:
        client = sign_in(someone(who, gateshead))
    before = written()
    assert [a.name for a in SYSTEMS if not getattr(a.view.cls, "guarded_by", "")] == [] and len(SYSTEMS) >= 4
    for address in SYSTEMS:
        for method in ("get", "post", "put", "patch", "delete", "options"):
            answer = getattr(client, method)(address.for_record(handover), {"a": 1}, content_type="application/json")
            assert answer.status_code == 401 and answer["WWW-Authenticate"], (address.name, method)
    assert written() == before


def test_own_staff_of_an_authority_find_nothing_at_the_hub(handover, sign_in, gateshead_worker):
    client = sign_in(gateshead_worker)
    for address in (a for a in GUARDED if not gateshead_worker.can(a.view.right)):
        for answer in answers(client, address, handover):
            assert answer.status_code == 403, address.name


def test_what_is_public_says_nothing_of_anybody(handover, client):
    for address in (a for a in ALL if a.name in PUBLIC and not a.wants):
        html = client.get(address.for_record(handover)).content.decode()
        assert [text for text in secrets_of(handover) if text in html] == [], address.name
