"""The curve against cases reckoned by hand, and against what it must be whatever the cases are."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.dashboards.survival import FEWEST, course

CAME, STOPPED, OPEN = "applied", "ended", "open"


def curve(*cases):
    return course(cases, reached=CAME, ended=STOPPED)


def reached(*cases):
    return [round(step.reached, 6) for step in curve(*cases).steps]


def test_without_anybody_open_it_is_the_plain_share():
    found = curve((CAME, 5, 2), (STOPPED, 7, 5), (CAME, 9, 3))
    assert [(step.day, step.reached, step.ended) for step in found.steps] == [
        (5, pytest.approx(0.2), 0),
        (7, pytest.approx(0.2), pytest.approx(0.5)),
        (9, pytest.approx(0.5), pytest.approx(0.5)),
    ]
    assert (found.group, found.reached) == (10, 5)


def test_kaplan_and_meiers_curve_where_nothing_competes():
    """The 21 patients with 6-mercaptopurine (Freireich 1963), as every textbook prints their survival."""
    weeks = [(6, 3), (7, 1), (10, 1), (13, 1), (16, 1), (22, 1), (23, 1)]
    left = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = curve(*((CAME, week, n) for week, n in weeks), *((OPEN, week, 1) for week in left))
    printed = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {week: round(1 - found.at(week).reached, 3) for week in printed} == printed


def test_whoever_ended_otherwise_is_no_longer_expected():
    """Four households: one applies on day 1, one ends on day 2, one is open on day 3, one applies on day 4.

    By hand: 1/4; then 3 are left, 2/4 after the ending; then only one is followed, and of the 2/4 all apply: 3/4.
    Censoring the one who ended would say 1/4 + 3/4 = 1.
    """
    assert reached((CAME, 1, 1), (STOPPED, 2, 1), (OPEN, 3, 1), (CAME, 4, 1)) == [0.25, 0.25, 0.25, 0.75]
    assert reached((CAME, 1, 1), (OPEN, 2, 1), (OPEN, 3, 1), (CAME, 4, 1))[-1] == 1


def test_on_one_day_whoever_is_open_was_at_risk():
    assert reached((CAME, 3, 1), (OPEN, 3, 1)) == [0.5]
    assert curve((CAME, 3, 1), (OPEN, 3, 1)).steps[0].followed == 2


def test_nobody():
    found = curve()
    assert (found.steps, found.group, found.followed_for) == ([], 0, 0)
    assert found.at(100).reached == 0
    assert found.day_of_share(0.5) is None


def test_it_is_followed_for_as_long_as_there_are_enough():
    found = curve((CAME, 1, 1), (OPEN, 5, 1), (OPEN, 9, FEWEST - 1), (OPEN, 50, 1))
    assert found.followed_for == 9


CASES = st.lists(st.tuples(st.sampled_from([CAME, STOPPED, OPEN]), st.integers(0, 30), st.integers(1, 4)), max_size=25)


def by_brute_force(cases):
    """Each household by itself, in fractions: the mass of whoever is open is shared out equally among those who are
    followed longer (Efron's redistribution to the right), which for competing endings is Aalen and Johansen's curve."""
    people = [(outcome, day) for outcome, day, count in cases for _ in range(count)]
    if not people:
        return 0
    mass = {number: Fraction(1, len(people)) for number in range(len(people))}
    total = Fraction(0)
    for day in sorted({day for _, day in people}):
        today = [number for number, (_, when) in enumerate(people) if when == day]
        later = [number for number, (_, when) in enumerate(people) if when > day]
        for number in today:
            if people[number][0] == CAME:
                total += mass[number]
            elif people[number][0] == OPEN and later:
                for other in later:
                    mass[other] += mass[number] / len(later)
    return total


@given(CASES)
def test_the_end_of_the_curve_is_what_brute_force_gives(cases):
    found = curve(*cases)
    last = found.steps[-1].reached if found.steps else 0
    assert last == pytest.approx(float(by_brute_force(cases)))


@given(CASES)
def test_it_only_rises_and_both_endings_together_are_at_most_all(cases):
    before = (0.0, 0.0)
    for step in curve(*cases).steps:
        assert step.reached >= before[0] and step.ended >= before[1]
        assert step.reached + step.ended <= 1 + 1e-9
        before = (step.reached, step.ended)


@given(CASES)
def test_to_leave_out_those_who_ended_never_promises_less(cases):
    naive = [(OPEN if outcome == STOPPED else outcome, day, count) for outcome, day, count in cases]
    for step in curve(*cases).steps:
        assert curve(*naive).at(step.day).reached >= step.reached - 1e-9
