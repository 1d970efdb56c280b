"""Every rule of docs/importing.md about cells and rows, one by one."""

import datetime

import pytest

from enquiries.intake.past_file import read_table
from enquiries.intake.past_rows import COLUMNS, RowReader
from hub.errors import Refused

TODAY = datetime.date(2026, 11, 20)
GATESHEAD, NEWCASTLE = "E08000037", "E08000021"
GOOD = {"external_id": "A-1", "received_at": "2026-03-02T10:15", "email": "anna@example.org"}
HANDOVER = {"handover_sent_at": "2026-04-01T10:00"}


def read(**cells):
    cells = {**GOOD, **cells}
    reader = RowReader(list(cells), {GATESHEAD: "Gateshead", NEWCASTLE: "Newcastle"}, TODAY)
    return reader.read(2, list(cells.values()))


def value(column, cell, **others):
    row = read(**{**others, column: cell})
    assert row.faults == []
    return row.values.get(column)


def faults(**cells):
    return [(fault.column, fault.reason) for fault in read(**cells).faults]


def utc(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-03-02T10:15", "2026-03-02T10:15"),
        ("2026-03-02T10:15:59", "2026-03-02T10:15:59"),
        ("2026-07-02T10:15", "2026-07-02T09:15"),  # summer time
        ("2026-07-02T10:15Z", "2026-07-02T10:15"),
        ("2026-07-02T10:15:00+01:00", "2026-07-02T09:15"),
        ("2026-07-02T10:15-0530", "2026-07-02T15:45"),
        ("02/07/2026 10:15", "2026-07-02T09:15"),
        ("2026-07-02", "2026-07-01T23:00"),  # a date is 00:00 of that day
        ("02/07/2026", "2026-07-01T23:00"),
        ("2024-02-29T09:30", "2024-02-29T09:30"),
        ("29/02/2024", "2024-02-29T00:00"),
        ("2026-03-29T01:30", "2026-03-29T01:30"),  # the clocks skipped it: the offset before the change
        ("2026-10-25T01:30", "2026-10-25T00:30"),  # it happened twice: the first
        ("2026-10-25T01:30+00:00", "2026-10-25T01:30"),
        ("\u00a0 2026-03-02T10:15\u202f ", "2026-03-02T10:15"),
        ("0001-01-01", "0001-01-01T00:01:15"),  # a slip of the pen, and a date that the calendar has
    ],
)
def test_moments(cell, moment):
    assert value("received_at", cell) == utc(moment)


@pytest.mark.parametrize(
    "cell",
    [
        "2025-02-29T09:30", "2026-09-31T10:00", "2026-04-12T25:10", "2026-06-10T11:75", "2026-06-10T24:00",
        "2026-03-02 10:15", "2026-03-02T10", "2026-03-02T", "2026-3-2T10:15", "20260302T1015", "02/03/26",
        "02/03/2026 10:15:00", "02/03/2026T10:15", "2026-03-02T10:15+25:00", "2026-03-02T10:15+01:75", "46022",
        "March 2026", "0001-01-01T00:00+05:00", "0001-01-01T00:00:00Z", "٢٠٢٦-٠٣-٠٢", "1/3/2026",
    ],
)  # fmt: skip
def test_what_is_not_a_moment(cell):
    assert [column for column, _ in faults(received_at=cell)] == ["received_at"]


@pytest.mark.parametrize(("cell", "date"), [("2024-02-29", (2024, 2, 29)), ("\u00a005/06/2026", (2026, 6, 5))])
def test_dates(cell, date):
    assert value("initial_visit_on", cell) == datetime.date(*date)


@pytest.mark.parametrize("cell", ["2025-02-29", "30/02/2026", "09/23/2026", "2026-03-02T10:15", "TBC", "?", "46022"])
def test_what_is_not_a_date(cell):
    assert [column for column, _ in faults(initial_visit_on=cell)] == ["initial_visit_on"]


