"""Imported handovers become rows that the councils see, without package, and only the latest may be open."""

import datetime

import pytest

from enquiries.intake.services import Intake, Person, receive_enquiry
from enquiries.models import Activity, Enquiry
from enquiries.services import record_activity, record_history
from handover.invariants import state_agrees_with_facts
from handover.models import Handover
from handover.services import adopt_history, answer_handover, open_handover
from hub.errors import Refused
from tests.conftest import moment


@pytest.fixture
def imported(directory, gateshead, newcastle):
    """imported(("handover_sent", "2025-03-01", {...}), …) gives an enquiry with that history."""

    def make(*facts) -> Enquiry:
        enquiry = receive_enquiry(
            intake=Intake("web", moment("2025-01-06 09:00"), [Person("Amina", "Khalid")], postcode="NE8 1AA"),
            acknowledge=False,
        )
        made: list[Activity] = []
        for kind, on, details in facts:
            about = made[details.pop("about")] if "about" in details else None
            made.append(Activity(kind=kind, occurred_at=moment(f"{on} 12:00"), about=about, **details))
        record_history(enquiry=enquiry, facts=made)
        return enquiry

    return make


def adopted(enquiry) -> list[tuple]:
    adopt_history(enquiry=enquiry)
    return [(h.authority.name, h.state) for h in enquiry.handovers.order_by("sent_at")]


def test_sent_and_answered(imported, gateshead, newcastle):
    enquiry = imported(
        ("handover_sent", "2025-02-01", {"authority": newcastle}),
        ("handover_declined", "2025-02-04", {"about": 0}),
        ("handover_sent", "2025-03-01", {"authority": gateshead}),
        ("handover_accepted", "2025-03-04", {"about": 2}),
    )
    assert adopted(enquiry) == [("Newcastle upon Tyne", "declined"), ("Gateshead", "accepted")]
    latest = enquiry.handovers.order_by("sent_at").last()
    assert latest.answered_at.date() == datetime.date(2025, 3, 4) and latest.sent_at.date() == datetime.date(2025, 3, 1)
    assert latest.package == {} and latest.package_sha256 == "" and latest.reference.endswith("-H2")
    assert latest.shows_full_record


def test_running_it_again_changes_nothing(imported, gateshead):
    enquiry = imported(("handover_sent", "2025-02-01", {"authority": gateshead}))
    assert adopted(enquiry) == [("Gateshead", "sent")]
    assert adopt_history(enquiry=enquiry) == [] and Handover.objects.count() == 1


def test_earlier_ones_without_an_answer_count_as_withdrawn(imported, gateshead, newcastle):
    enquiry = imported(
        ("handover_sent", "2025-02-01", {"authority": newcastle}),
        ("handover_accepted", "2025-02-04", {"about": 0}),
        ("handover_sent", "2025-03-01", {"authority": newcastle}),
        ("handover_sent", "2025-04-01", {"authority": gateshead}),
    )
    assert [state for _, state in adopted(enquiry)] == ["withdrawn", "withdrawn", "sent"]
    assert list(state_agrees_with_facts()) == []


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([("decided", "2025-09-01", {"outcome": "approved", "places": 1})], "completed"),
        ([("closed", "2025-09-01", {"reason": "health"})], "completed"),
        ([("application_received", "2025-04-01", {})], "accepted"),
    ],
)
def test_decided_or_closed_is_completed(facts, state, imported, gateshead):
    enquiry = imported(
        ("handover_sent", "2025-03-01", {"authority": gateshead}),
        ("handover_accepted", "2025-03-04", {"about": 0}),
        *facts,
    )  # fmt: skip
    assert adopted(enquiry) == [("Gateshead", state)]


def test_a_missing_answer_is_plain_from_what_followed(imported, gateshead):
    enquiry = imported(
        ("handover_sent", "2025-03-01", {"authority": gateshead}), ("application_received", "2025-04-01", {})
    )
    assert adopted(enquiry) == [("Gateshead", "accepted")]
    assert enquiry.handovers.get().answered_at.date() == datetime.date(2025, 4, 1)


def test_closed_without_an_answer_waits_for_nobody(imported, gateshead):
    enquiry = imported(
        ("handover_sent", "2025-03-01", {"authority": gateshead}), ("closed", "2025-04-01", {"reason": "timing"})
    )
    assert adopted(enquiry) == [("Gateshead", "withdrawn")]


def test_the_council_can_go_on_with_an_imported_one(imported, gateshead, gateshead_worker, sign_in):
    enquiry = imported(("handover_sent", "2025-02-01", {"authority": gateshead}))
    adopt_history(enquiry=enquiry)
    handover = open_handover(handover=enquiry.handovers.get(), by=gateshead_worker)
    assert handover.state == "opened"
    handover = answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
    html = sign_in(gateshead_worker).get(f"/portal/{handover.reference}/").content.decode()
    assert "Amina Khalid" in html and "older than the portal" in html


def test_one_without_handovers_is_left_alone(imported):
    assert adopt_history(enquiry=imported()) == []


def test_on_hold_while_with_the_council_is_no_dead_end(imported, gateshead, gateshead_worker, worker):
    enquiry = imported(
        ("handover_sent", "2025-03-01", {"authority": gateshead}),
        ("hold_started", "2025-03-10", {"until": datetime.date(2030, 1, 1)}),
    )
    adopt_history(enquiry=enquiry)
    handover = enquiry.handovers.get()
    assert open_handover(handover=handover, by=gateshead_worker).state == "sent"  # looking is never refused
    with pytest.raises(Refused, match="while on hold"):
        answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
    record_activity(enquiry=enquiry, kind="hold_ended", by=worker)
    answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
