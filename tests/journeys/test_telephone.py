"""A phone enquiry on the script, in a real browser: answers saved as they are typed, filed, shown on the timeline."""

import re

import pytest
import time_machine
from playwright.sync_api import expect

from enquiries.models import Enquiry, PhoneCall
from enquiries.telephone.services import record_call_event
from hub.models import User
from tests.conftest import moment
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow
from tests.journeys.test_main_job import PASSWORD, sign_in, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def taker(settings, directory) -> User:
    settings.HUB_DEMO = True
    return User.objects.create_user("ruth@example.org", PASSWORD, name="Ruth Adeyemi", role="hub_worker")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_phone_enquiry_on_the_script(visitor, taker, width):
    with time_machine.travel(moment("2026-09-02 10:00")):
        record_call_event(call_id="c1", kind="start", caller="07700 900555", at=moment("2026-09-02 10:00"))
        page = visitor(width)
        sign_in(page, taker)
        page.goto("/hub/phone/")
        expect(page.get_by_text("07700 900555 is ringing")).to_be_visible()
        look_at(page, "phone")
        follow(page, page.get_by_role("button", name="Take this call"))
        look_at(page, "phone-call")
        is_typed(page)
        page.close()  # the browser is closed; what was typed is there
        page = visitor(width)
        sign_in(page, taker)
        page.goto("/hub/phone/")
        follow(page, page.get_by_role("link", name="07700 900555"))
        expect(page.get_by_label("First name", exact=True)).to_have_value("Zoë")
        expect(page.get_by_label("They said yes")).to_be_checked()
        follow(page, page.get_by_role("button", name="Hide the script"))
        look_at(page, "phone-call-hidden")
        page.get_by_label("Email address").fill("no address")
        follow(page, page.get_by_role("button", name="File as a new enquiry"))
        expect(page.get_by_role("alert")).to_contain_text("Enter an email address")
        look_at(page, "phone-call-wrong")
        page.get_by_label("Email address").fill("zoe@example.org")
        page.get_by_role("button", name="File as a new enquiry").dblclick()
        page.wait_for_url("**/hub/enquiries/**")
        expect(page.get_by_role("alert")).to_contain_text("Filed as")
        expect(page.get_by_role("main")).to_contain_text("Both keen.")
        page.get_by_text("Answers on the script").click()
        expect(page.get_by_role("main")).to_contain_text("A dog and two cats.")
        look_at(page, "phone-enquiry")
        assert Enquiry.objects.get().authority.name == "Gateshead"


def is_typed(page) -> None:
    page.get_by_label("They said yes").check()
    page.get_by_label("First name", exact=True).fill("Zoë")
    page.get_by_label("Postcode").fill("ne8 1aa")
    page.get_by_label("Who lives at home?").fill("A dog and two cats.")
    expect(page.get_by_text("Gateshead, one of our councils.")).to_be_visible()
    page.get_by_label("What we said and agreed").fill("Both keen.")
    expect(page.get_by_text("Saved 10:0")).to_be_visible()
    until(lambda: PhoneCall.objects.get().typed.get("agreed") == ["Both keen."])


def test_without_javascript_each_part_has_its_button(visitor, taker):
    with time_machine.travel(moment("2026-09-02 10:00")):
        page = visitor(390, script=False)
        page.goto("/accounts/login/")
        page.locator("#id_login").fill(taker.email)
        page.locator("#id_password").fill(PASSWORD)
        follow(page, page.locator("main form button[type=submit]").first)
        page.goto("/hub/phone/")
        page.get_by_label("The caller’s number").fill("07700 900 556")
        follow(page, page.get_by_role("button", name="Take the call"))
        page.get_by_label("First name", exact=True).fill("Kwame")
        page.get_by_label("First name", exact=True).press("Enter")  # saves, and does no more
        page.wait_for_load_state()
        page.get_by_label("Postcode").fill("NE8 1AA")
        follow(page, page.get_by_role("button", name="Save Home and spare room"))
        expect(page.get_by_text("Gateshead, one of our councils.")).to_be_visible()
        expect(page.get_by_label("First name", exact=True)).to_have_value("Kwame")
        follow(page, page.get_by_role("button", name="File as a new enquiry"))
        assert Enquiry.objects.get().names == "Kwame"


def test_a_lost_network_is_said_and_made_up_for(visitor, taker):
    page = visitor(1280)
    sign_in(page, taker)
    page.goto("/hub/phone/")
    page.get_by_label("The caller’s number").fill("07700 900 556")
    follow(page, page.get_by_role("button", name="Take the call"))
    page.context.set_offline(True)
    page.get_by_label("First name", exact=True).fill("Zoë")
    expect(page.get_by_text("Not saved: no connection.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text(re.compile(r"^Saved \d\d:"))).to_be_visible(timeout=20_000)
    assert PhoneCall.objects.get().typed == {"first_name": ["Zoë"]}