@pytest.mark.parametrize(
    ("column", "cell", "read_as"),
    [
        ("external_id", "\u00a0GOSS-1 ", "GOSS-1"),
        ("channel", " WEB\u00a0", "web"),
        ("source", "Search", "search"),
        ("source", "Radio Tees", "Radio Tees"),  # counted as other (M04), and kept
        ("source", "not_known", ""),
        ("first_name", "=1+1", "=1+1"),
        ("last_name", "O’Brien, née Reay", "O’Brien, née Reay"),
        ("campaign", "@SUM(A1:A9)", "@SUM(A1:A9)"),
        ("email", " Anna@Example.org\u00a0", "Anna@Example.org"),
        ("phone", "\u00a007700\u00a0900123 ", "+447700900123"),
        ("phone", "(0191) 498 0113", "+441914980113"),
        ("phone", "0044 7700 900131", "+447700900131"),
        ("phone", "+33 1 99 00 12 34", "+33199001234"),
        ("postcode", "ne81aa", "NE8 1AA"),
        ("postcode", " n e8 1\u00a0aa", "NE8 1AA"),
        ("postcode", "CF10 1AA", "CF10 1AA"),
        ("chosen_authority", " e08000037", "Gateshead"),
        ("closed_reason", "Timing", "timing"),
    ],
)
def test_other_cells(column, cell, read_as):
    assert value(column, cell, closed_on="2026-05-01") == read_as


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("channel", "fax"),
        ("email", "none"),
        ("email", "anna@example"),
        ("email", "anna@"),
        ("phone", "n/a"),
        ("phone", "ex-directory"),
        ("phone", "07700 900123 456 789"),
        ("phone", "123"),
        ("postcode", "NE8"),
        ("postcode", "NE8-1AA"),
        ("postcode", "NE8 1AA'"),
        ("postcode", "Gateshead"),
        ("chosen_authority", "E08000035"),  # Leeds never was a member
        ("chosen_authority", "Durham"),
        ("first_name", "x\x00y"),
    ],
)
def test_cells_of_another_form(column, cell):
    assert [fault[0] for fault in faults(**{column: cell})] == [column]


@pytest.mark.parametrize("column", ["external_id", "campaign", "first_name", "email", "source", "received_at"])
def test_longer_than_254_characters(column):
    assert faults(**{column: "x" * 255}) == [(column, "is longer than 254 characters")]


def test_254_characters_are_not_too_many():
    assert value("campaign", " " + "é" * 254) == "é" * 254


def test_empty_is_not_known():
    row = read(**{column: " \u00a0" for column in COLUMNS if column not in GOOD})
    assert row.faults == [] and set(row.values) == set(GOOD)


@pytest.mark.parametrize("column", ["external_id", "received_at"])
def test_missing(column):
    assert faults(**{column: "\u00a0"}) == [(column, "is missing")]


def test_one_way_to_reach_them_is_needed():
    assert [column for column, _ in faults(email="")] == ["email, phone, postcode"]
    for column, cell in [("phone", "07700 900123"), ("postcode", "NE8 1AA")]:
        assert faults(email="", **{column: cell}) == []


ANSWER = {"handover_answer": "accepted", "handover_answered_at": "2026-04-01T10:00"}


@pytest.mark.parametrize(
    ("cells", "bad"),
    [
        ({**HANDOVER, **ANSWER}, []),
        ({**HANDOVER, "handover_answer": "accepted"}, ["handover_answer"]),
        ({**HANDOVER, "handover_answered_at": "2026-04-02"}, ["handover_answered_at"]),
        (ANSWER, ["handover_answer", "handover_answered_at"]),
        ({"decision": "approved"}, ["decision"]),
        ({"decided_on": "2026-04-01"}, ["decided_on"]),
        ({"decision": "NOT_APPROVED", "decided_on": "2026-04-01"}, []),
        ({"closed_reason": "timing"}, ["closed_reason"]),
        ({"closed_on": "2026-04-01"}, []),
        ({"hold_until": "2027-04-01"}, ["hold_until"]),
        ({"hold_from": "2026-04-01"}, []),
        ({"hold_from": "2026-04-01", "hold_until": "2026-03-31"}, ["hold_until"]),
        ({"hold_from": "2026-04-01", "hold_until": "2026-04-01"}, []),
        ({"hold_from": "2026-04-01", "hold_until": "2031-04-01"}, []),  # what is planned may lie ahead
        ({**HANDOVER, **ANSWER, "handover_answered_at": "2026-04-01T09:59"}, ["handover_answered_at"]),
        ({**HANDOVER, **ANSWER, "handover_answered_at": "2026-04-01T10:01+01:00"}, []),
        ({**HANDOVER, **ANSWER, "handover_answered_at": "2026-04-01T10:01+02:00"}, ["handover_answered_at"]),
        ({"application_received_on": "2026-04-02", "decision": "approved", "decided_on": "2026-04-01"}, ["decided_on"]),
        ({"application_received_on": "2026-04-02", "decision": "approved", "decided_on": "2026-04-02"}, []),
        ({"decision": "perhaps", "decided_on": "2026-04-02"}, ["decision"]),
        ({"initial_visit_on": "2026-02-01"}, []),  # before the enquiry was received: no fault of the row
    ],
)
def test_parts_that_belong_together(cells, bad):
    assert [column for column, _ in faults(**cells)] == bad


