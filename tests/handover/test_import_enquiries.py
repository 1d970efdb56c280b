"""The command as a data officer meets it: what it prints, what it writes, how it ends."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from enquiries.models import Enquiry
from handover.models import Handover
from hub.places.services import set_up_hub

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
ROWS = """external_id,received_at,email,postcode,handover_sent_at,handover_answer,handover_answered_at,Officer
A-1,2026-03-02T10:15,anna@example.org,NE8 1AA,2026-04-01T10:00,declined,2026-04-02T10:00,S Khan
A-2,2026-03-02T10:15,bell@example.org,,2026-04-01T10:00,,,S Khan
A-1,2026-03-02T10:15,anna@example.org,,,,,
@SUM(A1),2026-03-02T10:15,=1+1,,,,,
"""


def run(tmp_path, text=ROWS, *arguments):
    path = tmp_path / "past.csv"
    path.write_text(text)
    out = StringIO()
    call_command("import_enquiries", str(path), *arguments, stdout=out)
    return out.getvalue()


def test_says_what_it_did(directory, tmp_path):
    said = run(tmp_path)
    assert said.splitlines() == [
        "2 enquiries imported.",
        "1 already there, left as they are.",
        "1 bad rows, not imported.",
        "Columns ignored: Officer.",
        "What is wrong (--report FILE gives all):",
        "  row 5 @SUM(A1): email is not an email address such as name@example.org",
    ]


def test_the_report_names_row_column_and_reason_and_holds_no_formula(directory, tmp_path):
    report = tmp_path / "report.csv"
    run(tmp_path, ROWS, "--report", str(report))
    with report.open(newline="") as file:
        lines = list(csv.reader(file))
    assert lines == [
        ["row", "external_id", "column", "value", "reason"],
        ["4", "A-1", "external_id", "A-1", "already there"],
        ["5", "'@SUM(A1)", "email", "'=1+1", "is not an email address such as name@example.org"],
    ]


def test_handovers_of_the_past_have_a_record(directory, gateshead, tmp_path):
    run(tmp_path)
    handover = Handover.objects.get()
    assert (handover.enquiry.external_id, handover.authority, handover.state) == ("A-1", gateshead, "declined")
    assert handover.package == {}
    # Nobody knows to whom the other one went: its fact is kept, and there is no authority to show it to.
    assert Enquiry.objects.get(external_id="A-2").stage == "handed_over"


def test_says_when_no_postcodes_are_loaded(directory, tmp_path):
    directory.delete()
    assert "run import_postcodes first" in run(tmp_path)


def test_a_dry_run(directory, tmp_path):
    said = run(tmp_path, ROWS, "--dry-run")
    assert said.startswith("2 enquiries would be imported.\n2 of them would be open afterwards, ")
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("text", ["name,email\nAnna,anna@example.org\n", ""])
def test_no_such_file_is_one_line(directory, tmp_path, text):
    with pytest.raises(CommandError) as refusal:
        run(tmp_path, text)
    assert "Nothing was imported" in str(refusal.value) and "\n" not in str(refusal.value)


def test_a_file_that_is_not_there(directory, tmp_path):
    with pytest.raises(CommandError, match=r"none\.csv: No such file"):
        call_command("import_enquiries", str(tmp_path / "none.csv"))


def test_a_report_that_cannot_be_written_is_known_before_the_import(directory, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path, ROWS, "--report", str(tmp_path / "no" / "report.csv"))
    assert not Enquiry.objects.exists()


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the sample data are not in {SHARED}")
def test_a_real_looking_spreadsheet(db, tmp_path):
    """Its mistakes, each looked at; read only: bringing 2,000 rows in is the benchmark's."""
    members = "E06000001 E06000002 E06000003 E06000004 E06000005 E06000047 E06000057 E08000021 E08000022 E08000023"
    set_up_hub(name="Hub", members=[*members.split(), "E08000024", "E08000037"])
    out, report = StringIO(), tmp_path / "report.csv"
    call_command(
        "import_enquiries", str(SHARED / "past_enquiries.csv"), "--dry-run", "--report", str(report), stdout=out
    )
    lines = out.getvalue().splitlines()
    assert lines.pop(1).startswith("247 of them would be open afterwards, ")  # how many are late, the day decides
    assert lines[:4] == [
        "1,891 enquiries would be imported.",
        "13 already there, left as they are.",
        "100 bad rows, not imported.",
        "Columns ignored: GOSS ref, Officer, notes.",
    ]
    with report.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 113
