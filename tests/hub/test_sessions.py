"""Our sessions are Django's, kept in the same table and ended in the same ways."""

import datetime

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DjangosOwn
from django.contrib.sessions.models import Session
from django.utils import timezone

from hub.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def saved():
    session = SessionStore()
    session["draft"] = {"name": "Zoë"}
    session.save()
    return session


def test_what_is_saved_is_read_again_by_either(saved):
    saved["draft"] = {"name": "Ama"}
    saved.save()
    assert SessionStore(saved.session_key)["draft"] == DjangosOwn(saved.session_key)["draft"] == {"name": "Ama"}


def test_each_takes_one_statement(saved, django_assert_num_queries):
    again = SessionStore(saved.session_key)
    with django_assert_num_queries(1):
        assert again["draft"]
    again["draft"] = {}
    with django_assert_num_queries(1):
        again.save()


def test_one_that_has_expired_is_empty_and_gets_another_key(saved):
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    old = SessionStore(saved.session_key)
    assert old.get("draft") is None and old.session_key is None


def test_saving_puts_its_end_off(saved):
    Session.objects.update(expire_date=timezone.now() + datetime.timedelta(minutes=1))
    saved.save()
    assert Session.objects.get().expire_date > timezone.now() + datetime.timedelta(hours=11)


def test_one_that_was_ended_meanwhile_is_not_made_again(saved):
    DjangosOwn(saved.session_key).delete()
    with pytest.raises(UpdateError):
        saved.save()
    assert not Session.objects.exists()


def test_nobody_chooses_the_key_of_a_session():
    made_up = SessionStore("a" * 32)
    made_up["draft"] = {}
    made_up.save()
    assert made_up.session_key != "a" * 32
