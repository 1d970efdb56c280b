"""Who asks again joins or is suggested; nobody is blocked, and what was refused does not come back."""

import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from enquiries.casework.services import change_people
from enquiries.duplicates import candidates, services
from enquiries.duplicates.candidates import MOST_OF_A_KEY
from enquiries.duplicates.services import (
    keep_household_keys,
    rebuild_keys,
    refuse_pair,
    suggest_for,
    take_back_refusal,
)
from enquiries.intake.services import Person
from enquiries.models import Activity, DuplicatePair, Enquiry, HouseholdKey
from enquiries.services import record_activity
from hub.errors import Refused
from tests.conftest import moment
from tests.factories import someone

pytestmark = pytest.mark.django_db
BETH = {"email": "beth@example.org", "phone": "+447700900200"}


def pairs():
    return [(pair.first, pair.second) for pair in DuplicatePair.objects.all()]


def test_the_same_person_joins_the_open_enquiry(ask):
    first = ask(**BETH)
    again = ask(**BETH, postcode="NE1 8QH", message="Any news?")
    assert again == first and Enquiry.objects.count() == 1
    assert "Any news?" in first.facts.get(kind="asked_again").note
    assert DuplicatePair.objects.count() == 0


def test_their_partner_joins_too(ask):
    first = ask(**BETH, partner=("Tom", "Ellis"))
    assert ask("Tom", "Ellis", **BETH) == first


@pytest.mark.parametrize("first_name", ["Mary", "Elspeth", "Bethany"])
def test_another_person_with_the_same_mailbox_never_joins(ask, first_name):
    mother, daughter = ask(**BETH), ask(first_name, **BETH)
    assert mother != daughter


def test_a_relative_is_not_even_suggested(ask):
    ask(**BETH)
    ask("Mary", **BETH)
    assert pairs() == []


def test_someone_like_them_is_suggested_with_reasons(ask):
    first, second = ask(**BETH), ask(last="Kirk", **BETH)
    assert pairs() == [(first, second)]
    pair = DuplicatePair.objects.get()
    assert pair.reasons[:2] == ["Same email", "Same telephone"] and "But different last names" in pair.reasons
    assert pair.score >= 0.9


def test_a_closed_enquiry_and_one_of_long_ago_are_not_joined(ask):
    closed = ask(**BETH)
    record_activity(enquiry=closed, kind="closed", by=someone("hub_worker"), reason="timing")
    old = ask("Ann", "Bell", email="ann@example.org", received_at=moment("2024-01-10 10:00"))
    assert ask(**BETH) != closed
    assert ask("Ann", "Bell", email="ann@example.org") != old
    assert len(pairs()) == 2


def test_whoever_asked_again_lately_is_not_of_long_ago(ask):
    first = ask(**BETH, received_at=moment("2025-03-10 10:00"))
    assert ask(**BETH, received_at=moment("2025-12-10 10:00")) == first
    assert ask(**BETH, received_at=moment("2026-11-10 10:00")) == first


def test_an_import_joins_nothing_and_is_suggested_in_one_go(ask):
    first = ask(**BETH)
    past = ask(**BETH, recorder="import", external_id="GOSS-1")
    assert past != first and pairs() == []
    assert suggest_for([past.pk]) == 1
    assert pairs() == [(first, past)]
    assert suggest_for([first.pk, past.pk]) == 1 and len(pairs()) == 1


def test_two_that_ask_at_one_moment_see_each_other(ask, monkeypatch, transactional_db):
    """The first is held between looking and writing; the second waits for it."""
    looked, go_on, came = threading.Event(), threading.Event(), []
    real = services.find_candidates

    def held(household, **about):
        found = real(household, **about)
        if threading.current_thread().name == "first":
            looked.set()
            go_on.wait(10)
        return found

    monkeypatch.setattr(services, "find_candidates", held)

    def come():
        try:
            came.append(ask(**BETH))
        finally:
            connections.close_all()

    first = threading.Thread(target=come, name="first")
    second = threading.Thread(target=come, name="second")
    first.start()
    assert looked.wait(10)
    second.start()
    second.join(0.5)
    assert second.is_alive() and not came
    go_on.set()
    first.join(10)
    second.join(10)
    assert len(came) == 2 and came[0] == came[1] and Enquiry.objects.count() == 1


