import csv
import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command

from tests.conftest import moment


@pytest.fixture
def one_enquiry(make_enquiry):
    with time_machine.travel(moment("2026-09-10 10:00"), tick=False):
        return make_enquiry()


def draft(*arguments, **streams):
    out = io.StringIO()
    call_command("draft_return", *arguments, stdout=out, **streams)
    return out.getvalue()


def test_json_goes_to_standard_output(one_enquiry):
    document = json.loads(draft("--month", "2026-09", "--as-at", "2026-10-01T09:00"))
    assert document["return"] == "dfe-monthly" and document["definition"] == "2026.1"
    assert document["hub"] == "Fostering Together North East"
    assert document["period"] == {"from": "2026-09-01", "to": "2026-09-30"}
    assert document["as_at"] == "2026-10-01T09:00:00+01:00"
    assert document["lines"][0]["authorities"] == {"E08000021": 0, "E08000024": 0, "E08000037": 1}


def test_nothing_recorded_later_is_seen(one_enquiry):
    before = json.loads(draft("--month", "2026-09", "--as-at", "2026-09-10T08:59:59Z"))
    after = json.loads(draft("--month", "2026-09", "--as-at", "2026-09-10T09:00:00Z"))
    assert (before["lines"][0]["total"], after["lines"][0]["total"]) == (0, 1)


def test_the_default_is_now(one_enquiry):
    with time_machine.travel(moment("2026-09-10 10:00"), tick=False):
        assert json.loads(draft("--month", "2026-09"))["lines"][0]["total"] == 1


def test_csv_has_a_record_for_each_figure(one_enquiry):
    records = list(csv.DictReader(io.StringIO(draft("--month", "2026-09", "--format", "csv"))))
    assert {record["code"] for record in records} == {f"M{number:02}" for number in range(1, 27)}


@pytest.mark.parametrize(("form", "start"), [("json", b"{"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_every_format_goes_to_a_file(one_enquiry, tmp_path, form, start):
    path = tmp_path / f"return.{form}"
    assert draft("--month", "2026-09", "--format", form, "--out", str(path)) == ""
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--month", "2026-13"], "not a month"),
        (["--quarter", "2026-Q5"], "not a quarter"),
        (["--month", "2026-09", "--as-at", "yesterday"], "not a moment"),
        (["--month", "2026-09", "--as-at", "0001-01-01"], "not a moment"),
        (["--month", "2026-09", "--out", "/nowhere/return.json"], "cannot be written"),
        ([], "required"),
    ],
)
def test_a_mistake_is_one_clear_line(hub, arguments, message):
    with pytest.raises(CommandError, match=message):
        draft(*arguments)


def test_the_quarterly_return_says_what_it_lacks(one_enquiry):
    said = io.StringIO()
    document = json.loads(draft("--quarter", "2026-Q2", "--as-at", "2026-10-01T09:00", stderr=said))
    assert document["return"] == "dfe-quarterly"
    assert document["period"] == {"from": "2026-07-01", "to": "2026-09-30"}
    assert [(line["code"], line.get("basis")) for line in document["lines"][1:3]] == [
        ("K03", "flow"),
        ("K03", "cohort"),
    ]
    assert "K05" in said.getvalue()
