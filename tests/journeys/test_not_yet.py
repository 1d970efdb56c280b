"""Not yet, and back: said on a telephone, asked again on the day, back with one tap, and staff see the clock."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import expect

from enquiries.letters.nudges import send_nudge_now
from enquiries.models import Nudge
from hub.messages.services import send_due_messages
from hub.working_time import LONDON, today, working_time
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow
from tests.journeys.test_main_job import sign_in, staff  # noqa: F401
from tests.journeys.test_own_page import link_sent_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_not_yet_and_back(visitor, make_enquiry, staff):  # noqa: F811
    enquiry = make_enquiry("in_touch")
    address = enquiry.applicants.first().email
    page = visitor(390)
    page.goto("/journey/")
    page.get_by_label("Email address").fill(address)
    follow(page, page.get_by_role("button", name="Send me a link"))
    page.goto(link_sent_to(address))
    follow(page, page.get_by_role("button", name="Open my page"))
    follow(page, page.get_by_role("button", name="Not yet"))
    day = working_time().next_working_day(today() + datetime.timedelta(days=90))
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_label(label, exact=True).fill(str(value))
    page.get_by_label("I am moving home").check()
    page.get_by_label("Yes, you may ask me again").check()
    look_at(page, "not-yet")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("main")).to_contain_text("That is fine")

    page.goto(check_in_sent_to(address, day))
    expect(page.get_by_role("heading", name="Welcome back: shall we ring you?")).to_be_visible()
    page.get_by_text("No longer, thank you").click()
    look_at(page, "welcome-back")
    follow(page, page.get_by_role("button", name="Yes, please ring me"))
    expect(page.get_by_role("main")).to_contain_text("We ring you by")
    look_at(page, "came-back")
    page.get_by_role("radio").first.check()
    follow(page, page.get_by_role("button", name="Book this time"))
    expect(page.get_by_role("main")).to_contain_text("at the time you chose")

    hub = visitor(1280)
    sign_in(hub, staff["worker"])
    hub.goto(f"/hub/enquiries/{enquiry.reference}/")
    expect(hub.get_by_role("main")).to_contain_text("Ring back")
    expect(hub.get_by_role("main")).to_contain_text("No longer on hold")
    hub.goto("/hub/not-yet/")
    expect(hub.get_by_role("main")).to_contain_text("Nobody is on hold")
    look_at(hub, "not-yet-nobody")


def check_in_sent_to(address: str, day: datetime.date) -> str:
    """The day has come: what the worker does then, and what the person reads."""
    with time_machine.travel(datetime.datetime.combine(day, datetime.time(11), tzinfo=LONDON)):
        assert send_nudge_now(Nudge.objects.get(kind="not_yet").pk)
        send_due_messages()
    body = next(one.body for one in reversed(mail.outbox) if one.to == [address] and "/welcome-back/" in one.body)
    return re.search(r"/welcome-back/[\w-]{43}/", body).group()
