"""Files as councils save them."""

import datetime

import pytest

from handover.rows.reading import MOST_ROWS, read_sheet
from hub.errors import Refused

DAY = datetime.date(2026, 3, 9)
SHORT = "reference,kind,date,outcome,places,reason\n"


def entries(text: str | bytes) -> list:
    return read_sheet(text if isinstance(text, bytes) else text.encode()).entries


def faults(text: str) -> list[str]:
    return [entry.fault for entry in entries(text)]


def test_our_own_layout_and_the_short_one():
    wide = "Reference,Names,Application received,Panel held\nft-7k3m-h1,Amina Khalid,09/03/2026,\n"
    short = SHORT + "FT-7K3M-H1,application_received,2026-03-09,,,\n"
    for text in (wide, short):
        (entry,) = entries(text)
        assert (entry.row, entry.reference, entry.kind, entry.occurred_on) == (
            2,
            "FT-7K3M-H1",
            "application_received",
            DAY,
        )


@pytest.mark.parametrize(
    "raw",
    [
        "Reference;Application received\nFT-1;09/03/2026\n".encode("utf-8-sig"),
        "Reference\tApplication received\nFT-1\t09/03/2026\n".encode("utf-16"),
        b"\n\n  \nReference,Application received\n\nFT-1,09/03/2026\n,,\n",
        "Application received,Caseworker’s note,Reference\r\n09/03/2026,Zoë,FT-1\r\n".encode("cp1252"),
        b"APPLICATION_RECEIVED, reference \n 9/3/2026 ,ft-1\n",
        b"Reference,Application received\nFT-1,2026-03-09 00:00:00\n",
        "Reference,Application received\nFT-1,\xa009.03.2026\n".encode(),
        b"Reference,Application received\n'=FT-1,09/03/2026\n"[:31] + b"FT-1,09-03-2026\n",
    ],
    ids="bom-semicolon utf16-tab blank-lines cp1252-moved case midnight nbsp-dots dashes".split(),
)
def test_what_spreadsheets_make_of_it(raw):
    (entry,) = entries(raw)
    assert (entry.reference, entry.kind, entry.occurred_on, entry.fault) == ("FT-1", "application_received", DAY, "")


def test_rows_are_counted_as_the_spreadsheet_counts_them():
    found = entries(SHORT + "\nFT-1,panel_held,09/03/2026,,,\n\n\nFT-2,panel_held,09/03/2026,,,\n")
    assert [(entry.row, entry.reference) for entry in found] == [(3, "FT-1"), (6, "FT-2")]


def test_decisions_and_endings():
    text = (
        SHORT + "A,Decision,09/03/2026,Approved,2,\nB,decided,09/03/2026,not approved,,\nC,Ended,09/03/2026,,,Health\n"
    )
    approved, refused, ended = entries(text)
    assert (approved.outcome, approved.places) == ("approved", 2)
    assert (refused.outcome, refused.places) == ("not_approved", None)
    assert (ended.kind, ended.reason) == ("closed", "health")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,panel_held,31/02/2026,,,", "calendar"),
        ("A,panel_held,yesterday,,,", "is not a date"),
        ("A,panel_held,03/09/26,,,", "is not a date"),
        ("A,panel_held,,,,", "date is missing"),
        ("A,tea_with_them,09/03/2026,,,", "not a milestone"),
        ("A,decided,09/03/2026,perhaps,,", "not an outcome"),
        ("A,decided,09/03/2026,,,", "It needs an outcome"),
        ("A,decided,09/03/2026,approved,,", "needs the places"),
        ("A,decided,09/03/2026,approved,many,", "number of places"),
        ("A,decided,09/03/2026,approved,21,", "number of places"),
        ("A,closed,09/03/2026,,,because", "not a reason"),
        (",panel_held,09/03/2026,,,", "no reference"),
        ("A,panel_held,09/03/2026,,,,more", "more cells"),
        (f"A,panel_held,09/03/2026,{'x' * 300},,", "too long"),
    ],
)
def test_a_bad_row_says_why_and_stops_no_other(row, said):
    found = entries(f"{SHORT}{row}\nB,panel_held,09/03/2026,,,\n")
    assert said in found[0].fault and found[0].row == 2
    assert found[1].fault == "" and found[1].occurred_on == DAY


def test_an_outcome_or_a_reason_without_its_date_is_not_passed_over():
    head = "reference,application_received,decided,outcome,places,closed,reason\n"
    assert faults(f"{head}A,09/03/2026,,approved,2,,\n") == ["", "The date of the decision is missing."]
    assert faults(f"{head}A,,,,,,health\n") == ["The date on which it ended is missing."]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"), (b"  \n ", "empty"), (b"PK\x03\x04rest", "XLSX"), (b"%PDF-1.7", "PDF"),
        (b"\xff\xfe\x00\xd8", "no text"), (b"a,b\n1,2\n", "must name the columns"),
        (b"reference,names\nA,B\n", "must name the columns"),
        (b"reference,kind\nA,panel_held\n", "must name the columns"),
        (b"reference,decided,Decision\nA,,\n", "twice"), (SHORT.encode(), "no dates"),
        (b'reference,decided\n"A,09/03/2026\n', "never closed"), (b"x" * 1_100_000, "1 MB"),
        (SHORT.encode() + b"A,panel_held,09/03/2026,,,\n" * (MOST_ROWS + 1), "more than 2,000 rows"),
        (b"reference,decided\n\x00A,09/03/2026\n", "no text"),
    ],
)  # fmt: skip
def test_what_is_no_such_file(raw, said):
    with pytest.raises(Refused, match=said):
        read_sheet(raw)


def test_columns_that_we_do_not_know_are_named():
    assert read_sheet(b"reference,decided,outcome,Our note\nA,09/03/2026,Not approved,x\n").left_aside == ["Our note"]
