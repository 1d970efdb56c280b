"""A course from its planning to the training on somebody's timeline: staff, a person on a telephone, the reminder."""

import datetime

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import expect

from enquiries.letters.nudges import send_due_nudges
from enquiries.models import Event, Nudge
from hub.messages.services import send_due_messages
from hub.working_time import today
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow
from tests.journeys.test_main_job import sign_in, staff  # noqa: F401
from tests.journeys.test_own_page import link_sent_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def plan_course(page) -> Event:
    first = today() + datetime.timedelta(days=10)
    follow(page, page.get_by_role("link", name="Events", exact=True))
    follow(page, page.get_by_role("button", name="Plan an event"))
    page.get_by_label("Title").fill("Skills to Foster")
    page.get_by_label("Training").check()
    for part in ("day", "month", "year"):
        page.locator(f"#id_on_{part}").fill(str(getattr(first, part)))
    page.get_by_label("Begins at").fill("6pm")
    page.get_by_label("Ends at").fill("9pm")
    page.get_by_label("How many sessions?").fill("2")
    page.get_by_label("Online").check()
    page.get_by_label("Link to join").fill("http://meet.example.org/skills")
    page.get_by_label("Places").fill("12")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("alert")).to_contain_text("Enter a link that begins with https://")
    look_at(page, "event-wrong")
    page.get_by_label("Link to join").fill("https://meet.example.org/skills")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", name="Skills to Foster")).to_be_visible()
    look_at(page, "event-planned")
    return Event.objects.get()


def book_on_the_telephone(page, enquiry) -> None:
    address = enquiry.applicants.first().email
    page.goto("/journey/")
    page.get_by_label("Email address").fill(address)
    follow(page, page.get_by_role("button", name="Send me a link"))
    page.goto(link_sent_to(address))
    follow(page, page.get_by_role("button", name="Open my page"))
    follow(page, page.get_by_role("link", name="Come to an event"))
    follow(page, page.get_by_role("link", name="Book for Skills to Foster"))
    look_at(page, "own-page-course")
    page.get_by_label("Two").check()
    follow(page, page.get_by_role("button", name="Book", exact=True))
    expect(page.get_by_role("main")).to_contain_text("We send you the link in the morning before it begins")
    look_at(page, "own-page-course-booked")


def record_who_came(page, event: Event, number: int) -> None:
    page.goto(f"/hub/events/{event.code}/sessions/{number}/")
    page.get_by_label("Two", exact=True).check()
    look_at(page, "who-came")
    follow(page, page.get_by_role("button", name="Save who came"))
    expect(page.get_by_role("main")).to_contain_text("Saved")


def test_from_the_plan_to_the_timeline(visitor, make_enquiry, staff):  # noqa: F811
    enquiry, hub = make_enquiry("in_touch"), visitor()
    sign_in(hub, staff["worker"])
    event = plan_course(hub)
    book_on_the_telephone(visitor(390), enquiry)
    hub.reload()
    expect(hub.get_by_role("table", name="Who is coming")).to_contain_text(enquiry.names)

    at = Nudge.objects.filter(key__contains="morning").order_by("at").first().at
    with time_machine.travel(at + datetime.timedelta(minutes=5)):
        send_due_nudges()
        send_due_messages()
    assert "To join: https://meet.example.org/skills" in mail.outbox[-1].body

    for session in event.sessions.all():
        with time_machine.travel(session.starts_at + datetime.timedelta(hours=1)):
            phone = visitor(390)
            sign_in(phone, staff["worker"])
            record_who_came(phone, event, session.number)
            phone.goto(f"/hub/enquiries/{enquiry.reference}/")
            completed = phone.get_by_role("main").get_by_role("heading", name="Completed training")
            expect(completed).to_have_count(session.number - 1)
    look_at(phone, "training-completed")
