"""What is missing, impossible or contradictory, by who can mend it."""

import datetime

import pytest
from django.urls import reverse

from enquiries.models import Activity, DuplicatePair, Enquiry
from enquiries.services import record_activity
from reporting.returns import drafting
from reporting.returns.findings import MANAGER, count_of, findings_of
from tests.conftest import moment
from tests.reporting.returns.kit import SEPTEMBER

pytestmark = pytest.mark.django_db


def past(enquiry, kind: str, on: str, **details) -> Activity:
    """A fact as an import writes it, with gaps and jumps."""
    return Activity.objects.create(
        enquiry=enquiry, kind=kind, occurred_at=moment(f"{on} 10:00"), recorder="import", **details
    )


def found(manager, period=SEPTEMBER) -> dict[str, list[tuple[str, str]]]:
    """By code: who can mend it, and the reference."""
    ret = drafting.draft_return(period=period, by=manager)
    result: dict[str, list[tuple[str, str]]] = {}
    for mender in findings_of(ret=ret, user=manager):
        for finding in mender.findings:
            result.setdefault(finding.code, []).extend((mender.name, reference) for reference in finding.references)
    return result


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("visit_without_conversation", [("initial_visit", "2026-09-20", {})]),
        ("eoi_authorised_never_submitted", [("eoi_authorised", "2026-09-20", {})]),
        ("referral_without_eoi", [("handover_sent", "2026-09-20", {})]),
        ("application_without_referral", [("application_received", "2026-09-20", {})]),
        ("refusal_without_application", [("decided", "2026-09-20", {"outcome": "not_approved"})]),
        ("approval_without_application", [("decided", "2026-09-20", {"outcome": "approved", "places": 1})]),
        ("approval_without_places", [("decided", "2026-09-20", {"outcome": "approved"})]),
        ("places_impossible", [("decided", "2026-09-20", {"outcome": "approved", "places": 40})]),
        ("closed_for_no_known_reason", [("closed", "2026-09-20", {"reason": "no_reason"})]),
        ("future_fact", [("conversation", "2027-09-20", {})]),
        ("fact_before_received", [("attempt", "1900-01-01", {})]),
    ],
)
def test_each_fault_is_found_and_the_manager_mends_what_nobody_owns(manager, enquiry, code, facts):
    assert code not in found(manager)
    for kind, on, details in facts:
        past(enquiry, kind, on, **details)
    assert found(manager)[code] == [(MANAGER, enquiry.reference)]


@pytest.mark.parametrize(
    ("code", "kinds", "silent_for"),
    [
        ("referral_unanswered", ["handover_sent"], 31),
        ("accepted_and_silent", ["handover_sent", "handover_accepted"], 92),
        ("assessment_and_silent", ["handover_sent", "handover_accepted", "application_received"], 244),
    ],
)
def test_what_has_been_silent_for_long_and_not_a_day_less(manager, make_enquiry, code, kinds, silent_for):
    enquiry = make_enquiry(received_at=moment("2025-06-02 11:00"))
    on = SEPTEMBER.last - datetime.timedelta(days=silent_for)
    for kind in kinds:
        sent = enquiry.activities.filter(kind="handover_sent").first()
        past(enquiry, kind, str(on), about=sent if kind == "handover_accepted" else None)
    assert [reference for _, reference in found(manager).get(code, [])] == [enquiry.reference]
    past(enquiry, "attempt", str(on + datetime.timedelta(days=1)))
    assert code not in found(manager)


def test_received_long_ago(manager, make_enquiry):
    old = make_enquiry(received_at=moment("1900-01-01 10:00"))
    assert found(manager)["received_long_ago"] == [(MANAGER, old.reference)]


def test_a_household_of_no_council(manager, make_enquiry):
    nobodys = make_enquiry(received_at=moment("2026-09-12 10:00"), postcode="LS1 1AA")
    assert found(manager)["no_council"] == [(MANAGER, nobodys.reference)]


def test_a_colleague_mends_their_own(manager, worker, enquiry):
    Enquiry.objects.filter(pk=enquiry.pk).update(owner=worker)
    past(enquiry, "initial_visit", "2026-09-20")
    assert found(manager)["visit_without_conversation"] == [("Ruth Worker", enquiry.reference)]


def test_a_council_mends_its_milestones_and_the_hub_the_rest(manager, gateshead, enquiry):
    Enquiry.objects.filter(pk=enquiry.pk).update(held_by=gateshead)
    past(enquiry, "initial_visit", "2026-09-20")
    past(enquiry, "decided", "2026-09-25", outcome="approved")
    said = found(manager)
    assert said["approval_without_places"] == [("Gateshead", enquiry.reference)]
    assert said["visit_without_conversation"] == [(MANAGER, enquiry.reference)]


def test_a_household_that_may_be_counted_twice(manager, enquiry, make_enquiry):
    other = make_enquiry(received_at=moment("2026-09-12 11:00"))
    DuplicatePair.objects.get_or_create(first=enquiry, second=other, defaults={"score": 0.9})
    assert found(manager)["may_be_twice"] == [(MANAGER, other.reference)]


def test_a_month_with_no_facts_has_nothing_to_mend(manager, authorities):
    assert found(manager) == {}


def test_the_page_is_bounded_and_the_rest_is_a_click_away(
    manager, sign_in, make_enquiry, django_assert_max_num_queries
):
    references = []
    for _ in range(12):
        enquiry = make_enquiry(received_at=moment("2026-09-10 11:00"))
        past(enquiry, "initial_visit", "2026-09-20")
        references.append(enquiry.reference)
    DuplicatePair.objects.all().delete()
    ret = drafting.draft_return(period=SEPTEMBER, by=manager)
    menders = findings_of(ret=ret, user=manager)
    assert count_of(menders) == 12
    client = sign_in(manager)
    client.get(reverse("return_page", args=[SEPTEMBER]))
    with django_assert_max_num_queries(36):
        shown = client.get(reverse("return_page", args=[SEPTEMBER])).content.decode()
    assert sum(reference in shown for reference in references) == 10 and "And 2 more" in shown
    whole = client.get(reverse("return_check", args=[SEPTEMBER]), {"who": menders[0].slug}).content.decode()
    assert all(reference in whole for reference in references)
    assert client.get(reverse("return_check", args=[SEPTEMBER]), {"who": "nobody"}).status_code == 302


def test_mended_and_refreshed_it_is_gone(manager, worker, enquiry, in_october):
    past(enquiry, "initial_visit", "2026-09-20")
    assert "visit_without_conversation" in found(manager)
    in_october.shift(60)
    record_activity(
        enquiry=enquiry, kind="conversation", by=worker, channel="visit", occurred_at=moment("2026-09-20 10:00")
    )
    assert found(manager) == {}
