"""Whoever asked a council reaches the hub: by the council's own system, which is given a token, and by its portal."""

import json
import urllib.error
import urllib.request

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from enquiries.models import Enquiry
from hub.models import User
from tests.journeys.conftest import look_at
from tests.journeys.test_main_job import PASSWORD, follow, sign_in, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(settings, directory, gateshead):
    settings.HUB_DEMO = True

    def person(role: str, name: str, authority=None) -> User:
        email = name.split(" ", maxsplit=1)[0].lower() + "@example.org"
        return User.objects.create_user(email, PASSWORD, name=name, role=role, authority=authority)

    return person("hub_manager", "Moira Telfer"), person("authority_worker", "Samir Haddad", gateshead)


def test_by_the_councils_own_system(visitor, live_server, people, celery_worker_thread):
    manager, _ = people
    page = visitor(1280)
    sign_in(page, manager)
    follow(page, page.get_by_role("link", name="Settings", exact=True))
    follow(page, page.get_by_role("link", name="Access of other systems"))
    look_at(page, "access-none")
    follow(page, page.get_by_role("button", name="Issue a token"))
    page.get_by_role("button", name="Issue the token").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter which system will use it")
    look_at(page, "access-issue-wrong")
    page.get_by_label("Which system will use it?").fill("Gateshead: website")
    page.get_by_label("Whose is it?").select_option("Gateshead")
    page.get_by_label("Pass on enquiries that reached the council directly").check()
    follow(page, page.get_by_role("button", name="Issue the token"))
    look_at(page, "access-issued")
    secret = page.locator(".hub-secret").inner_text()

    answer = post(live_server.url, secret)
    until(lambda: len(mail.outbox) == 1)
    assert answer["reference"] in mail.outbox[0].body

    page.goto("/hub/")
    expect(page.get_by_role("main")).to_contain_text("Zoë O’Brien")
    page.goto(f"/hub/enquiries/{answer['reference']}/")
    expect(page.get_by_role("main")).to_contain_text("They asked on the website of Gateshead.")
    expect(page.get_by_role("main")).to_contain_text("Do not leave a message")
    look_at(page, "enquiry-passed-on")

    page.goto("/hub/access/")
    look_at(page, "access")
    follow(page, page.get_by_role("link", name="Revoke Gateshead: website"))
    look_at(page, "access-revoke")
    follow(page, page.get_by_role("button", name="Revoke this token"))
    look_at(page, "access-revoked")
    with pytest.raises(urllib.error.HTTPError, match="401") as shut_out:
        post(live_server.url, secret)
    shut_out.value.close()


def post(address: str, secret: str) -> dict:
    """As a council's website would."""
    sent = {
        "applicants": [{"first_name": "Zoë", "last_name": "O’Brien", "email": "zoe@example.org"}],
        "postcode": "NE8 1AA",
        "received_at": timezone.now().isoformat(),
        "asked": "web",
        "safe_contact": {"leave_message": False},
    }
    headers = {
        "Authorization": f"Bearer {secret}", "Idempotency-Key": "web-1", "Content-Type": "application/json",
    }  # fmt: skip
    request = urllib.request.Request(f"{address}/api/v1/enquiries/", json.dumps(sent).encode(), headers)
    with urllib.request.urlopen(request, timeout=15) as answer:
        return json.load(answer)


@pytest.mark.parametrize("width", [320, 1280])
def test_in_the_portal(visitor, people, celery_worker_thread, width):
    page = visitor(width)
    sign_in(page, people[1])
    page.goto("/portal/passed-on/")
    look_at(page, "passed-on-none")
    follow(page, page.get_by_role("button", name="Pass somebody on"))
    look_at(page, "pass-on")
    page.get_by_role("button", name="Pass them on").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter their first name")
    look_at(page, "pass-on-wrong")
    page.get_by_label("First name", exact=True).fill("Zoë")
    page.get_by_label("Telephone number").fill("01632 960 001")
    page.get_by_label("They said yes").check()
    page.get_by_role("button", name="Pass them on").dblclick()
    page.wait_for_url("**/passed-on/sent/")
    reference = Enquiry.objects.get().reference
    expect(page.get_by_role("main")).to_contain_text(reference)
    look_at(page, "pass-on-sent")
    follow(page, page.get_by_role("link", name="Everybody you passed on"))
    expect(page.get_by_role("main")).to_contain_text(reference)
    look_at(page, "passed-on")
