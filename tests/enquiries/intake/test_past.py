"""Past enquiries in the database: whole rows, once, as history."""

import csv
import datetime
import io

import pytest
from django.utils import timezone

from enquiries.intake.past import import_past_enquiries
from enquiries.models import Activity, Enquiry
from enquiries.services import keep_state
from enquiries.state import STATE_FIELDS
from hub.errors import Refused
from hub.messages.models import Message
from hub.models import Authority, Membership
from tests.conftest import moment

GOOD = {"external_id": "A-1", "received_at": "2026-03-02T10:15", "email": "anna@example.org"}
WHOLE = {
    **GOOD,
    "channel": "phone", "source": "word_of_mouth", "campaign": "bus-backs", "phone": "07700 900123",
    "first_name": "Anna", "last_name": "Reay", "second_first_name": "Tom", "second_last_name": "Bell",
    "postcode": "ne8 1aa", "first_attempt_at": "2026-03-02T16:00", "first_conversation_at": "2026-03-03T09:00",
    "initial_visit_on": "2026-03-10", "eoi_submitted_on": "2026-03-12", "eoi_authorised_on": "2026-03-12",
    "handover_sent_at": "2026-03-13T10:00", "handover_answer": "accepted", "handover_answered_at": "2026-03-16T11:00",
    "application_received_on": "2026-04-01", "stage1_completed_on": "2026-06-01", "stage2_started_on": "2026-06-02",
    "panel_on": "2026-09-01", "decision": "approved", "decided_on": "2026-09-08", "places": "2",
}  # fmt: skip


def as_csv(*rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, columns)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def take_in(*rows, **options):
    return import_past_enquiries(raw=as_csv(*rows), **options)


def one(**cells):
    """The enquiry that a row gives, with its facts in order as (kind, local date)."""
    outcome = take_in({**GOOD, **cells})
    assert (outcome.imported, outcome.faults) == (1, [])
    enquiry = Enquiry.objects.get(external_id="A-1")
    return enquiry, [(fact.kind, str(fact.occurred_on)[5:]) for fact in enquiry.activities.order_by("pk")]


def test_a_whole_row(directory, gateshead):
    enquiry, facts = one(**WHOLE)
    assert facts == [
        ("received", "03-02"), ("attempt", "03-02"), ("conversation", "03-03"), ("initial_visit", "03-10"),
        ("eoi_submitted", "03-12"), ("eoi_authorised", "03-12"), ("handover_sent", "03-13"),
        ("handover_accepted", "03-16"), ("application_received", "04-01"), ("stage1_completed", "06-01"),
        ("stage2_started", "06-02"), ("panel_held", "09-01"), ("decided", "09-08"),
    ]  # fmt: skip
    assert enquiry.received_at == moment("2026-03-02 10:15")
    assert (enquiry.channel, enquiry.source, enquiry.campaign) == ("phone", "word_of_mouth", "bus-backs")
    assert (enquiry.postcode, enquiry.residence, enquiry.authority) == ("NE8 1AA", gateshead, gateshead)
    assert (enquiry.stage, enquiry.decision, enquiry.places, enquiry.held_by) == ("approved", "approved", 2, gateshead)
    assert (enquiry.clock, enquiry.due_at) == ("", None)
    assert [(a.first_name, a.last_name, a.email, a.phone) for a in enquiry.applicants.all()] == [
        ("Anna", "Reay", "anna@example.org", "+447700900123"), ("Tom", "Bell", "", ""),
    ]  # fmt: skip
    sent, answer = enquiry.activities.get(kind="handover_sent"), enquiry.activities.get(kind="handover_accepted")
    assert (answer.about, sent.authority) == (sent, gateshead)
    assert enquiry.activities.get(kind="conversation").occurred_at == moment("2026-03-03 09:00")
    assert {(fact.recorder, fact.recorded_by) for fact in enquiry.activities.all()} == {("import", None)}


def test_nobody_is_told(directory):
    one(**WHOLE)
    assert not Message.objects.exists()


def test_little_is_enough(directory):
    enquiry, facts = one()
    assert facts == [("received", "03-02")]
    assert (enquiry.channel, enquiry.source, enquiry.stage, enquiry.authority) == ("other", "", "new", None)


@pytest.mark.parametrize(
    ("cells", "authority"),
    [
        ({"handover_authority": "E08000024", "chosen_authority": "E08000021", "postcode": "NE8 1AA"}, "Sunderland"),
        ({"chosen_authority": "E08000021", "postcode": "NE8 1AA"}, "Newcastle upon Tyne"),
        ({"postcode": "NE8 1AA"}, "Gateshead"),
        ({"postcode": "LS1 1AA"}, "Leeds"),  # no member, and where they live all the same
        ({"postcode": "CF10 1AA"}, None),
        ({}, None),
    ],
)
def test_to_whom_a_handover_went(directory, cells, authority):
    enquiry, _ = one(handover_sent_at="2026-04-01", **cells)
    sent = enquiry.activities.get(kind="handover_sent")
    assert (str(sent.authority) if sent.authority else None) == authority
    assert enquiry.stage == "handed_over"


