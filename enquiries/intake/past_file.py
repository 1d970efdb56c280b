"""A CSV file of past enquiries as bytes, turned into records; what is not such a file is refused with what to do."""

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from enquiries.intake.past_rows import COLUMNS, CONTACT
from hub.errors import Refused

_END = "the end of the file"
# How a file begins that was saved as something else, and what to say then.
_OTHER_KINDS = (
    (b"PK\x03\x04", "a spreadsheet (XLSX or ODS)"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (XLS)"),
    (b"%PDF", "a PDF"),
    (b"\xff\xfe", "text in UTF-16, not in UTF-8"),
    (b"\xfe\xff", "text in UTF-16, not in UTF-8"),
)
NOTHING = "Nothing was imported."


@dataclass
class Table:
    """The file's records by column; `unknown` are the columns that are ignored."""

    columns: list[str]
    unknown: list[str]
    records: list[list[str]]


def read_table(raw: bytes) -> Table:
    """The records of a CSV file in UTF-8. `Refused` where it is not one, or lacks a column that every row needs."""
    records = _records(raw)
    columns = [name.strip() for name in next(records, [])]
    known = [name for name in columns if name in COLUMNS]
    missing = [name for name in ("external_id", "received_at") if name not in known]
    if not set(CONTACT) & set(known):
        missing.append("email, phone or postcode")
    if missing:
        raise Refused(f"The file lacks the column {' and the column '.join(missing)}. {NOTHING}")
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise Refused(f"The file has the column {twice[0]} twice. {NOTHING}")
    return Table(columns, [name for name in columns if name and name not in COLUMNS], list(records))


def _records(raw: bytes) -> Iterator[list[str]]:
    """Each record once, empty lines left out: a record is one row however many lines it fills."""
    if not raw.strip():
        raise Refused(f"The file is empty. {NOTHING}")
    for beginning, kind in _OTHER_KINDS:
        if raw.startswith(beginning):
            raise Refused(f"The file is {kind}, whatever its name. Save it as “CSV UTF-8” and try again. {NOTHING}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Refused(f"The file is not in UTF-8 (byte {fault.start + 1}). {NOTHING}") from fault
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # a long note in a column that is ignored is no fault
    try:
        records = [record for record in csv.reader(io.StringIO(f"{text}\n{_END}", newline="")) if record]
    except csv.Error as fault:
        raise Refused(f"The file cannot be read as CSV: {fault}. {NOTHING}") from fault
    if records.pop() != [_END]:
        raise Refused(f"The file cannot be read as CSV: a quotation mark is never closed. {NOTHING}")
    return iter(records)
