"""The rules of routing, one after the other; whatever is asked, they answer with a member of today or nobody."""

import datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.models import Enquiry, RoutingDecision
from enquiries.routing import RULES, Asked, decide, route, routings
from enquiries.services import reroute_enquiry
from hub.models import Authority, Membership
from tests.factories import make_enquiry as make

# An authority as far as the rules look at it: equal where it is the same.
PLACES = [SimpleNamespace(pk=number) for number in range(5)]
places = st.none() | st.sampled_from(PLACES)
asked = st.builds(
    Asked,
    postcode=st.text(max_size=10),
    residence=places,
    chosen=places,
    never=places,
    members=st.frozensets(st.integers(0, 4)),
)


@given(asked)
def test_never_fails_and_gives_a_member_of_today_or_nobody(asked):
    routing = decide(asked)
    assert routing.authority is None or routing.authority.pk in asked.members
    assert routing.authority is None or routing.authority != asked.never
    assert 0 < len(routing.explanation) <= 254
    assert routing.residence == asked.residence


@given(asked)
def test_the_first_rule_that_fits_decides(asked):
    fitting = [rule.code for rule in RULES if rule.fits(asked)]
    assert decide(asked).rule == fitting[0]
    assert fitting[-1] == "no_postcode"  # which always fits


@pytest.mark.parametrize(
    ("postcode", "chosen", "never", "rule", "council"),
    [
        ("NE8 1AA", "Newcastle upon Tyne", None, "chosen", "Newcastle upon Tyne"),
        ("NE8 1AA", "Leeds", None, "residence", "Gateshead"),
        ("NE8 1AA", None, "Gateshead", "conflict", None),
        ("NE8 1AA", "Newcastle upon Tyne", "Gateshead", "chosen", "Newcastle upon Tyne"),
        ("NE8 1AA", "Newcastle upon Tyne", "Newcastle upon Tyne", "residence", "Gateshead"),
        ("NE8 1AA", None, "Sunderland", "residence", "Gateshead"),
        ("ne81aa", None, None, "residence", "Gateshead"),
        ("LS1 1AA", None, None, "out_of_region", None),
        ("LS1 1AA", None, "Leeds", "conflict", None),
        ("NE99 9ZZ", None, None, "unknown_postcode", None),
        ("EH1 1AA", None, None, "unknown_postcode", None),
        ("", "Sunderland", None, "chosen", "Sunderland"),
        ("", None, "Sunderland", "no_postcode", None),
    ],
)
def test_each_rule(directory, authorities, postcode, chosen, never, rule, council):
    routing = route(postcode=postcode, chosen=authorities.get(chosen), never=authorities.get(never))
    assert (routing.rule, routing.authority) == (rule, authorities.get(council))
    assert routing.directory == directory
    one = Enquiry(postcode=postcode, chosen_authority=authorities.get(chosen), not_authority=authorities.get(never))
    assert [routing for _enquiry, routing in routings([one])] == [routing]


def test_a_council_that_left_is_no_longer_given(directory, gateshead):
    Membership.objects.filter(authority=gateshead).update(ends_on=datetime.date(2026, 1, 31))
    assert route(postcode="NE8 1AA").rule == "out_of_region"


def test_every_decision_is_kept_and_the_timeline_is_told_of_differences(directory, gateshead):
    enquiry = make()
    reroute_enquiry(enquiry=enquiry)
    assert enquiry.activities.filter(kind="routed").count() == 0
    assert list(enquiry.routing.values_list("rule", "directory__vintage")) == [("residence", directory.vintage)] * 2
    Enquiry.objects.filter(pk=enquiry.pk).update(postcode="LS1 1AA")
    enquiry.refresh_from_db()
    reroute_enquiry(enquiry=enquiry)
    assert enquiry.authority_id is None and str(enquiry.residence) == "Leeds"
    assert enquiry.activities.get(kind="routed").note.startswith("Their postcode is in Leeds")


def test_the_council_of_whoever_moves_after_the_handover_stays(directory, gateshead):
    enquiry = make("with_authority")
    Enquiry.objects.filter(pk=enquiry.pk).update(postcode="SR1 1AA")
    decision = reroute_enquiry(enquiry=enquiry)
    assert (enquiry.authority_id, str(enquiry.residence)) == (gateshead.pk, "Sunderland")
    assert (decision.rule, decision.authority) == ("not_with_us", gateshead)


def test_a_decision_cannot_be_changed(directory):
    from django.db import DatabaseError, transaction

    make()
    with pytest.raises(DatabaseError), transaction.atomic():
        RoutingDecision.objects.update(rule="chosen")


def test_many_are_decided_in_few_queries(directory, django_assert_num_queries):
    some = [Enquiry(postcode=f"NE8 {n % 10}AA") for n in range(50)]
    list(routings(some))  # what is configured is kept
    with django_assert_num_queries(2):
        assert len(list(routings(some))) == 50
    assert Authority.objects.count() == 4
