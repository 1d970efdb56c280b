"""Whatever a council's system sends: it is taken whole or refused with a reason, and never a fault of ours."""

import json
from contextlib import suppress

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiries.models import Enquiry
from hub.api.problems import Problem
from hub.api.reading import DEEPEST, LARGEST, read_json

from .conftest import body

STABLE = settings(
    max_examples=40, derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
ANYTHING = st.text(max_size=120)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANYTHING,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANYTHING, inner, max_size=4),
    max_leaves=12,
)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"first_name": ANYTHING, "email": st.emails() | ANYTHING},
        optional={"last_name": ANYTHING, "phone": st.from_regex(r"\+44 ?1632 ?960 ?[0-9]{3}") | ANYTHING},
    ),
    min_size=1,
    max_size=2,
)
SAID = st.fixed_dictionaries(
    {"applicants": PEOPLE},
    optional={
        "message": ANYTHING,
        "postcode": st.sampled_from(["NE8 1AA", "ne18qh", "EH1 1AA", "ZZ99 9ZZ"]) | ANYTHING,
        "external_reference": ANYTHING,
        "safe_contact": st.fixed_dictionaries({}, optional={"notes": ANYTHING, "by_phone": st.booleans() | ANYTHING}),
    },
)


@pytest.fixture
def ask(caller, monkeypatch):
    """ask(what) gives the answer, and undoes what it did."""
    monkeypatch.setattr(django_settings, "API_CALLS_A_MINUTE", 1_000_000)

    def once(sent, seen=lambda answer: None):
        with transaction.atomic():
            answer = caller.post(sent)
            seen(answer)
            transaction.set_rollback(True)
        return answer

    return once


def test_people_are_taken_whole_or_refused_with_a_reason(ask):
    answered = set()

    @STABLE
    @given(said=SAID)
    def check(said):
        def seen(answer):
            answered.add(answer.status_code)
            if answer.status_code == 201:
                enquiry = Enquiry.objects.get()
                assert enquiry.reference == answer.json()["reference"]
                assert enquiry.applicants.count() == len(said["applicants"])
                assert enquiry.activities.filter(kind="received").exists()
            else:
                assert answer.status_code in (400, 422), answer.content
                assert answer.json()["errors"] and not Enquiry.objects.exists()

        ask(body(**said), seen)

    check()
    assert answered >= {201, 422}


def test_any_json_at_all(ask):
    @STABLE
    @given(sent=JSON)
    def check(sent):
        answer = ask(json.dumps(sent))
        assert answer.status_code in (400, 422) and answer.json()["detail"]

    check()


def test_any_value_in_any_place(ask):
    @STABLE
    @given(name=st.sampled_from([*sorted(body()), "source", "interests", "chosen_authority"]), value=JSON)
    def check(name, value):
        answer = ask(json.dumps(body(**{name: value})))
        assert answer.status_code in (201, 400, 422) and answer["Content-Type"].endswith("json")

    check()


def test_any_bytes_at_all(ask):
    @STABLE
    @given(sent=st.binary(max_size=200))
    def check(sent):
        assert ask(sent).status_code in (400, 422)

    check()


@settings(derandomize=True, deadline=None, database=None, max_examples=200)
@given(value=JSON)
def test_what_is_read_is_what_was_written(value):
    """Or a problem says why not: no third way."""
    with suppress(Problem):
        assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize("depth", [DEEPEST, DEEPEST + 1, 100, 900, 1100, LARGEST // 2 - 1])
def test_depth(depth):
    nested = b"[" * depth + b"]" * depth
    if depth <= DEEPEST:
        read_json(nested)
    else:
        with pytest.raises(Problem, match="deep"):
            read_json(nested)


def test_the_time_of_now_is_never_in_the_future(caller):
    for _ in range(3):
        assert caller.post(body(received_at=timezone.now().isoformat())).status_code == 201
