"""Sign-in and the account, and the pages shown when something is refused."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

PASSWORD = "a-long-enough-one"


@pytest.fixture
def person(worker):
    worker.set_password(PASSWORD)
    worker.save()
    return worker


@pytest.fixture
def signed_in(client, person, settings):
    """Signed in by the form, just now, so that nothing asks again."""
    settings.HUB_DEMO = True
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def code_for(secret):
    counter = next(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counter))


def text(response):
    return response.content.decode()


def heading(response):
    return re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", text(response), re.DOTALL)[1]


def test_signing_in_leads_home(client, person, settings):
    settings.HUB_DEMO = True
    response = client.post(reverse("account_login"), {"login": person.email.upper(), "password": PASSWORD})
    assert response.status_code == 302
    assert response.url == reverse("home_for_role")


def test_a_wrong_password_is_said_in_the_summary_and_the_address_stays(client, person):
    response = client.post(reverse("account_login"), {"login": person.email, "password": "wrong"})
    page = text(response)
    assert "<title>Error: Sign in" in page
    assert 'href="#id_login"' in page
    assert f'value="{person.email}"' in page
    assert "placeholder" not in page


def test_sample_people_are_listed_in_the_demo_only(client, hub, settings):
    settings.HUB_DEMO = True
    assert 'name="login" value="worker@hub.example.org"' in text(client.get(reverse("account_login")))
    settings.HUB_DEMO = False
    page = text(client.get(reverse("account_login")))
    assert "hub.example.org" not in page
    assert "Demonstration" not in page


def test_nobody_signs_themselves_up(client, hub):
    assert heading(client.get(reverse("account_signup"))) == "You need an invitation"


def test_a_forgotten_password_is_replaced_by_email(client, person):
    response = client.post(reverse("account_reset_password"), {"email": person.email}, follow=True)
    assert heading(response) == "Look in your email"
    link = re.search(r"http://\S+", mail.outbox[0].body)[0]
    response = client.get(link, follow=True)
    assert heading(response) == "Choose a new password"
    new = {"password1": "another-long-one", "password2": "another-long-one"}
    response = client.post(response.request["PATH_INFO"], new, follow=True)
    assert heading(response) == "Your password is changed"
    assert heading(client.get(link, follow=True)) == "This link no longer works"


def test_a_code_from_the_phone_is_turned_on_asked_for_and_turned_off(signed_in, person):
    page = signed_in.get(reverse("mfa_activate_totp"))
    assert 'src="data:image/svg+xml;base64,' in text(page)
    secret = page.context["form"].secret
    wrong = signed_in.post(reverse("mfa_activate_totp"), {"code": "1"})
    assert "<title>Error: " in text(wrong)
    response = signed_in.post(reverse("mfa_activate_totp"), {"code": code_for(secret)}, follow=True)
    assert heading(response) == "Show that it is you"
    again = {"password": PASSWORD, "next": reverse("mfa_view_recovery_codes")}
    response = signed_in.post(reverse("account_reauthenticate"), again, follow=True)
    assert heading(response) == "Recovery codes"
    codes_left = re.findall(r"<li><code>(\w+)</code>", text(response))
    assert len(codes_left) == 10
    assert "Turn off" in text(signed_in.get(reverse("mfa_index")))
    assert heading(signed_in.get(reverse("mfa_generate_recovery_codes"))) == "Make recovery codes"

    signed_in.post(reverse("account_logout"))
    response = signed_in.post(reverse("account_login"), {"login": person.email, "password": PASSWORD}, follow=True)
    assert heading(response) == "Type the code from your phone"

    response = signed_in.post(reverse("mfa_authenticate"), {"code": codes_left[0]})
    assert response.url == reverse("home_for_role")
    turn_off = reverse("mfa_deactivate_totp")
    assert heading(signed_in.get(turn_off, follow=True)) == "Show that it is you"
    again = {"code": codes_left[1], "next": turn_off}
    response = signed_in.post(reverse("mfa_reauthenticate"), again, follow=True)
    assert heading(response) == "Turn off the code from your phone"
    response = signed_in.post(turn_off, follow=True)
    assert "The code from your phone is no longer asked for." in text(response)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("account_logout", "Sign out"),
        ("account_change_password", "Change your password"),
        ("account_reauthenticate", "Show that it is you"),
        ("mfa_index", "Your account"),
    ],
)
def test_pages_of_the_account(signed_in, name, title):
    assert heading(signed_in.get(reverse(name))) == title


def test_a_missing_page_is_explained(client, hub):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert heading(response) == "We cannot find that page"
    assert hub.telephone in text(response)


def test_a_form_that_was_open_too_long_is_explained(hub, person):
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("account_login"), {"login": person.email})
    assert response.status_code == 403
    assert heading(response) == "Please send that again"


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_last_pages_need_neither_database_nor_context(name):
    page = render_to_string(name)
    assert "<h1" in page
    assert "{" not in page
