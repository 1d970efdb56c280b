"""Accounts that nobody uses: warned once after 60 days, suspended after 90."""

import datetime

import pytest
from django.utils import timezone

from hub.models import Message, User
from hub.people.services import let_in_again
from hub.people.unused import WHY, see_to_unused_accounts
from tests.conftest import moment
from tests.factories import someone

NOW = moment("2026-11-20 05:50")
pytestmark = pytest.mark.usefixtures("hub")


def last_seen(person: User, days: float | None, *, joined: float = 400) -> User:
    User.objects.filter(pk=person.pk).update(
        joined_at=NOW - datetime.timedelta(days=joined),
        last_login=None if days is None else NOW - datetime.timedelta(days=days),
    )
    return User.objects.get(pk=person.pk)


@pytest.fixture
def others(worker, manager):
    """Two who are here every day, so that nobody is the only one."""
    last_seen(worker, 1)
    last_seen(manager, 1)


def told(person: User) -> list[str]:
    return list(Message.objects.filter(to=person.email).order_by("pk").values_list("template", flat=True))


@pytest.mark.parametrize(
    ("days", "state", "emails"),
    [
        (59.9, "Active", []),
        (60, "Warned", ["account_unused"]),
        (89.9, "Warned", ["account_unused"]),
        (90, "Suspended", ["account_suspended"]),
        (400, "Suspended", ["account_suspended"]),
    ],
)
def test_by_days_without_signing_in(others, data_officer, days, state, emails):
    person = last_seen(data_officer, days)
    see_to_unused_accounts(now=NOW)
    see_to_unused_accounts(now=NOW + datetime.timedelta(seconds=1))
    person.refresh_from_db()
    assert person.account_state == state
    assert told(person) == emails
    assert person.suspended_why == (WHY if state == "Suspended" else "")


def test_the_warning_says_the_day_on_which_it_ends(others, data_officer):
    last_seen(data_officer, 61)
    see_to_unused_accounts(now=NOW)
    body = Message.objects.get(to=data_officer.email).body
    assert "before 19 December 2026" in body and "since 20 September 2026" in body


def test_one_who_signs_in_is_not_suspended_and_is_warned_again_next_time(others, data_officer):
    last_seen(data_officer, 89)
    see_to_unused_accounts(now=NOW)
    User.objects.filter(pk=data_officer.pk).update(last_login=NOW)
    person = User.objects.get(pk=data_officer.pk)
    assert person.account_state == "Active"
    see_to_unused_accounts(now=NOW + datetime.timedelta(days=2))
    assert told(person) == ["account_unused"]
    see_to_unused_accounts(now=NOW + datetime.timedelta(days=60))
    assert told(person) == ["account_unused", "account_unused"]
    see_to_unused_accounts(now=NOW + datetime.timedelta(days=90))
    assert told(person) == ["account_unused", "account_unused", "account_suspended"]


@pytest.mark.parametrize(("joined", "state"), [(59, "Invited"), (61, "Warned"), (91, "Suspended")])
def test_whoever_never_signed_in_counts_from_joining(others, data_officer, joined, state):
    last_seen(data_officer, None, joined=joined)
    see_to_unused_accounts(now=NOW)
    assert User.objects.get(pk=data_officer.pk).account_state == state


def test_whoever_was_let_in_again_has_another_ninety_days(others, data_officer, manager):
    last_seen(data_officer, 100)
    see_to_unused_accounts(now=NOW)
    let_in_again(person=data_officer, by=manager)
    User.objects.filter(pk=data_officer.pk).update(let_in_at=NOW)
    see_to_unused_accounts(now=NOW + datetime.timedelta(days=1))
    assert User.objects.get(pk=data_officer.pk).is_active


def test_systems_never(others, gateshead):
    system = User.objects.create_user(
        "system@example.org", None, name="System", role="authority_worker", authority=gateshead, is_system=True
    )
    last_seen(system, None)
    see_to_unused_accounts(now=NOW)
    assert User.objects.get(pk=system.pk).is_active and not told(system)


def test_the_suspended_are_left_alone(others, data_officer):
    last_seen(data_officer, 100)
    at = timezone.now() - datetime.timedelta(days=3)
    User.objects.filter(pk=data_officer.pk).update(is_active=False, suspended_at=at, suspended_why="Has left")
    assert see_to_unused_accounts(now=NOW) == 0
    assert User.objects.get(pk=data_officer.pk).suspended_why == "Has left"


def test_of_the_last_lead_the_hub_hears_before_and_when_it_happens(others, manager, gateshead):
    lead = last_seen(someone("authority_lead", gateshead), 61)
    admin = last_seen(someone("administrator"), 1)
    see_to_unused_accounts(now=NOW)
    assert told(manager) == told(admin) == ["account_only_one"]
    see_to_unused_accounts(now=NOW + datetime.timedelta(days=30))
    assert User.objects.get(pk=lead.pk).account_state == "Suspended"
    assert told(manager) == ["account_only_one", "account_only_one"]
    bodies = list(Message.objects.filter(to=manager.email).order_by("pk").values_list("body", flat=True))
    assert "is suspended on" in bodies[0] and "is suspended now" in bodies[1] and gateshead.name in bodies[0]


def test_with_another_lead_the_hub_need_not_hear(others, manager, gateshead):
    last_seen(someone("authority_lead", gateshead), 61)
    other = User.objects.create_user("o@example.org", None, name="O", role="authority_lead", authority=gateshead)
    last_seen(other, 1)
    see_to_unused_accounts(now=NOW)
    assert told(manager) == []


def test_the_last_manager_too(worker, manager):
    last_seen(worker, 1)
    last_seen(manager, 90)
    admin = last_seen(someone("administrator"), 1)
    see_to_unused_accounts(now=NOW)
    assert not User.objects.get(pk=manager.pk).is_active
    assert told(admin) == ["account_only_one"]
