"""A change is days: memberships and who comes after. Nothing that is open moves by it."""

import datetime

import pytest

from enquiries.models import Activity
from enquiries.routing import route
from hub.api.services import issue_token
from hub.errors import Refused
from hub.models import Authority, Postcode, Succession
from hub.people.backends import ActiveUserBackend
from hub.places.changes import call_off_change, plan_change
from hub.working_time import today
from tests.handover.succession.conftest import DAY, FIRST_MORNING, LAST_EVENING, memberships

OLD = datetime.date(2023, 9, 1)
LAST = datetime.date(2027, 3, 31)


def test_a_council_that_leaves_is_a_member_up_to_the_last_day(clock, gateshead, manager):
    plan_change(by=manager, kind="leaves", council=gateshead, day=DAY)
    assert memberships(gateshead) == [(OLD, LAST)]
    clock.move_to(LAST_EVENING)
    assert gateshead in Authority.objects.members_on(today())
    clock.move_to(FIRST_MORNING)
    assert gateshead not in Authority.objects.members_on(today())


def test_a_new_council_joins(clock, hub, authorities, manager):
    new = Authority(gss_code="E06000097", name="Tynedale")
    plan_change(by=manager, kind="joins", council=new, day=DAY)
    assert memberships(new) == [(DAY, None)] and new.portal == Authority.Portal.NOT_READY


def test_a_division_makes_two_of_one(divided, gateshead):
    assert memberships(gateshead) == [(OLD, LAST)]
    assert [memberships(council) for council in divided] == [[(DAY, None)]] * 2
    assert set(Succession.objects.values_list("before", "after", "takes_effect_on")) == {
        (gateshead.pk, council.pk, DAY) for council in divided
    }


def test_who_is_a_member_already_stays_one(merged, newcastle):
    assert memberships(newcastle) == [(OLD, None)]


@pytest.mark.parametrize(
    ("kind", "after", "day", "said"),
    [
        ("splits", 1, DAY, "at least two"), ("merges", 0, DAY, "the one council"), ("leaves", 1, DAY, "Nobody comes"),
        ("joins", 0, DAY, "a member already"), ("vanishes", 0, DAY, "Say what happens"),
        ("leaves", 0, datetime.date(2027, 3, 1), "still to come"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(kind, after, day, said, councils, gateshead, manager):
    with pytest.raises(Refused, match=said):
        plan_change(by=manager, kind=kind, council=gateshead, day=day, after=councils[:after])
    assert memberships(gateshead) == [(OLD, None)] and not Succession.objects.exists()
    assert not Authority.objects.filter(gss_code__in=[council.gss_code for council in councils]).exists()


def test_nobody_but_a_manager_plans(clock, gateshead, worker):
    with pytest.raises(Refused, match="manager"):
        plan_change(by=worker, kind="leaves", council=gateshead, day=DAY)
    with pytest.raises(Refused, match="manager"):
        call_off_change(by=worker, council=gateshead)


def test_called_off_before_the_day_it_is_as_if_nothing_was_planned(divided, clock, gateshead, manager):
    clock.move_to(LAST_EVENING)
    call_off_change(by=manager, council=gateshead)
    assert memberships(gateshead) == [(OLD, None)] and not Succession.objects.exists()
    assert [memberships(council) for council in divided] == [[], []]


def test_on_the_day_it_can_no_longer_be_called_off(divided, clock, gateshead, manager):
    clock.move_to(FIRST_MORNING)
    with pytest.raises(Refused, match="Nothing is planned"):
        call_off_change(by=manager, council=gateshead)
    assert memberships(gateshead) == [(OLD, LAST)]


class TestRouting:
    def test_after_a_merger_postcodes_lead_to_the_successor(self, merged, directory, clock, gateshead, newcastle):
        clock.move_to(LAST_EVENING)
        assert route(postcode="NE8 1AA").authority == gateshead
        clock.move_to(FIRST_MORNING)
        found = route(postcode="NE8 1AA")
        assert (found.authority, found.residence, found.rule) == (newcastle, newcastle, "residence")
        assert route(postcode="SR1 1AA", chosen=gateshead).authority == newcastle

    def test_who_must_not_know_at_the_old_council_must_not_at_the_new(self, merged, directory, clock, gateshead):
        clock.move_to(FIRST_MORNING)
        found = route(postcode="NE8 1AA", never=gateshead)
        assert (found.rule, found.authority) == ("conflict", None)

    def test_after_a_division_they_wait_until_the_directory_knows(self, divided, directory, clock, gateshead):
        clock.move_to(LAST_EVENING)
        assert route(postcode="NE8 1AA").authority == gateshead
        clock.move_to(FIRST_MORNING)
        found = route(postcode="NE8 1AA")
        assert (found.rule, found.authority, found.residence) == ("divided", None, gateshead)
        assert found.explanation == (
            "They live in Gateshead, which was divided. The postcode directory does not say yet which part is theirs."
        )
        Postcode.objects.filter(pk="NE81AA").update(authority_code="E06000099")
        assert route(postcode="NE8 1AA").authority == divided[1]

    def test_a_directory_that_is_ahead_leads_to_the_council_of_today(self, divided, directory, clock, gateshead):
        Postcode.objects.filter(pk="NE81AA").update(authority_code="E06000098")
        clock.move_to(LAST_EVENING)
        assert route(postcode="NE8 1AA").authority == gateshead
        clock.move_to(FIRST_MORNING)
        assert route(postcode="NE8 1AA").authority == divided[0]

    def test_who_lives_where_a_council_left_is_out_of_the_region(self, clock, directory, gateshead, manager):
        plan_change(by=manager, kind="leaves", council=gateshead, day=DAY)
        clock.move_to(FIRST_MORNING)
        found = route(postcode="NE8 1AA")
        assert (found.rule, found.authority) == ("out_of_region", None)


class TestWhoComesIn:
    def test_people_of_a_council_stop_with_its_last_day(self, divided, clock, gateshead_worker, sign_in):
        clock.move_to(LAST_EVENING)
        client = sign_in(gateshead_worker)
        assert client.get("/portal/").status_code == 200
        clock.move_to(FIRST_MORNING)
        assert client.get("/portal/")["Location"].startswith("/accounts/login/")
        assert not ActiveUserBackend().user_can_authenticate(gateshead_worker)

    def test_people_of_a_council_to_come_may_look_round_before(self, divided, clock):
        for moment in (None, LAST_EVENING, FIRST_MORNING):
            if moment:
                clock.move_to(moment)
            assert ActiveUserBackend().user_can_authenticate(divided[0].people.get())

    def test_the_hub_is_not_asked(self, clock, worker):
        assert ActiveUserBackend().user_can_authenticate(worker)

    def test_its_systems_stop_too(self, divided, directory, clock, gateshead, client):
        _, secret = issue_token(name="Gateshead", authority=gateshead, scopes=["enquiries:write"], days=90)
        send = lambda: client.post(  # noqa: E731
            "/api/v1/enquiries/", {}, content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
        )
        clock.move_to(LAST_EVENING)
        assert send().status_code == 400
        clock.move_to(FIRST_MORNING)
        assert send().status_code == 401
        assert not Activity.objects.exists()
