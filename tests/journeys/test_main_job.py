"""The main job in a real browser: from the public form to the signed return, and the form without JavaScript."""

import datetime
import json
import time

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import expect

from enquiries.models import Enquiry
from handover.models import Agreement, Handover
from hub.models import Message, User
from tests.conftest import moment
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import Enquirer, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long enough password"


@pytest.fixture
def staff(settings, directory, gateshead):
    """People who sign in with email and password; second factors are offered and not asked, as in a demo."""
    settings.HUB_DEMO = True
    Agreement.objects.create(
        authority=gateshead, version="2", signed_by="D. Simmons", starts_on=datetime.date(2023, 9, 1)
    )

    def person(role: str, name: str, authority=None) -> User:
        email = name.split(" ", maxsplit=1)[0].lower() + "@example.org"
        return User.objects.create_user(email, PASSWORD, name=name, role=role, authority=authority)

    return {
        "worker": person("hub_worker", "Ruth Adeyemi"),
        "manager": person("hub_manager", "Moira Telfer"),
        "data": person("data_officer", "Owen Birtley"),
        "council": person("authority_worker", "Samir Haddad", gateshead),
    }


def until(holds) -> None:
    """Wait, as long as a person would, for what the worker does behind the page."""
    for _ in range(150):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("The worker has not done it in 15 seconds.")


def sign_in(page, user) -> None:
    page.goto("/accounts/login/")
    look_at(page, "sign-in")
    page.locator("#id_login").fill(user.email)
    page.locator("#id_password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in", exact=True))
    page.wait_for_url(lambda url: "login" not in url)
    look_at(page, "signed-in")


@pytest.mark.parametrize("width", [390, 1280])
def test_from_the_public_form_to_the_signed_return(visitor, staff, celery_worker_thread, width):
    def window():
        return visitor(width)

    with time_machine.travel(moment("2026-09-02 10:00")):
        reference = enquires(window)
        worker = is_supported(window, staff, reference)
        is_authorised_and_sent(window, staff, worker, reference)
        is_assessed_by_the_council(window, staff, reference)
    with time_machine.travel(moment("2026-10-01 09:30")):
        is_returned_to_the_department(window, staff)


def enquires(window) -> str:
    page = window()
    reference = Enquirer(page, look_at).ask()
    expect(page.get_by_role("main")).to_contain_text("We will ring you by Thursday 3 September")
    assert Enquiry.objects.count() == 1
    until(lambda: Message.objects.get(to="zoe@example.org").state == Message.State.SENT)
    assert mail.outbox[-1].to == ["zoe@example.org"]
    assert reference in mail.outbox[-1].body
    return reference


def is_supported(window, staff, reference: str):
    page = window()
    sign_in(page, staff["worker"])
    look_at(page, "today")
    follow(page, page.get_by_role("link", name="Zoë O’Brien and Kwame", exact=True))
    look_at(page, "enquiry")
    expect(page.get_by_role("main")).to_contain_text("Do not leave a message")
    follow(page, page.get_by_role("button", name="Log a call").or_(page.get_by_role("link", name="Log a call")).first)
    look_at(page, "log-call")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("alert")).to_contain_text("Select what happened")
    look_at(page, "log-call-wrong")
    page.get_by_label("We spoke", exact=True).check()
    page.get_by_label("What we said and agreed").fill("Both keen. First visit next week.")
    follow(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_role("main")).to_contain_text("The call is on the timeline")
    look_at(page, "enquiry-called")
    follow(page, page.get_by_role("link", name="Record the first visit"))
    page.get_by_label("We spoke with them").check()
    look_at(page, "record-visit")
    follow(page, page.get_by_role("button", name="Save"))
    look_at(page, "enquiry-visited")
    follow(
        page,
        page.get_by_role("link", name="Record an expression of interest")
        .or_(page.get_by_role("button", name="Record an expression of interest"))
        .first,
    )
    look_at(page, "record-eoi")
    follow(page, page.get_by_role("button", name="Save"))
    look_at(page, "enquiry-eoi")
    return page


