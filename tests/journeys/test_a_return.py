"""A return in a real browser: drafted by the system, mended, written about, reviewed, signed, sent, restated."""

import hashlib
import re

import pytest
import time_machine
from playwright.sync_api import expect

from enquiries.models import Activity, Enquiry
from enquiries.services import record_activity
from hub.messages.sealed import unsealed
from hub.models import Message, User
from reporting.returns.models import Return
from reporting.returns.scheduler import draft_due_returns
from tests.conftest import moment
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow
from tests.journeys.test_main_job import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(settings, hub, authorities):
    settings.HUB_DEMO = True
    roles = {"hub_worker": "Ruth Adeyemi", "hub_manager": "Moira Telfer", "data_officer": "Owen Birtley"}
    return {
        role: User.objects.create_user(f"{role}@example.org", PASSWORD, name=name, role=role)
        for role, name in roles.items()
    }


@pytest.fixture
def enquiry(people, make_enquiry) -> Enquiry:
    """Visited in September, and nobody has written down that they spoke."""
    with time_machine.travel(moment("2026-09-28 10:00")):
        enquiry = make_enquiry(received_at=moment("2026-09-03 10:00"))
        Enquiry.objects.filter(pk=enquiry.pk).update(owner=people["hub_worker"])
        Activity.objects.create(
            enquiry=enquiry, kind="initial_visit", occurred_at=moment("2026-09-10 10:00"), recorder="import"
        )
    return enquiry


def opened(page, user):
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(user.email)
    page.locator("#id_password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url(lambda url: "login" not in url)
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_a_return_from_the_draft_to_its_restatement(visitor, people, enquiry, width):
    with time_machine.travel(moment("2026-10-01 09:00")):
        draft_due_returns()
        page = opened(visitor(width), people["hub_manager"])
        finds_what_is_wrong_and_has_it_mended(page, people, enquiry)
        writes(page)
        is_reviewed(opened(visitor(width), people["data_officer"]))
        signs(page)
        link = sends(page)
        opens_the_link(visitor(width), link)
    with time_machine.travel(moment("2026-10-20 09:00")):
        restates(opened(visitor(width), people["hub_manager"]), people, enquiry)


def finds_what_is_wrong_and_has_it_mended(page, people, enquiry) -> None:
    page.goto("/reports/returns/")
    look_at(page, "returns-drafted")
    follow(page, page.get_by_role("link", name="September 2026", exact=True))
    expect(page.get_by_role("main")).to_contain_text("Visited, but no conversation is recorded")
    look_at(page, "return-walk")
    record_activity(
        enquiry=Enquiry.objects.get(pk=enquiry.pk), kind="conversation", by=people["hub_worker"], channel="phone",
        occurred_at=moment("2026-09-04 11:00"),
    )  # fmt: skip
    follow(page, page.get_by_role("button", name="Refresh the figures"))
    expect(page.get_by_role("main")).to_contain_text("Nothing contradicts itself")
    expect(page.get_by_role("main")).to_contain_text("was 0")
    look_at(page, "return-mended")
    follow(page, page.get_by_role("link", name="What changed, and why"))
    expect(page.get_by_role("main")).to_contain_text(enquiry.reference)
    look_at(page, "return-changes")


def writes(page) -> None:
    page.goto("/reports/returns/2026-09/narrative/")
    page.get_by_label("Progress").fill("Our first month.")
    follow(page, page.get_by_role("button", name="Save narrative"))


def is_reviewed(page) -> None:
    page.goto("/reports/returns/2026-09/review/")
    page.get_by_label("I have checked it").check()
    look_at(page, "return-review-page")
    follow(page, page.get_by_role("button", name="Save review"))


def signs(page) -> None:
    page.goto("/reports/returns/2026-09/sign/")
    page.get_by_label("I have looked at the figures").check()
    look_at(page, "return-sign-page")
    follow(page, page.get_by_role("button", name="Sign the return"))
    expect(page.get_by_role("main")).to_contain_text("is signed and can no longer be changed")
    look_at(page, "return-signed-page")
    answer = page.request.get("/reports/returns/2026-09/file.json")
    assert hashlib.sha256(answer.body()).hexdigest() == Return.objects.get(period_from="2026-09-01", version=1).sha256


def sends(page) -> str:
    page.goto("/reports/returns/recipients/")
    page.get_by_label("Name").fill("Dana Ministry")
    page.get_by_label("Email address").fill("dana@dfe.example.org")
    follow(page, page.get_by_role("button", name="Add to the list"))
    look_at(page, "return-recipients")
    page.goto("/reports/returns/2026-09/send/")
    look_at(page, "return-send")
    follow(page, page.get_by_role("button", name="Send the link"))
    look_at(page, "return-sent")
    message = Message.objects.get(template="return_sent")
    return re.search(r"https?://[^/]+(/\S+)", unsealed(message.body, message.seed)).group(1)


def opens_the_link(page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text("Signed")
    look_at(page, "return-shared")
    assert page.request.get(f"{link}file.pdf").body().startswith(b"%PDF-")
    page.goto(f"{link[:-5]}/")
    look_at(page, "return-shared-over")


def restates(page, people, enquiry) -> None:
    record_activity(
        enquiry=Enquiry.objects.get(pk=enquiry.pk), kind="eoi_submitted", by=people["hub_worker"],
        occurred_at=moment("2026-09-25 11:00"),
    )  # fmt: skip
    page.goto("/reports/returns/2026-09/restate/")
    expect(page.get_by_role("main")).to_contain_text("EOIs submitted")
    expect(page.get_by_role("main")).to_contain_text(enquiry.reference)
    look_at(page, "return-restate")
    page.get_by_label("Why is it restated?").fill("An expression of interest was entered late.")
    follow(page, page.get_by_role("button", name="Make the new version"))
    expect(page.get_by_role("main")).to_contain_text("will replace")
    look_at(page, "return-restated")
    page.goto("/reports/returns/2026-09/?version=1")
    expect(page.get_by_role("main")).to_contain_text("This is version 1, as it was signed")
    look_at(page, "return-first-version")