def test_changed_people_are_looked_for_anew(ask):
    first, other = ask(**BETH), ask("Orla", "Quinn", postcode="SR1 1AA")
    change_people(enquiry=other, by=someone("hub_worker"), people=[Person("Beth", "Ellis", **BETH)], postcode="SR1 1AA")
    assert pairs() == [(first, other)]


def test_refused_is_remembered_with_who_and_when_and_can_be_taken_back(ask, worker, manager):
    first, second = ask(**BETH), ask(last="Kirk", **BETH)
    pair = refuse_pair(pair=DuplicatePair.objects.get(), by=worker)
    assert (pair.state, pair.decided_by) == ("refused", worker) and pair.decided_at
    for enquiry in (first, second):
        keep_household_keys(enquiry)
    suggest_for([first.pk, second.pk])
    assert DuplicatePair.objects.get().state == "refused"
    assert f"Not the same household as {second.reference}." in first.facts.get(kind="note").note
    with pytest.raises(Refused, match="Ruth Worker"):
        refuse_pair(pair=pair, by=manager)
    taken_back = take_back_refusal(pair=pair, by=manager)
    assert (taken_back.state, taken_back.decided_by) == ("suggested", None)


def test_a_key_that_very_many_share_is_read_no_further_than_its_cap(ask, monkeypatch):
    keys = [HouseholdKey(key=services.keys.phone_key("+447700900200"), enquiry=ask("Ann", "Bell")) for _ in range(3)]
    HouseholdKey.objects.bulk_create(keys)
    found = services.find_candidates(services.Household((services.Someone("Zoe", "Hay", phone="+447700900200"),)))
    assert len(found) == 3 < MOST_OF_A_KEY
    with CaptureQueriesContext(connection) as captured:
        services.find_candidates(services.Household((services.Someone("Zoe", "Hay", phone="+447700900200"),)))
    assert len(captured) == 1
    monkeypatch.setattr(candidates, "MOST_OF_A_KEY", 2)
    newest = services.find_candidates(services.Household((services.Someone("Zoe", "Hay", phone="+447700900200"),)))
    assert [one.enquiry_id for one in newest] == sorted((key.enquiry_id for key in keys), reverse=True)[:2]


def test_asking_takes_one_select_one_insert_and_the_taking_of_turns(ask):
    with CaptureQueriesContext(connection) as captured:
        ask("Quiet", "Person")
    about = [query["sql"] for query in captured if "householdkey" in query["sql"] or "advisory" in query["sql"]]
    assert len(about) == 3
    assert not any("duplicatepair" in query["sql"] for query in captured)
    for _ in range(4):
        ask("Busy", "Person", phone="+447700900777", postcode="NE1 8QH")
    with CaptureQueriesContext(connection) as captured:
        ask("Busy", "Person", phone="+447700900777", email="new@example.org")
    assert sum("householdkey" in q["sql"] or "duplicatepair" in q["sql"] for q in captured) <= 3


def test_keys_can_be_made_anew(ask):
    first, second = ask(**BETH), ask("Orla", "Quinn")
    kept = set(HouseholdKey.objects.values_list("key", "enquiry"))
    HouseholdKey.objects.all().delete()
    assert rebuild_keys() == 2 and set(HouseholdKey.objects.values_list("key", "enquiry")) == kept
    HouseholdKey.objects.filter(enquiry=first).delete()
    assert rebuild_keys([second.pk]) == 1 and not HouseholdKey.objects.filter(enquiry=first).exists()


def test_nothing_of_it_stops_an_enquiry(ask):
    for name in ("", "💚", "\u202eevil", "'; drop table", "=1+1", "x" * 254):
        assert ask(name, name, email="", phone="").pk
    assert Activity.objects.filter(kind="received").count() == Enquiry.objects.count()