def test_a_former_member_is_known(directory):
    leeds = Authority.objects.get(name="Leeds")
    Membership.objects.create(authority=leeds, starts_on=datetime.date(2023, 9, 1), ends_on=datetime.date(2024, 3, 31))
    enquiry, _ = one(chosen_authority="e08000035")
    assert enquiry.chosen_authority == leeds


@pytest.mark.parametrize(
    ("cells", "facts", "held"),
    [
        ({}, [("hold_started", "04-01")], True),
        ({"hold_until": "2026-05-01"}, [("hold_started", "04-01"), ("hold_ended", "05-01")], False),
        ({"hold_until": "2026-04-01"}, [("hold_started", "04-01"), ("hold_ended", "04-01")], False),
        ({"hold_until": "2026-11-20"}, [("hold_started", "04-01"), ("hold_ended", "11-20")], False),
        ({"hold_until": "2026-11-21"}, [("hold_started", "04-01")], True),
    ],
)
def test_holds(directory, time_machine, cells, facts, held):
    time_machine.move_to(moment("2026-11-20 12:00"), tick=False)
    enquiry, all_facts = one(hold_from="2026-04-01", **cells)
    assert all_facts[1:] == facts
    assert enquiry.on_hold is held
    if held and "hold_until" in cells:
        assert str(enquiry.hold_until) == cells["hold_until"] and enquiry.clock == "hold"


ENDINGS = [
    ({"closed_on": "2026-05-01"}, "closed", "no_reason", ""),
    ({"closed_on": "2026-05-01", "closed_reason": "duplicate"}, "closed", "duplicate", ""),
    ({"decision": "not_approved", "decided_on": "2026-05-01"}, "closed", "", "not_approved"),
    (
        {"decision": "not_approved", "decided_on": "2026-05-01", "closed_on": "2026-05-01", "closed_reason": "checks"},
        "closed", "checks", "not_approved",
    ),
    (
        {"decision": "approved", "decided_on": "2026-05-01", "closed_on": "2026-05-02", "closed_reason": "work"},
        "closed", "work", "approved",
    ),
    (
        {"decision": "approved", "decided_on": "2026-05-01", "closed_on": "2026-05-01", "closed_reason": "test"},
        "closed", "test", "approved",
    ),
    ({"decision": "approved", "decided_on": "2026-05-02", "closed_on": "2026-05-01"}, "approved", "", "approved"),
    (
        {"decision": "not_approved", "decided_on": "2026-05-02", "closed_on": "2026-05-01", "closed_reason": "kinship"},
        "closed", "", "not_approved",
    ),
    ({"decision": "approved", "decided_on": "2026-05-01", "places": "0"}, "approved", "", "approved"),
    ({"hold_from": "2026-04-01", "closed_on": "2026-05-01", "closed_reason": "timing"}, "closed", "timing", ""),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "stage", "reason", "decision"), ENDINGS)
@pytest.mark.parametrize("before", [{}, {"handover_sent_at": "2026-04-01"}, {"application_received_on": "2026-04-02"}])
def test_every_ending_comes_in(directory, before, cells, stage, reason, decision):
    enquiry, _ = one(**before, **cells)
    assert (enquiry.stage, enquiry.closed_reason, enquiry.decision) == (stage, reason, decision)
    assert not enquiry.on_hold and enquiry.due_at is None


def test_a_closing_is_from_the_stage_of_its_day(directory):
    enquiry, _ = one(first_conversation_at="2026-03-03", closed_on="2026-04-01", application_received_on="2026-05-01")
    assert (enquiry.stage, enquiry.closed_from) == ("closed", "in_touch")


def test_state_kept_is_state_rebuilt(directory):
    for number, (cells, *_rest) in enumerate(ENDINGS):
        take_in({**GOOD, "external_id": f"B-{number}", **cells})
    take_in({**WHOLE, "external_id": "C"})
    for enquiry in Enquiry.objects.all():
        kept = [getattr(enquiry, name) for name in STATE_FIELDS]
        assert [getattr(keep_state(enquiry), name) for name in STATE_FIELDS] == kept


def test_a_date_before_the_enquiry_is_imported_and_named(directory):
    outcome = take_in({**GOOD, "initial_visit_on": "2026-02-28", "first_attempt_at": "2026-03-02T00:05"})
    assert outcome.imported == 1
    assert [(early.row, early.column) for early in outcome.before_received] == [(2, "initial_visit_on")]


