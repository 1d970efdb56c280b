"""A council's system sends the month's figures: whole, as often as they change, for its own council alone."""

import pytest
import time_machine

from handover.figures.models import MonthlyFigures
from tests.conftest import moment

from .conftest import council, problem

GOOD = {"L01": 118, "L02": 2, "L04": 190, "L05": 161, "L06": 1, "L07": 7, "remarks": "Two moved away"}


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(moment("2026-11-20 10:00"), tick=True):
        yield


def put(system, sent, month="2026-10"):
    headers = {"Authorization": f"Bearer {system.secret}"}
    return system.client.put(f"/api/v1/figures/{month}/", sent, content_type="application/json", headers=headers)


def test_taken_and_the_same_again_is_no_other_version(gateshead_system, gateshead):
    first, again = put(gateshead_system, GOOD), put(gateshead_system, GOOD)
    assert first.status_code == 200 and first.json() == again.json()
    told = first.json()
    assert (told["month"], told["version"], told["questions"]) == ("2026-10", 1, {})
    assert {**told["figures"], "remarks": told["remarks"]} == GOOD
    kept = MonthlyFigures.objects.get()
    assert (kept.authority, kept.sent_by, kept.via) == (gateshead, gateshead_system.user, "api")


def test_what_changed_is_another_version_and_what_is_odd_is_asked(gateshead_system):
    put(gateshead_system, GOOD, "2026-09")
    put(gateshead_system, GOOD)
    told = put(gateshead_system, {**GOOD, "L01": 0, "L06": None}).json()
    assert told["version"] == 2 and told["figures"]["L06"] is None and "L01" in told["questions"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"L01": -1}, "#/L01"),
        ({"L01": "118"}, "#/L01"),
        ({"L01": 1.5}, "#/L01"),
        ({"L01": 10**9}, "#/L01"),
        ({"L03": 1}, "#/L03"),  # worked out, never sent
        ({"remarks": "x" * 1001}, "#/remarks"),
    ],
)
def test_what_cannot_be_taken(gateshead_system, changes, where):
    assert where in problem(put(gateshead_system, {**GOOD, **changes}), 422)
    assert not MonthlyFigures.objects.exists()


@pytest.mark.parametrize(("month", "status"), [("2026-12", 422), ("2020-01", 422), ("2026-13", 404), ("october", 404)])
def test_of_which_months(gateshead_system, month, status):
    problem(put(gateshead_system, GOOD, month), status)


def test_nothing_at_all(gateshead_system):
    assert "at least one" in problem(put(gateshead_system, {}), 422)[""]


def test_another_councils_are_its_own_and_a_token_for_something_else_sends_none(
    client, gateshead_system, newcastle_system, gateshead
):
    assert put(newcastle_system, {**GOOD, "L01": 5}).json()["version"] == 1
    assert put(gateshead_system, GOOD).json()["version"] == 1
    problem(put(council(client, gateshead, ["handovers:write"]), GOOD), 403)
    assert MonthlyFigures.objects.count() == 2
