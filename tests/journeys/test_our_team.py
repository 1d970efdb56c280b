"""A council's lead invites somebody, who chooses a password, signs in, and is suspended; in a real browser."""

import re
from urllib.parse import urlparse

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import expect

from hub.models import Message, User
from tests.journeys.conftest import look_at
from tests.journeys.test_main_job import PASSWORD, follow, sign_in, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHOSEN = "heron lantern gravel"


@pytest.fixture
def lead(settings, gateshead) -> User:
    settings.HUB_DEMO = True
    cache.clear()
    return User.objects.create_user(
        "joanne@example.org", PASSWORD, name="Joanne Armitage", role="authority_lead", authority=gateshead
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_a_lead_looks_after_the_team(visitor, lead, celery_worker_thread, width):
    page = visitor(width)
    sign_in(page, lead)
    page.goto("/portal/team/")
    look_at(page, "our-team")
    invites(page)
    nell = visitor(width)
    chooses_a_password(nell)
    look_at(nell, "invited-signed-in")
    is_suspended(page)
    nell.goto("/portal/")
    expect(nell).to_have_url(re.compile("/accounts/login/"))
    cannot_sign_in(nell)
    follow(page, page.get_by_role("button", name="Let them in again"))
    expect(page.get_by_role("main")).to_contain_text("let in again")
    look_at(page, "our-team-let-in")


def invites(page) -> None:
    follow(page, page.get_by_role("button", name="Invite somebody"))
    look_at(page, "our-team-invite")
    follow(page, page.get_by_role("button", name="Send the invitation"))
    expect(page.get_by_role("alert")).to_contain_text("Select what they do")
    look_at(page, "our-team-invite-wrong")
    page.get_by_label("Name", exact=True).fill("Nell Amos")
    page.get_by_label("Email address").fill("nell@gateshead.example.org")
    page.get_by_label("Worker", exact=True).check()
    follow(page, page.get_by_role("button", name="Send the invitation"))
    expect(page.get_by_role("main")).to_contain_text("Nell Amos is invited")
    look_at(page, "our-team-invited")


def chooses_a_password(nell) -> None:
    until(lambda: Message.objects.get(template="account_invitation").state == Message.State.SENT)
    (link,) = re.findall(r"https?://\S+/accounts/invitation/\S+", mail.outbox[-1].body)
    nell.goto(urlparse(link).path)
    look_at(nell, "invitation")
    nell.get_by_label("Password", exact=True).fill("short")
    nell.get_by_label("The same password again").fill("short")
    follow(nell, nell.get_by_role("button", name="Save password"))
    look_at(nell, "invitation-wrong")
    nell.get_by_label("Password", exact=True).fill(CHOSEN)
    nell.get_by_label("The same password again").fill(CHOSEN)
    follow(nell, nell.get_by_role("button", name="Save password"))
    expect(nell.get_by_role("main")).to_contain_text("Your password is saved")
    types_password(nell)
    expect(nell.get_by_role("heading", level=1)).to_contain_text("Our referrals")
    used = nell.context.new_page()
    used.goto(urlparse(link).path)
    expect(used.get_by_role("main")).to_contain_text("This link no longer works")
    look_at(used, "invitation-over")


def types_password(nell) -> None:
    nell.locator("#id_login").fill("nell@gateshead.example.org")
    nell.locator("#id_password").fill(CHOSEN)
    follow(nell, nell.get_by_role("button", name="Sign in", exact=True))


def is_suspended(page) -> None:
    page.goto("/portal/team/")
    follow(page, page.get_by_role("link", name="Nell Amos"))
    look_at(page, "our-team-person")
    follow(page, page.get_by_role("button", name="Suspend"))
    page.get_by_label("Why?").fill("Has left")
    look_at(page, "our-team-suspend")
    follow(page, page.get_by_role("button", name="Suspend", exact=True))
    expect(page.get_by_role("main")).to_contain_text("signed out everywhere")
    look_at(page, "our-team-suspended")


def cannot_sign_in(nell) -> None:
    types_password(nell)
    expect(nell.get_by_role("alert")).to_contain_text("ask your council’s lead or the hub to let you in again")
    look_at(nell, "suspended-signs-in")