def is_authorised_and_sent(window, staff, worker, reference: str) -> None:
    manager = window()
    sign_in(manager, staff["manager"])
    manager.goto("/hub/manager/")
    look_at(manager, "manager")
    manager.goto(f"/hub/enquiries/{reference}/")
    follow(
        manager,
        manager.get_by_role("button", name="Authorise the expression of interest")
        .or_(manager.get_by_role("link", name="Authorise the expression of interest"))
        .first,
    )
    look_at(manager, "authorise")
    follow(manager, manager.get_by_role("button", name="Authorise", exact=True))
    look_at(manager, "authorised")
    worker.goto(f"/hub/enquiries/{reference}/handover/")
    look_at(worker, "handover-prepare")
    follow(worker, worker.get_by_role("button", name="Send to Gateshead"))
    worker.wait_for_load_state()
    until(lambda: Handover.objects.get().pdf)
    look_at(worker, "handover-sent")


def is_assessed_by_the_council(window, staff, reference: str) -> None:
    page = window()
    sign_in(page, staff["council"])
    look_at(page, "referrals")
    follow(page, page.get_by_role("link", name=f"{reference}-H1").first)
    look_at(page, "referral-preview")
    assert "O’Brien" not in page.content()
    assert "900 321" not in page.content()
    follow(page, page.get_by_role("button", name="Accept this referral"))
    expect(page.get_by_role("main")).to_contain_text("Zoë O’Brien")
    look_at(page, "referral")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    handover = Handover.objects.get()
    page.goto(f"/portal/{handover.reference}/milestones/")
    look_at(page, "milestones")
    for kind in (
        "application_received",
        "stage1_started",
        "stage1_completed",
        "stage2_started",
        "panel_held",
        "decided",
    ):
        for part, value in (("day", "2"), ("month", "9"), ("year", "2026")):
            page.locator(f"#id_{kind}_{part}").fill(value)
    page.get_by_label("Approved", exact=True).check()
    page.get_by_label("How many places?").fill("2")
    follow(page, page.get_by_role("button", name="Save dates"))
    expect(page.get_by_role("main")).to_contain_text("Approved")
    look_at(page, "referral-approved")


def is_returned_to_the_department(window, staff) -> None:
    page = window()
    sign_in(page, staff["manager"])
    page.goto("/reports/?month=2026-09")
    look_at(page, "reports")
    page.goto("/reports/returns/2026-09/")
    look_at(page, "return-none")
    follow(page, page.get_by_role("button", name="Draft the return"))
    page.wait_for_load_state()
    look_at(page, "return-draft")
    page.goto("/reports/returns/2026-09/narrative/")
    page.get_by_label("Progress").fill("Our first month.")
    look_at(page, "return-narrative")
    follow(page, page.get_by_role("button", name="Save narrative"))
    look_at(page, "return-narrated")
    is_reviewed(window, staff)
    page.reload()
    follow(page, page.get_by_role("button", name="Go on to sign"))
    page.wait_for_url("**/sign/")
    look_at(page, "return-sign")
    page.get_by_label("I have looked at the figures").check()
    follow(page, page.get_by_role("button", name="Sign the return"))
    expect(page.get_by_role("main")).to_contain_text("Moira Telfer")
    look_at(page, "return-signed")
    follow(page, page.get_by_role("link", name="1", exact=True).first)
    look_at(page, "return-figure")
    page.goto("/reports/returns/")
    look_at(page, "returns")
    answer = page.request.get("/reports/returns/2026-09/file.json")
    lines = {line["code"]: line for line in json.loads(answer.body())["lines"] if "breakdown" not in line}
    totals = {
        code: lines[code]["total"] for code in ("M01", "M02", "M05", "M08", "M11", "M12", "M13", "M16", "M18", "M19")
    }
    assert totals == dict.fromkeys(totals, 1) | {"M19": 2}
    assert lines["M02"]["authorities"]["E08000037"] == 1
    assert page.request.get("/reports/returns/2026-09/file.pdf").body().startswith(b"%PDF-")


def is_reviewed(window, staff) -> None:
    page = window()
    sign_in(page, staff["data"])
    page.goto("/reports/returns/2026-09/review/")
    look_at(page, "return-review")
    page.get_by_label("I have checked it").check()
    follow(page, page.get_by_role("button", name="Save review"))
    expect(page.get_by_role("main")).to_contain_text("Your review is kept")
    look_at(page, "return-reviewed")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_enquiry_without_javascript(visitor, directory, width):
    def seen(page, name):
        """axe needs scripts; without them what counts is that every page comes and works."""
        assert page.locator("h1").count() == 1

    page = visitor(width, script=False)
    reference = Enquirer(page, seen).ask()
    assert Enquiry.objects.get().reference == reference
