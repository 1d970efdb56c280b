"""Counting: for the person and not for the building, two at once as two, and nobody readable in the table."""

import datetime
import threading

import pytest
import time_machine
from django.db import connection, connections

from hub import throttle
from hub.errors import TooOften
from hub.throttle import address_of, allowed, in_words, require, seconds_left
from tests.conftest import moment

HOUR = datetime.timedelta(hours=1)


def test_so_many_are_allowed_and_then_none_until_the_time_is_over(db):
    with time_machine.travel(moment("2026-03-28 23:30"), tick=False) as clock:  # the clocks change in that night
        assert [allowed("test", "a@example.org", 2, HOUR) for _ in range(3)] == [True, True, False]
        clock.shift(HOUR - datetime.timedelta(seconds=1))
        assert not allowed("test", "a@example.org", 2, HOUR)
        assert seconds_left("test", "a@example.org") == 1
        clock.shift(datetime.timedelta(seconds=1))
        assert [allowed("test", "a@example.org", 2, HOUR) for _ in range(3)] == [True, True, False]


def test_each_key_and_each_scope_counts_by_itself_however_it_is_typed(db):
    assert allowed("test", "a@example.org", 1, HOUR)
    assert not allowed("test", " A@Example.org ", 1, HOUR)
    assert allowed("test", "b@example.org", 1, HOUR)
    assert allowed("other", "a@example.org", 1, HOUR)
    assert all(allowed("test", "", 1, HOUR) for _ in range(3))
    assert seconds_left("test", "nobody@example.org") == 0


def test_nobody_reads_an_address_from_the_table(db):
    allowed("test", "amina@example.org", 1, HOUR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key || value FROM hub_cache")
        assert "amina" not in str(cursor.fetchall())


@pytest.mark.parametrize("key", ["x" * 10_000, "\x00", "🙂", "'; DROP TABLE hub_cache; --"])
def test_any_key_will_do(db, key):
    assert allowed("test", key, 1, HOUR) and not allowed("test", key, 1, HOUR)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_two():
    """The first counts and has not committed when the second counts: it waits, and counts on from there."""
    counted, seen = threading.Event(), []

    def second():
        counted.wait(10)
        try:
            seen.append(allowed("test", "k", 1, HOUR))
        finally:
            connections.close_all()

    other = threading.Thread(target=second)
    other.start()
    from django.db import transaction

    with transaction.atomic():
        assert allowed("test", "k", 1, HOUR)
        counted.set()
    other.join(20)
    assert seen == [False]


def test_what_ran_out_is_forgotten_with_the_old_sessions(db):
    from hub.tasks import forget_old_sessions

    with time_machine.travel(moment("2020-03-02 10:00")):
        allowed("test", "k", 1, HOUR)
    forget_old_sessions()
    assert seconds_left("test", "k") == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM hub_cache")
        assert cursor.fetchone() == (0,)


def test_a_refusal_says_when(db):
    require("test", "k", 1, HOUR, sentence="Please try again {when}.")
    with pytest.raises(TooOften, match=r"Please try again in 60 minutes\.") as refused:
        require("test", "k", 1, HOUR, sentence="Please try again {when}.")
    assert 3590 < refused.value.seconds <= 3600


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "in a minute"), (60, "in a minute"), (61, "in 2 minutes"), (5999, "in 2 hours"), (86400, "in 24 hours")],
)
def test_when_in_words(seconds, words):
    assert in_words(seconds) == words


def test_the_address_is_what_the_proxy_saw(rf, settings):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.66, 198.51.100.7")
    settings.HTTPS = False
    assert address_of(request) == "10.0.0.1"
    settings.HTTPS = True
    assert address_of(request) == "198.51.100.7"
    assert address_of(rf.get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


def test_too_often_is_a_page_that_says_when(client, hub, monkeypatch):
    def refuse(request):
        raise TooOften("You have sent this often. Please try again in 5 minutes.", seconds=300)

    monkeypatch.setattr("enquiries.intake.views.remember_arrival", refuse)
    answer = client.get("/enquire/")
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    html = answer.content.decode()
    assert "try again in 5 minutes" in html and "Nothing that you typed is lost" in html
    assert throttle.TooOften is TooOften