@pytest.mark.parametrize("cell", ["2026-11-21", "21/11/2026", "2026-11-21T00:00", "2026-11-20T23:30-01:00"])
def test_nothing_lies_after_the_day_of_import(cell):
    assert faults(first_attempt_at=cell) == [("first_attempt_at", "lies after the day of import")]


def test_later_today_is_today():
    assert faults(first_attempt_at="2026-11-20T23:59", closed_on="2026-11-20") == []


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.endswith(("_on", "_at", "_from"))])
def test_every_other_date_is_held_to_that(column):
    assert (column, "lies after the day of import") in faults(**{column: "2026-12-24"})


@pytest.mark.parametrize(
    ("cell", "places"), [("0", 0), ("2", 2), ("02", 2), ("two", None), ("-2", None), ("2.0", None), ("40000", None)]
)
def test_places(cell, places):
    row = read(decision="Approved", decided_on="2026-04-01", places=cell)
    assert row.values.get("places") == places
    assert [fault.column for fault in row.faults] == ([] if places is not None else ["places"])


@pytest.mark.parametrize(
    "cells",
    [
        {"places": "two"},
        {"places": "two", "decision": "not_approved", "decided_on": "2026-04-01"},
        {"handover_authority": "nobody knows"},
    ],
)
def test_what_is_not_read_is_no_fault(cells):
    row = read(**cells)
    assert row.faults == [] and not {"places", "handover_authority"} & set(row.values)


def test_the_handovers_authority_is_read_with_a_handover():
    assert value("handover_authority", NEWCASTLE.lower(), **HANDOVER) == "Newcastle"
    assert [column for column, _ in faults(**HANDOVER, handover_authority="Durham")] == ["handover_authority"]


def test_more_cells_than_the_header():
    reader = RowReader(list(GOOD), {}, TODAY)
    assert [fault.column for fault in reader.read(2, [*GOOD.values(), ""]).faults] == [""]
    short = reader.read(2, ["A-1", "2026-03-02"])
    assert [fault.column for fault in short.faults] == ["email, phone, postcode"]


def test_every_fault_of_a_row_is_named():
    assert [column for column, _ in faults(email="none", channel="fax", received_at="")] == [
        "email", "channel", "received_at",
    ]  # fmt: skip


HEADER = b"external_id,received_at,email"


def test_the_file_as_spreadsheets_write_it():
    raw = (
        b'\xef\xbb\xbfemail, received_at\xc2\xa0,"Officer\nname",external_id\r\n'
        b'a@b.org,2026-01-01,"S\r\n""K""",1\r\n\r\n\r\n,,,\n'
    )
    table = read_table(raw)
    assert table.columns == ["email", "received_at", "Officer\nname", "external_id"]
    assert table.unknown == ["Officer\nname"]
    assert table.records == [["a@b.org", "2026-01-01", 'S\r\n"K"', "1"], ["", "", "", ""]]


def test_a_long_note_in_a_column_that_is_ignored():
    assert read_table(HEADER + b",notes\n1,2026-01-01,a@b.org," + b"x" * 200_000).unknown == ["notes"]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "The file is empty"),
        (b"received_at,email\n", "lacks the column external_id"),
        (b"external_id,email\n", "lacks the column received_at"),
        (b"external_id,received_at,first_name\n", "lacks the column email, phone or postcode"),
        (b"external_id;received_at;email\n", "lacks the column"),
        (HEADER + b",email\n", "has the column email twice"),
        (HEADER + b"\n1,2026-01-01,caf\xe9@example.org\n", "not in UTF-8"),
        ("external_id,received_at,email".encode("utf-16"), "not in UTF-8"),
        (HEADER + b'\n1,2026-01-01,"a@b.org\n2,2026-01-01,c@d.org\n', "quotation mark is never closed"),
    ],
)
def test_what_is_no_such_file(raw, says):
    with pytest.raises(Refused, match=says):
        read_table(raw)
