"""Hours of support and a risk, recorded, corrected and looked up in a real browser."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from hub.models import User
from reporting.registers.defaults import make_kinds
from reporting.registers.models import Risk, SupportHours, SupportKind
from tests.journeys.conftest import look_at
from tests.journeys.test_main_job import PASSWORD, follow, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def manager(settings, gateshead) -> User:
    settings.HUB_DEMO = True
    cache.clear()
    make_kinds(SupportKind)
    return User.objects.create_user("moira@example.org", PASSWORD, name="Moira Telfer", role="hub_manager")


@pytest.mark.parametrize("width", [390, 1280])
def test_hours_and_a_risk(visitor, manager, width):
    page = visitor(width)
    sign_in(page, manager)
    records_hours(page)
    takes_them_back(page)
    adds_a_risk(page)
    looks_up_a_measure(page)
    assert SupportHours.objects.count() == 1 and Risk.objects.get(version=2).likelihood == 5


def records_hours(page) -> None:
    page.goto("/reports/hours/")
    look_at(page, "support-hours-none")
    follow(page, page.get_by_role("button", name="Record hours"))
    expect(page.get_by_role("alert")).to_contain_text("Select the kind of support")
    look_at(page, "support-hours-wrong")
    page.get_by_label("Training", exact=True).check()
    page.get_by_label("Hours", exact=True).fill("1:30")
    page.get_by_label("For which council?").select_option(label="Gateshead")
    follow(page, page.get_by_role("button", name="Record hours"))
    expect(page.get_by_role("main")).to_contain_text("1.5 hours recorded")
    expect(page.get_by_label("Training", exact=True)).to_be_checked()
    look_at(page, "support-hours")


def takes_them_back(page) -> None:
    follow(page, page.get_by_role("link", name="Take back"))
    page.get_by_label("Why is it taken back?").fill("Entered twice")
    look_at(page, "support-hours-take-back")
    follow(page, page.get_by_role("button", name="Take back"))
    expect(page.get_by_role("main")).to_contain_text("Taken back by Moira Telfer: Entered twice")
    look_at(page, "support-hours-taken-back")


def adds_a_risk(page) -> None:
    follow(page, page.get_by_role("link", name="Risks and issues"))
    look_at(page, "risks-none")
    follow(page, page.get_by_role("button", name="Add a risk or an issue"))
    follow(page, page.get_by_role("button", name="Add", exact=True))
    expect(page.get_by_role("alert")).to_contain_text("Enter what the risk or issue is")
    look_at(page, "risk-wrong")
    page.get_by_label("Risk", exact=True).check()
    page.get_by_label("What is it?").fill("Two of the team leave in January")
    page.get_by_label("Owner").select_option(label="Moira Telfer")
    page.get_by_label("How likely?").select_option("4")
    page.get_by_label("How bad would it be?").select_option("4")
    for part, value in (("Day", "1"), ("Month", "2"), ("Year", "2030")):
        page.get_by_label(part, exact=True).fill(value)
    follow(page, page.get_by_role("button", name="Add", exact=True))
    follow(page, page.get_by_role("link", name="Two of the team leave in January"))
    page.get_by_label("How likely?").select_option("5")
    look_at(page, "risk")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("main")).to_contain_text("20 High")
    look_at(page, "risks")


def looks_up_a_measure(page) -> None:
    follow(page, page.get_by_role("link", name="What is counted"))
    look_at(page, "measures")
    follow(page, page.get_by_role("link", name="Support hours").last)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Support hours")
    look_at(page, "measure")
