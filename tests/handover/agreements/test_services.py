"""Agreements are recorded, follow one another, and are ended by a dated act; none is edited away."""

import datetime

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, transaction

from handover.agreements.services import end_agreement, record_agreement
from handover.agreements.standing import standing_with, standings
from handover.models import Agreement
from handover.parts import ALWAYS, PARTS
from hub.errors import Refused
from tests.conftest import moment

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
NOW = moment("2026-11-20 10:00")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(Agreement._meta.get_field("document"), "storage", FileSystemStorage(tmp_path, base_url=None))
    with time_machine.travel(NOW, tick=False):
        yield tmp_path


@pytest.fixture
def record(gateshead, manager):
    def make(version="1", starts="2026-01-01", ends="", **changes):
        return record_agreement(
            authority=gateshead, version=version, signed_by="D. Simmons", starts_on=day(starts),
            ends_on=day(ends) if ends else None, by=manager, **changes,
        )  # fmt: skip

    return make


def files(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_it_names_what_is_always_needed_and_what_else_was_agreed(record, folder):
    agreement = record(shares=[*ALWAYS, "facts"], document=("Signed: 1.pdf", PDF))
    assert agreement.shares == ["enquiry", "applicants", "safe_contact", "consent", "facts"]
    assert agreement.leaves_out == [PARTS["expression_of_interest"]]
    assert agreement.document_name == "Signed 1.pdf" and len(files(folder)) == 1
    assert "igned" not in agreement.document.name


@pytest.mark.parametrize("part", sorted(ALWAYS))
def test_without_what_is_always_needed_it_cannot_be_used(part, record, gateshead):
    with pytest.raises(Refused, match="cannot be used without"):
        record(shares=set(PARTS) - {part})
    with pytest.raises(IntegrityError, match="agreement_names_what_is_always_needed"), transaction.atomic():
        Agreement.objects.create(
            authority=gateshead, version="9", signed_by="D", starts_on="2026-01-01", shares=sorted(set(PARTS) - {part})
        )


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [("agreement.pdf", b"MZ\x90\x00 program", "whatever its name says"), ("agreement.docx", PDF, "is a PDF"),
     ("agreement.pdf", b"", "empty")],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_refused(name, raw, sentence, record, folder):
    with pytest.raises(Refused, match=sentence):
        record(document=(name, raw))
    assert not Agreement.objects.exists() and files(folder) == []


def test_no_file_is_left_behind_where_it_is_refused(record, folder):
    record()
    with pytest.raises(Refused, match="overlap"):
        record("2", "2026-06-01", document=("a.pdf", PDF))
    assert files(folder) == []


def test_it_cannot_end_before_it_starts(record):
    with pytest.raises(Refused, match="end before it starts"):
        record(starts="2026-04-01", ends="2026-03-31")


def test_one_at_a_time_says_the_database_too(record, gateshead, newcastle):
    record(starts="2026-01-01", ends="2026-06-30")
    record("2", "2026-07-01")
    for starts, ends in (("2026-06-30", "2026-06-30"), ("2025-01-01", None), ("2027-01-01", None)):
        with pytest.raises(IntegrityError, match="agreement_one_at_a_time"), transaction.atomic():
            Agreement.objects.create(authority=gateshead, version="3", signed_by="D", starts_on=starts, ends_on=ends)
    Agreement.objects.create(authority=newcastle, version="3", signed_by="D", starts_on="2026-06-30")


def test_a_new_version_takes_the_place_of_the_one_before(record, manager):
    first = record()
    with pytest.raises(Refused, match="would overlap version 1, which holds from 1 January 2026 and has no last day"):
        record("2", "2027-04-01")
    record("2", "2027-04-01", replaces=True)
    first.refresh_from_db()
    assert (first.ends_on, first.ended_by) == (day("2027-03-31"), manager)
    assert first.ended_why == "Version 2 takes its place"
    assert first.is_current


def test_one_that_would_have_begun_later_never_does(record):
    record(ends="2026-12-31")
    later = record("2", "2027-01-01")
    record("3", "2026-12-01", replaces=True)
    later.refresh_from_db()
    assert (
        later.status == "Called off" and not Agreement.objects.current(day("2027-01-01")).filter(version="2").exists()
    )
    assert Agreement.objects.get(version="1").ends_on == day("2026-11-30")


def test_what_has_held_since_is_not_replaced_from_before(record):
    record(starts="2026-06-01")
    with pytest.raises(Refused, match="must start after that"):
        record("2", "2026-03-01", replaces=True)


def test_the_same_version_is_one_and_is_not_edited(record):
    first = record()
    assert record() == first and record(ends="2027-01-01") == first
    first.refresh_from_db()
    assert first.ends_on == day("2027-01-01")
    for changes in ({"ends": "2027-06-01"}, {"starts": "2026-02-01", "ends": "2027-01-01"}, {"shares": ALWAYS}):
        with pytest.raises(Refused, match="is not changed afterwards"):
            record(**changes)


def test_ending_it_early_is_a_dated_act_with_a_reason(record, manager):
    agreement = end_agreement(agreement=record(), by=manager, why="They left the hub", ends_on=day("2026-11-19"))
    assert (agreement.status, agreement.ended_at, agreement.ended_by) == ("Ended", NOW, manager)
    history = Agreement._meta.apps.get_model("handover", "AgreementEvent").objects.filter(pgh_obj_id=agreement.pk)
    assert list(history.order_by("pgh_id").values_list("ends_on", flat=True)) == [None, day("2026-11-19")]
    with pytest.raises(Refused, match="ended already"):
        end_agreement(agreement=agreement, by=manager, why="Again", ends_on=day("2026-12-01"))


def test_not_in_the_past_and_not_later_than_agreed(record, manager):
    agreement = record(ends="2026-12-31")
    with pytest.raises(Refused, match="yesterday or later"):
        end_agreement(agreement=agreement, by=manager, why="x", ends_on=day("2026-11-18"))
    with pytest.raises(Refused, match="anyway"):
        end_agreement(agreement=agreement, by=manager, why="x", ends_on=day("2026-12-31"))


def test_one_to_come_is_called_off(record, manager, gateshead):
    agreement = end_agreement(agreement=record(starts="2027-01-01"), by=manager, why="A slip in the dates")
    assert agreement.is_called_off and standing_with(gateshead).wrong == "has not been recorded"
    assert record("2", "2027-01-01").is_to_come


@pytest.mark.parametrize(
    ("starts", "ends", "wrong", "stops"),
    [
        ("2026-01-01", "", "", False),
        ("2026-01-01", "2027-01-20", "", False),
        ("2026-01-01", "2027-01-19", "ends on 19 January 2027, in 60 days", False),
        ("2026-01-01", "2026-11-21", "ends on 21 November 2026, tomorrow", False),
        ("2026-01-01", "2026-11-20", "ends on 20 November 2026, today", False),
        ("2026-01-01", "2026-11-19", "ended on 19 November 2026", True),
        ("2026-11-20", "", "", False),
        ("2026-11-21", "", "starts on 21 November 2026: nothing can be sent before", True),
    ],
)
def test_what_is_wrong_with_it(starts, ends, wrong, stops, record, gateshead):
    record(starts=starts, ends=ends)
    standing = standing_with(gateshead)
    assert (standing.wrong, standing.stops) == (wrong, stops)
    told = {one.authority.name: one.wrong for one in standings()}
    assert told == {
        "Gateshead": wrong,
        "Newcastle upon Tyne": told["Sunderland"],
        "Sunderland": "has not been recorded",
    }


def test_nothing_is_wrong_where_the_next_one_follows_at_once(record, gateshead):
    record(ends="2026-12-31")
    record("2", "2027-01-02")
    assert standing_with(gateshead).wrong.startswith("ends on 31 December 2026")
    end_agreement(agreement=Agreement.objects.get(version="2"), by=None, why="A day too late")
    record("3", "2027-01-01")
    assert standing_with(gateshead).wrong == ""


def test_the_signed_file_may_come_later_and_is_never_lost(record, folder):
    first = record()
    again = record(document=("signed.pdf", PDF))
    again.refresh_from_db()
    assert again.pk == first.pk and again.document_name == "signed.pdf" and len(files(folder)) == 1
    assert record(document=("signed.pdf", PDF)).pk == first.pk  # pressed twice
    with pytest.raises(Refused, match=r"has its signed file already, “signed\.pdf”"):
        record(document=("another.pdf", PDF))
    assert len(files(folder)) == 1
