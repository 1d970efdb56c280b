"""A person's own page in a real browser: from asking for a link to stopping, on a small telephone and by axe."""

import datetime
import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from enquiries.models import Enquiry, Event
from enquiries.own_page.links import answer_link_requests
from hub.messages.services import send_due_messages
from hub.working_time import LONDON, today
from tests.factories import make_event
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def link_sent_to(address: str) -> str:
    """What the worker does, and what the person reads."""
    answer_link_requests()
    send_due_messages()
    body = next(one.body for one in reversed(mail.outbox) if one.to == [address] and "/journey/" in one.body)
    return re.search(r"/journey/[\w-]{43}/", body).group()


@pytest.mark.parametrize("script", [True, False], ids=["scripts", "no scripts"])
def test_from_the_link_to_stopping(visitor, make_enquiry, event_next_week, script):
    enquiry = make_enquiry("in_touch")
    page = visitor(320, script=script)
    seen = look_at if script else lambda *_: None
    page.goto("/journey/")
    seen(page, "own-page-ask")
    page.get_by_label("Email address").fill(enquiry.applicants.first().email)
    follow(page, page.get_by_role("button", name="Send me a link"))
    expect(page.get_by_role("heading", name="Look at your email")).to_be_visible()
    page.goto(link_sent_to(enquiry.applicants.first().email))
    seen(page, "own-page-link")
    follow(page, page.get_by_role("button", name="Open my page"))
    expect(page.get_by_role("main")).to_contain_text(enquiry.reference)
    seen(page, "own-page")

    follow(page, page.get_by_role("link", name="Choose when we ring you"))
    seen(page, "own-page-call-back")
    page.get_by_role("radio").first.check()
    follow(page, page.get_by_role("button", name="Book this time"))
    expect(page.get_by_role("main")).to_contain_text("We ring you at the time you chose")

    follow(page, page.get_by_role("link", name="Come to an event"))
    seen(page, "own-page-events")
    follow(page, page.get_by_role("link", name="Book for Evening in May"))
    page.get_by_label("Two").check()
    follow(page, page.get_by_role("button", name="Book", exact=True))
    expect(page.get_by_role("main")).to_contain_text("Evening in May")
    seen(page, "own-page-booked")

    follow(page, page.get_by_role("button", name="Stop"))
    page.get_by_label("Money").check()
    seen(page, "own-page-stop")
    follow(page, page.get_by_role("button", name="Stop my enquiry"))
    expect(page.get_by_role("main")).to_contain_text("You are welcome back at any time")
    seen(page, "own-page-ended")
    follow(page, page.get_by_role("button", name="Leave this page"))
    expect(page.get_by_role("button", name="Send me a link")).to_be_visible()
    enquiry.refresh_from_db()
    assert (enquiry.stage, enquiry.closed_reason) == ("closed", "finances")
    assert not enquiry.bookings.to_come().exists()


def test_a_tablet_that_goes_round(visitor, directory, event_today):
    page = visitor(320)
    for name, phone in (("Zoë", "07700 900 321"), ("Kwame", "07700 900 655")):
        page.goto(f"/events/{event_today.code}/sign-up/")
        for label in ("First name", "Telephone number"):
            expect(page.get_by_label(label)).to_have_value("")
        look_at(page, "sign-up")
        page.get_by_label("First name").fill(name)
        page.get_by_label("Telephone number").fill(phone)
        page.get_by_label("Yes, you may share").check()
        follow(page, page.get_by_role("button", name="Send"))
        expect(page.get_by_role("main")).to_contain_text("Thank you for coming")
        expect(page.get_by_role("main")).not_to_contain_text(name)
    assert Enquiry.objects.filter(channel="event").count() == 2


@pytest.fixture
def event_next_week(hub):
    return _event(days=7)


@pytest.fixture
def event_today(hub):
    return _event(days=0)


def _event(days: int) -> Event:
    day = today() + datetime.timedelta(days=days)
    starts, ends = (datetime.datetime.combine(day, datetime.time(hour), tzinfo=LONDON) for hour in (9, 23))
    return make_event(
        code="evening", title="Evening in May", starts_at=starts, ends_at=ends, place="Civic Centre", capacity=10
    )
