"""Signing in, the table of rights, and the second factor."""

import pytest
from django.core.cache import cache
from django.db.utils import IntegrityError

from hub.models import User
from hub.people.roles import HOME, RIGHTS, Role

PASSWORD = "a long enough password"


@pytest.fixture
def ruth(hub):
    cache.clear()
    return User.objects.create_user("Ruth@Example.org", PASSWORD, name="Ruth", role=Role.HUB_WORKER)


def sign_in_with(client, email, password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_every_role_has_rights_and_a_home():
    assert set(RIGHTS) == set(Role.values) == set(HOME)


def test_email_in_any_case_signs_in(client, ruth, settings):
    settings.HUB_DEMO = True
    assert ruth.email == "ruth@example.org"
    answer = sign_in_with(client, "RUTH@example.ORG")
    assert answer.status_code == 302
    assert answer.url == "/accounts/home/"
    assert client.get("/accounts/home/").url == "/hub/"


def test_wrong_password_says_so_without_telling_who_is_known(client, ruth):
    known = sign_in_with(client, "ruth@example.org", "wrong").content.decode()
    unknown = sign_in_with(client, "nobody@example.org", "wrong").content.decode()
    sentence = "This email address and password do not open an account."
    assert sentence in known
    assert sentence in unknown


def test_guessing_is_throttled_for_the_person_and_not_for_the_building(client, ruth, settings):
    settings.HUB_DEMO = True
    for _ in range(11):
        sign_in_with(client, "ruth@example.org", "wrong")
    assert "Too many failed" in sign_in_with(client, "ruth@example.org").content.decode()
    User.objects.create_user("callum@example.org", PASSWORD, name="Callum", role=Role.HUB_WORKER)
    assert sign_in_with(client, "callum@example.org").status_code == 302


def test_guessing_is_throttled_while_redis_is_down(client, ruth, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    on_redis = {"LOCATION": settings.REDIS_URL} if "Redis" in settings.CACHES["default"]["BACKEND"] else {}
    settings.CACHES = {"default": settings.CACHES["default"] | on_redis}
    settings.HUB_DEMO = True
    for _ in range(10):
        sign_in_with(client, "ruth@example.org", "wrong")
    assert "Too many failed" in sign_in_with(client, "ruth@example.org", "wrong").content.decode()
    assert "Too many failed" in sign_in_with(client, "ruth@example.org").content.decode()


def test_suspended_people_cannot_sign_in(client, ruth):
    User.objects.filter(pk=ruth.pk).update(is_active=False)
    assert "do not open an account" in sign_in_with(client, "ruth@example.org").content.decode()


def test_nobody_signs_themselves_up(client, hub):
    before = User.objects.count()
    client.post("/accounts/signup/", {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.count() == before


def test_outside_the_demo_a_second_factor_comes_first(client, ruth, settings):
    settings.HUB_DEMO = False
    sign_in_with(client, "ruth@example.org")
    assert client.get("/hub/").url == "/accounts/2fa/totp/activate/"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    settings.HUB_DEMO = True
    assert client.get("/hub/").status_code == 200


def test_with_a_second_factor_the_pages_open_after_its_code(client, ruth, settings):
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    settings.HUB_DEMO = False
    secret = generate_totp_secret()
    TOTP.activate(ruth, secret)
    assert "/2fa/authenticate" in sign_in_with(client, "ruth@example.org").url
    assert client.get("/hub/").status_code == 302
    counter = next(iter(yield_hotp_counters_from_time()))
    client.post("/accounts/2fa/authenticate/", {"code": format_hotp_value(hotp_value(secret, counter))})
    assert client.get("/hub/").status_code == 200


def test_an_authoritys_person_belongs_to_one_and_hub_staff_to_none(hub, gateshead):
    with pytest.raises(IntegrityError, match="user_authority_only_for_authority_roles"):
        User.objects.create_user("a@example.org", None, name="A", role=Role.HUB_WORKER, authority=gateshead)


def test_an_authoritys_person_without_authority_is_refused(hub):
    with pytest.raises(IntegrityError, match="user_authority_only_for_authority_roles"):
        User.objects.create_user("a@example.org", None, name="A", role=Role.AUTHORITY_WORKER)
