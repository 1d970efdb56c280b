"""Who is next: one pure function."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.assignment.rotation import Candidate, Needs, next_owner

NOON = datetime.datetime(2026, 3, 5, 12, tzinfo=datetime.UTC)


def one(pk: int, **changes) -> Candidate:
    return Candidate(**{"pk": pk, "name": f"Person {pk}", "open": 10, "capacity": 60, **changes})


@pytest.mark.parametrize(
    ("team", "needs", "pk", "why"),
    [
        ([one(1), one(2, open=9)], Needs(), 2, "by rotation: 9 of 60"),
        # Room is a share: 10 of 20 is fuller than 20 of 60.
        ([one(1, capacity=20), one(2, open=20)], Needs(), 2, "by rotation: 20 of 60"),
        ([one(1, last_given_at=NOON), one(2, last_given_at=NOON - datetime.timedelta(1))], Needs(), 2, "10 of 60"),
        ([one(1, last_given_at=NOON), one(2)], Needs(), 2, "10 of 60"),  # never given one: longest ago
        ([one(1), one(2)], Needs(), 1, "10 of 60"),
        ([one(1, present=False), one(2, open=50)], Needs(), 2, "50 of 60"),
        ([one(1, takes_new=False), one(2, open=50)], Needs(), 2, "50 of 60"),
        (
            [one(1), one(2, open=31, languages=frozenset({"Polish"}))], Needs(language="polish"), 2,
            "by rotation: speaks polish, 31 of 60",
        ),
        ([one(1)], Needs(language="Urdu"), 1, "by rotation: nobody with room speaks Urdu, 10 of 60"),
        # The one who speaks it is full: better another now than nobody.
        (
            [one(1), one(2, open=60, languages=frozenset({"Urdu"}))], Needs(language="Urdu"), 1,
            "nobody with room speaks Urdu, 10 of 60",
        ),
        (
            [one(1), one(2, open=40, councils=frozenset({"E1"}))], Needs(council="E1", council_name="Gateshead"), 2,
            "works with Gateshead, 40 of 60",
        ),
        # Nobody works with it: rather somebody for all councils than somebody for another.
        ([one(1, open=0, councils=frozenset({"E1"})), one(2, open=40)], Needs(council="E2"), 2, "rotation: 40 of 60"),
        (
            [one(1), one(2, open=40, interests=frozenset({"teenagers", "siblings"}))],
            Needs(interests=frozenset({"teenagers", "emergency"})), 2, "knows about teenagers, 40 of 60",
        ),
        # Language comes before what is known best.
        (
            [one(1, interests=frozenset({"teenagers"})), one(2, open=40, languages=frozenset({"Polish"}))],
            Needs("Polish", frozenset({"teenagers"})), 2, "speaks Polish, 40 of 60",
        ),
    ],
)  # fmt: skip
def test_the_next_one_and_why(team, needs, pk, why):
    choice = next_owner(team, needs)
    assert choice.candidate.pk == pk and choice.why.endswith(why)


@pytest.mark.parametrize(
    "team", [[], [one(1, open=60)], [one(1, present=False), one(2, takes_new=False)], [one(1, open=0, capacity=0)]]
)
def test_nobody_where_nobody_has_room(team):
    assert next_owner(team, Needs(language="Polish")) is None


TEAM = st.lists(
    st.builds(
        lambda *said: dict(zip(("open", "capacity", "present", "takes_new"), said, strict=True)),
        st.integers(0, 80), st.integers(1, 80), st.booleans(), st.booleans(),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@given(TEAM, st.integers(1, 60))
def test_shared_out_one_after_the_other_nobody_gets_more_than_they_have_room_for(team, number):
    people = {pk: one(pk, **said) for pk, said in enumerate(team)}
    room = sum(max(p.capacity - p.open, 0) for p in people.values() if p.present and p.takes_new)
    given_out = 0
    for _ in range(number):
        choice = next_owner(list(people.values()), Needs())
        if choice is None:
            break
        given_out += 1
        people[choice.candidate.pk] = choice.candidate.given_one(NOON)
    assert given_out == min(number, room)
    shares = [p.open / p.capacity for pk, p in people.items() if p.open > team[pk]["open"]]
    if shares:  # nobody was passed over who was emptier by more than one
        left = [p for pk, p in people.items() if p.has_room]
        assert all(p.open / p.capacity >= max(shares) - max(1 / q.capacity for q in people.values()) for p in left)
