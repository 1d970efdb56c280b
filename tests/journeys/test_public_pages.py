"""The pages to read, in a browser: on a wide screen and a narrow one, with scripts and without; and campaigns."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from enquiries.campaigns.services import create_campaign
from enquiries.models import Campaign, Enquiry
from tests.journeys.conftest import look_at

PAGES = [
    "home", "could_i_foster", "what_happens_next", "what_you_are_paid", "our_councils", "contact", "privacy",
    "accessibility", "cookies", "licences",
]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_to_read(visitor, directory, width):
    page = visitor(width)
    for name in PAGES:
        page.goto(reverse(name))
        look_at(page, f"public-{name}")


def test_every_page_to_read_without_javascript(visitor, directory):
    """axe needs scripts; without them what counts is that every page comes whole."""
    page = visitor(320, script=False)
    for name in PAGES:
        page.goto(reverse(name))
        assert page.locator("h1").count() == 1 and page.locator("#menu a").count() >= 5, name
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_without_javascript_on_a_narrow_screen_the_menu_is_at_the_foot(visitor, directory):
    page = visitor(320, script=False)
    page.goto("/")
    assert not page.locator(".hub-site__list").is_visible()
    page.get_by_role("link", name="Menu").click()
    page.locator("#menu").get_by_role("link", name="What you are paid").click()
    assert page.get_by_role("heading", level=1).inner_text() == "What you are paid"
    page.get_by_role("button", name="Ask about fostering").click()
    assert "/enquire/" in page.url


def test_by_keyboard_from_the_first_page_to_an_answer(visitor, directory):
    page = visitor()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "Could I foster?":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/could-i-foster/")


def signed_in(page, user):
    client = Client()
    client.force_login(user, backend="hub.people.backends.ActiveUserBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}])
    return page


@pytest.mark.parametrize("width", [1280, 320])
def test_a_campaign_from_setting_up_to_the_person_who_came(visitor, manager, make_enquiry, settings, width):
    settings.HUB_DEMO = True  # second factors have their own tests
    page = signed_in(visitor(width), manager)
    page.goto(reverse("campaigns"))
    look_at(page, "campaigns-none")
    page.get_by_role("button", name="Set up a campaign").click()
    page.get_by_role("button", name="Set it up").click()
    look_at(page, "campaign-errors")
    page.get_by_label("Name").fill("Foster Care Fortnight")
    page.get_by_label("Code").fill("fortnight")
    page.get_by_label("Print, posters and leaflets").check()
    for name, value in (("day", "1"), ("month", "5"), ("year", "2026")):
        page.locator(f"[name=starts_on_{name}]").fill(value)
    page.get_by_label("Spent so far").fill("£120")
    page.get_by_role("button", name="Set it up").click()
    look_at(page, "campaign-new")
    assert Campaign.objects.get().code == "fortnight"
    enquiry = make_enquiry(campaign="FORTNIGHT")
    create_campaign(by=manager, code="bus", name="Buses", channel="print", starts_on="2026-05-01")
    make_enquiry(campaign="not-set-up")
    page.goto(reverse("campaigns"))
    look_at(page, "campaigns")
    page.get_by_role("link", name="Foster Care Fortnight").click()
    look_at(page, "campaign")
    assert page.locator("img").evaluate("picture => picture.naturalWidth") > 0
    page.get_by_role("link", name=Enquiry.objects.get(pk=enquiry.pk).names).click()
    page.wait_for_url(f"**/{enquiry.reference}/")
