"""A council's morning in a real browser: practice, then a real referral from the preview to the approval."""

import datetime

import pytest
from playwright.sync_api import expect

from handover.models import Agreement, Handover
from handover.services import send_handover
from hub.models import User
from hub.working_time import today
from tests.factories import make_enquiry, someone
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long enough password"
STEPS = ("application_received", "stage1_started", "stage1_completed", "stage2_started", "panel_held", "decided")


@pytest.fixture
def samir(settings, directory, gateshead):
    settings.HUB_DEMO = True
    Agreement.objects.create(
        authority=gateshead, version="2", signed_by="D. Simmons", starts_on=datetime.date(2023, 9, 1)
    )
    User.objects.create_user(
        "joanne@example.org", PASSWORD, name="Joanne Armitage", role="authority_lead", authority=gateshead
    )
    return User.objects.create_user(
        "samir@example.org", PASSWORD, name="Samir Haddad", role="authority_worker", authority=gateshead
    )


@pytest.fixture
def page(visitor, samir, width):
    page = visitor(width)
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(samir.email)
    page.locator("#id_password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url(lambda url: "login" not in url)
    return page


def fill_in(page, kind: str) -> None:
    day = today()
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"#id_{kind}_{part}").fill(str(value))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_referral_from_the_preview_to_the_approval(page, samir, gateshead):
    look_at(page, "portal-empty")
    expect(page.get_by_role("main")).to_contain_text("No referral waits for your answer")
    handover = send_handover(enquiry=make_enquiry("ready"), authority=gateshead, by=someone("hub_worker"))
    surname = handover.enquiry.applicants.first().last_name
    page.goto("/portal/")
    look_at(page, "portal-new")
    follow(page, page.get_by_role("link", name=handover.reference).first)
    look_at(page, "portal-preview")
    assert surname not in page.content()
    follow(page, page.get_by_role("button", name="Accept this referral"))
    expect(page.get_by_role("main")).to_contain_text(surname)
    look_at(page, "portal-record")
    follow(page, page.get_by_role("button", name="I look after them"))
    expect(page.get_by_role("main")).to_contain_text("Samir Haddad looks after them")
    look_at(page, "portal-named")
    follow(page, page.get_by_role("link", name="Choose somebody else"))
    look_at(page, "portal-worker")
    page.get_by_label("Joanne Armitage").check()
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("main")).to_contain_text("Joanne Armitage looks after them")
    page.goto(f"/portal/?find={surname}")
    look_at(page, "portal-found")
    follow(page, page.get_by_role("link", name=surname).first)
    page.goto(f"/portal/{handover.reference}/end/")
    look_at(page, "portal-end")
    page.goto(f"/portal/{handover.reference}/milestones/")
    look_at(page, "portal-milestones")
    for kind in STEPS:
        fill_in(page, kind)
    page.get_by_label("Approved", exact=True).check()
    page.get_by_label("How many places?").fill("2")
    follow(page, page.get_by_role("button", name="Save dates"))
    expect(page.get_by_role("main")).to_contain_text("Approved, 2 places")
    look_at(page, "portal-approved")
    page.goto("/portal/funnel/")
    look_at(page, "portal-funnel")
    page.goto("/portal/your-settings/")
    look_at(page, "portal-settings")
    handover = Handover.objects.get()
    assert (handover.state, handover.worker.name) == ("completed", "Joanne Armitage")


@pytest.mark.parametrize("width", [390, 1280])
def test_practice_is_the_same_on_invented_people(page):
    page.goto("/portal/practice/")
    look_at(page, "practice")
    follow(page, page.get_by_role("link", name="PRACTICE-2"))
    look_at(page, "practice-preview")
    follow(page, page.get_by_role("button", name="Accept this referral"))
    expect(page.get_by_role("main")).to_contain_text("Bernadette Quayle")
    look_at(page, "practice-record")
    follow(page, page.get_by_role("link", name="Record dates").or_(page.get_by_role("button", name="Record dates")))
    fill_in(page, "application_received")
    look_at(page, "practice-dates")
    follow(page, page.get_by_role("button", name="Save dates"))
    page.goto("/portal/practice/")
    expect(page.get_by_role("main")).to_contain_text("You have practised")
    look_at(page, "practice-done")
    follow(page, page.get_by_role("button", name="Start again"))
    expect(page.get_by_role("main")).to_contain_text("as at the beginning")
    assert not Handover.objects.exists()
