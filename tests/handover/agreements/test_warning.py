"""Sixty days before an agreement ends its managers know, once, and the email names no person."""

import datetime

import pytest
import time_machine

from handover.agreements.services import record_agreement
from handover.agreements.warning import warn_of_ending
from handover.models import Agreement
from handover.tasks import warn_of_ending_agreements
from hub.models import Heartbeat, Message
from tests.conftest import moment
from tests.factories import someone

pytestmark = pytest.mark.django_db


def on(day: str):
    return time_machine.travel(moment(f"{day} 07:10"), tick=False)


@pytest.fixture
def ending(gateshead, manager):
    """Its last day is 31 December 2026."""
    return Agreement.objects.create(
        authority=gateshead, version="2.1", signed_by="Joanne Armitage", starts_on=datetime.date(2024, 4, 1),
        ends_on=datetime.date(2026, 12, 31),
    )  # fmt: skip


def test_each_manager_is_told_once(ending, manager, worker, gateshead_worker):
    someone("hub_manager")
    with on("2026-10-31"):
        assert warn_of_ending() == 0
    with on("2026-11-01"):
        warn_of_ending_agreements()
    with on("2026-11-02"):
        assert warn_of_ending() == 0
    told = list(Message.objects.filter(template="agreement_ends"))
    assert sorted(message.to for message in told) == sorted([manager.email, "hub_manager.hub@example.org"])
    assert all("Gateshead, version 2.1, ends on 31 December 2026" in message.body for message in told)
    assert not any("Armitage" in message.subject + message.body for message in told)
    assert all("/hub/settings/agreements/E08000037/" in message.body for message in told)
    assert Heartbeat.objects.filter(job="warn_of_ending_agreements").exists()


def test_not_where_another_follows(ending, gateshead):
    record_agreement(authority=gateshead, version="3", signed_by="D", starts_on=datetime.date(2027, 1, 1))
    with on("2026-12-01"):
        assert warn_of_ending() == 0


def test_a_gap_of_a_day_is_told(ending, gateshead):
    record_agreement(authority=gateshead, version="3", signed_by="D", starts_on=datetime.date(2027, 1, 2))
    with on("2026-12-01"):
        assert warn_of_ending() == 1


def test_told_as_soon_as_there_is_somebody_to_tell(ending, manager):
    manager.is_active = False
    manager.save()
    with on("2026-12-01"):
        assert warn_of_ending() == 0
        manager.is_active = True
        manager.save()
        assert warn_of_ending() == 1


def test_one_that_has_ended_or_has_no_end_is_no_warning(ending):
    with on("2027-01-01"):
        assert warn_of_ending() == 0
    Agreement.objects.update(ends_on=None)
    with on("2026-12-01"):
        assert warn_of_ending() == 0