def test_the_same_file_again_imports_nothing(directory):
    rows = [GOOD, {**GOOD, "external_id": "A-2", "email": ""}, {**GOOD, "external_id": "A-3"}]
    first, again = take_in(*rows), take_in(*rows)
    assert (first.imported, len(first.bad), again.imported, len(again.bad)) == (2, 1, 0, 1)
    assert [row.number for row in again.already_there] == [2, 4]
    assert Activity.objects.count() == 2


def test_the_first_good_row_of_an_id_counts(directory):
    bad, good, late = {"email": "none"}, {"first_name": "Good"}, {"first_name": "Late"}
    outcome = take_in(*({**GOOD, **cells} for cells in (bad, good, late)))
    assert outcome.imported == 1
    assert [row.number for row in outcome.bad] == [2] and [row.number for row in outcome.already_there] == [4]
    assert Enquiry.objects.get().applicants.get().first_name == "Good"


def test_ids_differ_by_case(directory):
    assert take_in(GOOD, {**GOOD, "external_id": "a-1"}).imported == 2


def test_the_same_people_twice_are_two_enquiries(directory):
    assert take_in(GOOD, {**GOOD, "external_id": "A-2"}).imported == 2


def test_a_dry_run_writes_nothing(directory):
    outcome = take_in(GOOD, {**GOOD, "external_id": ""}, dry_run=True)
    assert (outcome.imported, len(outcome.bad), Enquiry.objects.count()) == (1, 1, 0)


def test_a_dry_run_says_truly_what_would_be_open_and_late(directory, gateshead):
    long_ago, now = {"received_at": "2024-03-04"}, timezone.now()
    rows = [
        {**GOOD, **long_ago},
        {**GOOD, "received_at": f"{now:%Y-%m-%dT%H:%M}"},  # in time
        {**GOOD, **long_ago, "closed_on": "2024-04-01"},
        {**GOOD, **long_ago, "hold_from": "2024-04-01", "hold_until": f"{now.year + 1}-01-01"},
        {**GOOD, **long_ago, "postcode": "NE8 1AA", "handover_sent_at": "2024-04-02"},
        {**GOOD, **long_ago, "application_received_on": "2024-04-02", "decision": "not_approved",
         "decided_on": "2024-05-01"},
        {**WHOLE}, {**GOOD, "closed_on": "never"},
    ]  # fmt: skip
    rows = [{**row, "external_id": f"A-{number}"} for number, row in enumerate(rows)]
    tried = take_in(*rows, dry_run=True)
    take_in(*rows)
    assert (tried.imported, tried.still_open, tried.late_at_once) == (7, 4, 2)
    assert tried.still_open == Enquiry.objects.open().count()
    assert tried.late_at_once == Enquiry.objects.overdue(timezone.now()).count()


def test_a_row_that_fails_leaves_nothing_and_stops_nothing(directory):
    def fails_for_two(enquiry):
        if enquiry.external_id == "A-2":
            raise Refused("no")

    outcome = take_in(*({**WHOLE, "external_id": name} for name in ("A-1", "A-2", "A-3")), after_each=fails_for_two)
    assert outcome.imported == 2
    assert [(fault.row, fault.external_id) for fault in outcome.faults] == [(3, "A-2")]
    assert set(Enquiry.objects.values_list("external_id", flat=True)) == {"A-1", "A-3"}


def test_a_row_that_somebody_else_imports_meanwhile(directory):
    def another_import(enquiry):
        if enquiry.external_id == "A-1":
            Enquiry.objects.create(
                reference="BBBB-2222", external_id="A-2", channel="web", received_at=moment("2026-03-02 10:15")
            )

    outcome = take_in(GOOD, {**GOOD, "external_id": "A-2"}, after_each=another_import)
    assert (outcome.imported, len(outcome.already_there), outcome.bad) == (1, 1, [])


def test_a_record_is_one_row_however_many_lines_it_fills(directory):
    noted = {**GOOD, "notes": "rang\r\ntwice\n\nand again"}
    outcome = take_in(noted, {**noted, "external_id": "A-2", "email": "none"})
    assert [fault.row for fault in outcome.faults] == [3]
    assert outcome.unknown_columns == ["notes"]


def test_no_such_file_imports_nothing(directory):
    with pytest.raises(Refused):
        import_past_enquiries(raw=as_csv(GOOD) + b'"')
    assert not Enquiry.objects.exists()


def test_a_year_nobody_lived_in(directory):
    """A slip of the pen in the year is a date like any other; clocks and calendar must bear it."""
    enquiry, _ = one(received_at="0001-01-01T00:05", first_conversation_at="0020-05-06", hold_from="0026-05-06")
    assert enquiry.on_hold
