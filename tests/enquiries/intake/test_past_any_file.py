"""Whatever comes as a file of past enquiries is refused with a sentence, or every row is accounted for once."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enquiries.intake.past import Outcome, import_past_enquiries
from enquiries.intake.past_file import read_table
from enquiries.intake.past_rows import COLUMNS
from enquiries.models import Enquiry
from hub.errors import Refused

HEADER = b"external_id,received_at,email,phone,postcode,places,note\n"
# Cells of the right kind, of the wrong one, and of none.
cells = st.one_of(
    st.sampled_from([
        "", "A-1", "A-2", "2026-03-02", "02/03/2026 10:15", "2026-03-29T01:30", "32/01/2026", "0001-01-01",
        "9999-12-31", "anna@example.org", "NE8 1AA", "07700 900123", "approved", "=1+1", "\x00", "\u202e", "😀", " ",
        "E08000037", "-1", "99999",
    ]),
    st.text(max_size=12),
)  # fmt: skip
headers = st.lists(st.sampled_from([*COLUMNS, "note", ""]), max_size=12).map(
    lambda names: list(dict.fromkeys(["external_id", "received_at", "email", *names]))
)


def accounted_for(outcome: Outcome) -> list[int]:
    return sorted(row.number for row in (*outcome.bad, *outcome.already_there))


@given(st.one_of(st.binary(), st.binary().map(lambda rest: HEADER + rest), st.text().map(str.encode)))
@example(b"\xef\xbb\xbf" + HEADER + b'"')
@example(HEADER + b"\x00,\r\r\n,\n")
@example(HEADER.replace(b"\n", b"\r"))
def test_any_bytes_are_refused_with_a_sentence_or_read(raw):
    said = columns = ""
    try:
        columns = read_table(raw).columns
    except Refused as refusal:
        said = str(refusal)
    if said:
        assert said.endswith(".") and "\n" not in said
    else:
        assert {"external_id", "received_at"} <= set(columns)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None)
@given(headers, st.lists(st.lists(cells, min_size=1, max_size=14), max_size=8))
def test_every_row_is_accounted_for_once(columns, rows):
    file = io.StringIO(newline="")
    csv.writer(file).writerows([columns, *rows])
    try:
        outcome = import_past_enquiries(raw=file.getvalue().encode(), dry_run=True)
    except Refused:
        return
    assert outcome.imported + len(outcome.bad) + len(outcome.already_there) == outcome.rows
    numbers = accounted_for(outcome)
    assert len(set(numbers)) == len(numbers)
    assert all(2 <= number <= outcome.rows + 1 for number in numbers)
    assert all(row.faults for row in outcome.bad)
    assert not Enquiry.objects.exists()
