"""Gateshead is divided into East and West on 1 April 2027; codes and names of the two are invented."""

import datetime

import pytest
import time_machine

from handover.models import Agreement
from hub.models import Authority, Membership
from hub.places.changes import plan_change
from tests.conftest import moment
from tests.factories import someone

DAY = datetime.date(2027, 4, 1)
BEFORE, LAST_EVENING, FIRST_MORNING = moment("2027-03-01 10:00"), moment("2027-03-31 23:59"), moment("2027-04-01 00:01")


@pytest.fixture
def clock():
    with time_machine.travel(BEFORE, tick=True) as traveller:
        yield traveller


@pytest.fixture
def councils(clock, gateshead, newcastle):
    """The two that come after, as they are before they are known: not saved."""
    return [
        Authority(gss_code="E06000098", name="East Gateshead"),
        Authority(gss_code="E06000099", name="West Gateshead"),
    ]


@pytest.fixture
def divided(councils, gateshead, manager):
    """The division is planned; both successors have an agreement and somebody in the portal."""
    plan_change(by=manager, kind="splits", council=gateshead, day=DAY, after=councils, note="By order")
    for council in councils:
        Agreement.objects.create(authority=council, version="1", signed_by="A. Clerk", starts_on=DAY)
        council.portal = Authority.Portal.LIVE
        council.save()
        someone("authority_worker", council)
    return councils


@pytest.fixture
def merged(clock, gateshead, newcastle, manager):
    """Gateshead becomes part of Newcastle."""
    plan_change(by=manager, kind="merges", council=gateshead, day=DAY, after=[newcastle])
    Agreement.objects.create(authority=newcastle, version="1", signed_by="A. Clerk", starts_on="2024-04-01")
    return newcastle


def memberships(council) -> list[tuple]:
    return list(Membership.objects.filter(authority=council).values_list("starts_on", "ends_on"))
