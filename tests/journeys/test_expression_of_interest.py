"""The expression of interest in a browser: asked for, filled in on a telephone, returned, completed, authorised."""

import pytest
from playwright.sync_api import Page, expect

from enquiries.eoi.sections import Expression
from tests.enquiries.eoi.filled import TYPED
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow
from tests.journeys.test_main_job import sign_in, staff  # noqa: F401
from tests.journeys.test_own_page import link_sent_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill_in(page: Page, typed: dict) -> None:
    """Type, tick and choose, by the names of the fields."""
    for name, value in typed.items():
        if page.locator(f'[name="{name}"]').first.get_attribute("type") not in ("radio", "checkbox"):
            page.locator(f"#id_{name}").fill(value)
            continue
        for one in value if isinstance(value, list) else [value]:
            page.locator(f'[name="{name}"][value="{one}"]').check()


def is_asked_for(page: Page, reference: str) -> None:
    page.goto(f"/hub/enquiries/{reference}/expression/")
    look_at(page, "eoi-tab-empty")
    follow(page, page.get_by_role("button", name="Ask them to fill it in"))
    look_at(page, "eoi-invite")
    follow(page, page.get_by_role("button", name="Send the email"))
    expect(page.get_by_role("main")).to_contain_text("It is their turn now")


def is_filled_in(page: Page, enquiry) -> None:
    page.goto("/journey/")
    page.get_by_label("Email address").fill(enquiry.applicants.first().email)
    follow(page, page.get_by_role("button", name="Send me a link"))
    page.goto(link_sent_to(enquiry.applicants.first().email))
    follow(page, page.get_by_role("button", name="Open my page"))
    look_at(page, "own-page-invited")
    follow(page, page.get_by_role("button", name="Tell us about yourselves"))
    look_at(page, "eoi-list-new")
    follow(page, page.get_by_role("link", name="Who lives with you"))
    page.get_by_label("Yes", exact=True).check()
    fill_in(page, {name: TYPED["household"][name] for name in ("name_1", "age_1", "relation_1", "stays_1")})
    follow(page, page.get_by_role("button", name="Add another person"))
    fill_in(page, {"name_2": "Joy", "age_2": "-1"})
    follow(page, page.get_by_role("button", name="Save and go on"))
    expect(page.get_by_role("alert")).to_contain_text("Age must be 0 or more")
    look_at(page, "eoi-household-wrong")
    fill_in(page, {"age_2": "", "name_2": ""})
    follow(page, page.get_by_role("button", name="Save and go on"))
    follow(page, page.get_by_role("link", name="Your home"))
    look_at(page, "eoi-home-empty")
    fill_in(page, {"address": "12 Quarry Bank", "tenure": "rent"})
    follow(page, page.get_by_role("button", name="Save and come back later"))
    expect(page.get_by_role("main")).to_contain_text("In progress")
    look_at(page, "eoi-list-begun")
    for part in Expression(enquiry).parts[1:]:
        page.goto(f"/journey/about-you/{part.key}/")
        fill_in(page, TYPED[part.section.code])
        if part.key in ("home", "work-1", "health-1", "experience-2", "fostering", "checks"):
            look_at(page, f"eoi-{part.key}")
        follow(page, page.get_by_role("button", name="Save and go on"))
    follow(page, page.get_by_role("button", name="Look through it and send it"))
    look_at(page, "eoi-check")
    follow(page, page.get_by_role("button", name="Send it"))
    expect(page.get_by_role("main")).to_contain_text("We look at what you told us")
    look_at(page, "own-page-sent")


def is_returned(page: Page, reference: str) -> None:
    page.goto(f"/hub/enquiries/{reference}/expression/")
    look_at(page, "eoi-tab-submitted")
    follow(page, page.get_by_role("button", name="Return the expression of interest"))
    page.get_by_label("Your home", exact=True).check()
    page.get_by_label("What is missing in “Your home”?").fill("Has your landlord answered?")
    look_at(page, "eoi-return")
    follow(page, page.get_by_role("button", name="Return it"))
    expect(page.get_by_role("main")).to_contain_text("Returned, with what has to be completed")


def is_completed(page: Page) -> None:
    page.goto("/journey/about-you/")
    expect(page.get_by_role("main")).to_contain_text("Has your landlord answered?")
    look_at(page, "eoi-list-returned")
    follow(page, page.get_by_role("link", name="Your home"))
    look_at(page, "eoi-home-returned")
    fill_in(page, {"permission": "yes"})
    follow(page, page.get_by_role("button", name="Save and go on"))
    follow(page, page.get_by_role("button", name="Look through it and send it"))
    follow(page, page.get_by_role("button", name="Send it"))


def is_authorised(page: Page, reference: str) -> None:
    page.goto(f"/hub/enquiries/{reference}/eoi/authorise/")
    expect(page.get_by_role("main")).to_contain_text("12 Quarry Bank")
    look_at(page, "eoi-authorise")
    follow(page, page.get_by_role("button", name="Authorise", exact=True))
    expect(page.get_by_role("main")).to_contain_text("It can be handed over now")
    page.goto(f"/hub/enquiries/{reference}/handover/")
    expect(page.get_by_role("main")).to_contain_text("My knee: no long walks.")
    look_at(page, "eoi-handover")


def test_from_asking_to_authorising(visitor, staff, make_enquiry):  # noqa: F811
    enquiry = make_enquiry("in_touch")
    worker, theirs, manager = visitor(1280), visitor(390), visitor(1280)
    sign_in(worker, staff["worker"])
    is_asked_for(worker, enquiry.reference)
    is_filled_in(theirs, enquiry)
    sign_in(manager, staff["manager"])
    is_returned(manager, enquiry.reference)
    is_completed(theirs)
    is_authorised(manager, enquiry.reference)
    worker.set_viewport_size({"width": 390, "height": 900})
    worker.goto(f"/hub/enquiries/{enquiry.reference}/expression/")
    look_at(worker, "eoi-tab-authorised")
    enquiry.refresh_from_db()
    assert enquiry.stage == "ready"
