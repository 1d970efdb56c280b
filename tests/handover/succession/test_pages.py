"""The pages of a change of councils: planned, counted, moved."""

import pytest

from handover.models import Handover
from hub.models import Authority, Membership
from tests.handover.succession.conftest import FIRST_MORNING

PAGES = "/hub/settings/changes-of-councils/"
ADDRESS = f"{PAGES}E08000037/"
PLAN = {
    "kind": "splits", "council": "gateshead", "day_day": "1", "day_month": "4", "day_year": "2027", "note": "By order",
    "after": "E06000098 East Gateshead\nE06000099 West Gateshead",
}  # fmt: skip


@pytest.fixture
def pages(manager, sign_in, clock):
    return sign_in(manager)


def test_a_division_is_planned_and_its_meaning_shown(pages, gateshead):
    assert "No change is planned" in pages.get(PAGES).content.decode()
    answer = pages.post(f"{PAGES}new/", PLAN)
    assert answer.status_code == 302 and answer["Location"] == ADDRESS
    html = pages.get(ADDRESS).content.decode()
    assert "East Gateshead: <strong>no agreement in force</strong>, <strong>not live in the portal</strong>" in html
    assert "1 April 2027" in html and "Call it off" in html
    assert "East Gateshead, West Gateshead" in pages.get(PAGES).content.decode()
    assert pages.post(f"{ADDRESS}call-off/").status_code == 302
    assert not Membership.objects.filter(ends_on__isnull=False).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"council": "Atlantis"}, "Enter a council as our list has it"),
        ({"after": "E06000098 East Gateshead\nAtlantis"}, "We know no council called Atlantis"),
        ({"after": "E06000098 East Gateshead"}, "at least two"),
        ({"day_year": "2020"}, "still to come"),
        ({"kind": ""}, "Choose what happens"),
    ],
)
def test_what_is_wrong_comes_back_as_it_was_typed(wrong, said, pages, gateshead):
    answer = pages.post(f"{PAGES}new/", PLAN | wrong)
    html = answer.content.decode()
    assert answer.status_code == 200 and said in html and "By order" in html
    assert not Authority.objects.filter(gss_code="E06000098").exists()


def test_what_is_open_is_counted_and_then_moved(divided, sent, accepted, pages, clock, sign_in, manager):
    waiting, taken = sent(), accepted()
    before = pages.get(ADDRESS).content.decode()
    assert "They can be moved from 1 April 2027" in before and "<select" not in before
    clock.move_to(FIRST_MORNING)
    sign_in(manager)
    chosen = {waiting.reference: divided[0].pk, taken.reference: divided[1].pk}
    html = pages.post(ADDRESS, chosen).content.decode()
    assert "Move 2 referrals?" in html and "1 to East Gateshead" in html
    assert Handover.objects.filter(authority__in=divided).count() == 0
    html = pages.post(ADDRESS, {**chosen, "confirmed": "yes"}).content.decode()
    assert "Goes on at West Gateshead" in html and "Sent to East Gateshead" in html
    assert "Nothing is open with it" in pages.get(ADDRESS).content.decode()


def test_a_council_that_is_not_after_it_cannot_be_chosen(divided, sent, clock, newcastle, manager, sign_in):
    waiting = sent()
    clock.move_to(FIRST_MORNING)
    pages = sign_in(manager)
    assert pages.post(ADDRESS, {waiting.reference: newcastle.pk, "confirmed": "yes"}).status_code == 200
    assert Handover.objects.get().authority_id == waiting.authority_id


@pytest.mark.parametrize("address", [PAGES, f"{PAGES}new/", ADDRESS])
def test_it_is_for_managers(address, worker, gateshead, sign_in):
    assert sign_in(worker).get(address).status_code == 403


def test_wrong_methods_and_unknown_councils(pages, gateshead):
    assert pages.post(PAGES).status_code == 405 and pages.get(f"{ADDRESS}call-off/").status_code == 405
    assert pages.get(f"{PAGES}E99999999/").status_code == 404
