"""Sharing out, moving a whole caseload, and who covers."""

import datetime
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enquiries.assignment import services
from enquiries.assignment.absences import record_absence, remove_absence
from enquiries.assignment.services import move_caseload, set_caseload, share_out_new, share_out_now, shares_of
from enquiries.casework.services import change_safe_contact
from enquiries.models import Absence, Caseload, Enquiry
from enquiries.services import assign_enquiry, record_activity
from hub.errors import Refused
from hub.health import Heartbeat
from hub.models import Hub
from hub.working_time import today
from tests.factories import make_enquiry as make


def day(offset: int) -> datetime.date:
    return today() + datetime.timedelta(days=offset)


def caseload(person, manager, **changes) -> Caseload:
    said = {"capacity": 60, "takes_new": True, "languages": [], "interests": [], "councils": [], **changes}
    return set_caseload(person=person, by=manager, **said)


def test_new_enquiries_get_an_owner_where_the_hub_shares_out_and_the_timeline_says_why(
    make_enquiry, worker, colleague, manager
):
    caseload(colleague, manager, languages=["Polish"], capacity=40)
    first, second = make_enquiry(), make_enquiry()
    change_safe_contact(enquiry=first, by=manager, language="Polish")
    assert share_out_new() == 0 and Enquiry.objects.unassigned().count() == 2
    Hub.objects.update(shares_out=True)
    assert share_out_new() == 2 and share_out_new() == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.owner, second.owner) == (colleague, worker)  # the manager is given nobody new
    fact = first.activities.get(kind="assigned")
    assert (fact.who, fact.note) == ("the system", "Now with Priya Colleague, by rotation: speaks Polish, 0 of 40")
    assert Heartbeat.objects.filter(job="share_out").exists()


def test_the_sweep_asks_for_no_household_where_nobody_waits_or_nobody_has_room(make_enquiry, worker):
    Hub.objects.update(shares_out=True)
    with CaptureQueriesContext(connection) as asked:
        assert share_out_new() == 0
    assert not any("COUNT(" in one["sql"] for one in asked.captured_queries)  # how much everybody has
    make_enquiry()
    Caseload.objects.create(person=worker, takes_new=False)
    with CaptureQueriesContext(connection) as asked:
        assert share_out_new() == 0
    assert not any("safecontact" in one["sql"] for one in asked.captured_queries)  # what they need


def test_those_without_a_council_stay_with_whoever_looks_after_those(make_enquiry, worker):
    Hub.objects.update(shares_out=True)
    make_enquiry(postcode="LS1 1AA")
    assert share_out_new() == 0


def test_nobody_is_given_more_than_they_can_look_after(make_enquiry, worker, manager):
    caseload(worker, manager, capacity=1)
    for _ in range(3):
        make_enquiry()
    shared = share_out_now(by=manager)
    assert (shared.count, shared.left) == (1, 2)
    assert Enquiry.objects.unassigned().count() == 2


def test_only_a_manager_shares_out_moves_and_sets_caseloads(make_enquiry, worker, colleague):
    for attempt in (
        lambda: share_out_now(by=worker),
        lambda: move_caseload(person=colleague, by=worker),
        lambda: caseload(colleague, worker),
        lambda: record_absence(person=colleague, by=worker, starts_on=day(1), ends_on=day(2)),
    ):
        with pytest.raises(Refused, match="manager"):
            attempt()


def test_everything_of_one_person_goes_by_rotation_as_the_page_said_before(
    make_enquiry, worker, colleague, third, manager
):
    for _ in range(4):
        assign_enquiry(enquiry=make_enquiry(), to=worker, by=manager)
    ended = make_enquiry()
    assign_enquiry(enquiry=ended, to=worker, by=manager)
    record_activity(enquiry=ended, kind="closed", by=worker, reason="timing")
    planned = shares_of(worker)
    moved = move_caseload(person=worker, by=manager)
    assert moved.given == planned.given == {"Priya Colleague": 2, "Callum Third": 2} and moved.left == 0
    assert list(Enquiry.objects.filter(owner=worker)) == [ended]  # what is over stays where it was
    fact = Enquiry.objects.owned_by(third).first().activities.filter(kind="assigned").last()
    assert fact.recorded_by == manager and fact.note.startswith("Now with Callum Third, moved from Ruth Worker, by rot")


def test_to_one_person_everything_goes_however_full(make_enquiry, worker, colleague, manager):
    caseload(colleague, manager, capacity=1)
    for _ in range(3):
        assign_enquiry(enquiry=make_enquiry(), to=worker, by=manager)
    assert move_caseload(person=worker, by=manager, to=colleague).given == {"Priya Colleague": 3}
    assert Enquiry.objects.owned_by(colleague).count() == 3
    with pytest.raises(Refused, match="another person"):
        move_caseload(person=colleague, by=manager, to=colleague)


def test_what_somebody_took_on_meanwhile_is_left_alone(make_enquiry, worker, colleague, manager):
    enquiry = make_enquiry()
    assign_enquiry(enquiry=enquiry, to=colleague, by=colleague)
    assert not services._given(enquiry.pk, worker, "by rotation", by=None, of=None)
    enquiry.refresh_from_db()
    assert enquiry.owner == colleague


def test_the_product_gives_away_only_what_nobody_owns(make_enquiry, worker, colleague):
    enquiry = make_enquiry()
    assign_enquiry(enquiry=enquiry, to=colleague, by=colleague)
    with pytest.raises(Refused, match="owns"):
        assign_enquiry(enquiry=enquiry, to=worker, by=None)


@pytest.mark.django_db(transaction=True)
def test_two_who_share_out_at_once_give_each_enquiry_once(directory, hub, worker, manager):
    for _ in range(4):
        make()
    said, gate = [], threading.Barrier(2)

    def share() -> None:
        gate.wait(timeout=10)
        try:
            said.append(share_out_now(by=manager).count)
        except Refused as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=share) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    # Whoever came second was told to look again, or found nothing left to do.
    assert 4 in said and (services.BUSY in said or 0 in said)
    assert [e.activities.filter(kind="assigned").count() for e in Enquiry.objects.all()] == [1, 1, 1, 1]


# --- away, and covered ---


def test_whoever_covers_sees_the_list_of_whoever_is_away_on_those_days_alone(
    make_enquiry, worker, colleague, manager, at
):
    at("2026-03-05 10:00")
    enquiry = make_enquiry()
    assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    record_absence(person=worker, by=worker, starts_on=day(0), ends_on=day(1), cover=colleague)
    assert Enquiry.objects.covered_by(colleague).get() == enquiry
    assert Enquiry.objects.looked_after_by(colleague).get() == enquiry
    assert not Enquiry.objects.covered_by(manager).exists()
    at("2026-03-07 10:00")
    assert not Enquiry.objects.covered_by(colleague).exists()
    assert Enquiry.objects.looked_after_by(worker).get() == enquiry


def test_nobody_who_is_away_is_given_anybody(make_enquiry, worker, colleague, manager):
    record_absence(person=worker, by=manager, starts_on=day(0), ends_on=day(3))
    make_enquiry()
    assert share_out_now(by=manager).given == {"Priya Colleague": 1}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": 2, "ends_on": 1}, "last day must be"),
        ({"starts_on": -5, "ends_on": -1}, "past"),
        ({"starts_on": 4, "ends_on": 9}, "is away from .* already"),
        ({"starts_on": 20, "ends_on": 21, "cover": "worker"}, "somebody else to cover"),
        ({"starts_on": 20, "ends_on": 21, "cover": "data_officer"}, "looks after no enquiries"),
        ({"starts_on": 11, "ends_on": 14, "cover": "third"}, "Callum Third is away on"),
        ({"starts_on": 30, "ends_on": 31}, "covers for Callum Third"),
    ],
)
def test_an_absence_that_cannot_be(changes, words, worker, colleague, third, manager, data_officer, request, at):
    record_absence(person=worker, by=worker, starts_on=day(3), ends_on=day(5), cover=colleague)
    record_absence(person=third, by=third, starts_on=day(12), ends_on=day(12))
    record_absence(person=third, by=third, starts_on=day(30), ends_on=day(32), cover=worker)
    said = {name: day(value) for name, value in changes.items() if name != "cover"}
    if "cover" in changes:
        said["cover"] = request.getfixturevalue(changes["cover"])
    with pytest.raises(Refused, match=words):
        record_absence(person=worker, by=worker, **said)
    assert Absence.objects.count() == 3


def test_one_who_is_back_early(worker, colleague, manager, at):
    at("2026-03-05 10:00")
    absence = record_absence(person=worker, by=worker, starts_on=day(0), ends_on=day(9), cover=colleague)
    with pytest.raises(Refused, match="manager"):
        remove_absence(absence=absence, by=colleague)
    at("2026-03-09 10:00")
    remove_absence(absence=absence, by=manager)
    assert Absence.objects.get().ends_on == datetime.date(2026, 3, 8) and not Absence.objects.on(today()).exists()
    later = record_absence(person=worker, by=worker, starts_on=day(10), ends_on=day(12))
    remove_absence(absence=later, by=worker)
    assert Absence.objects.count() == 1
