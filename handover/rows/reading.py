"""A spreadsheet of dates as councils save it, turned into entries; what cannot be read says so with its row.

Two layouts: the one that we give (a row for each referral, a column for each milestone), and a short one (a row for
each date: reference, kind, date, outcome, places, reason). Nothing is asked of the database here.
"""

import csv
import datetime
import io
import re
from dataclasses import dataclass

from enquiries.journey import CLOSED_REASONS, OUTCOMES
from handover.milestones import ENDED, MILESTONES
from hub.errors import Refused

LARGEST = 1024 * 1024
MOST_ROWS = 2000
_LONGEST = 254
NOTHING = "Nothing was taken."
_END = "the end of the file"

# The layout that we give; labels and codes are both read, however they are written.
WIDE = {
    "reference": "Reference", "names": "Names", "stage": "Stage", "next": "Next expected",
    **MILESTONES, "outcome": "Outcome", "places": "Places", ENDED: "Ended", "reason": "Reason",
}  # fmt: skip
_DATES = (*MILESTONES, ENDED)
_OTHER_NAMES = {"date": "date", "occurred_on": "date", "kind": "kind", "milestone": "kind", "decision_date": "decided"}
_OTHER_KINDS = (
    (b"PK\x03\x04", "a spreadsheet (XLSX or ODS)"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (XLS)"),
    (b"%PDF", "a PDF"),
)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]00?:00(:00)?$")


@dataclass
class Entry:
    """One date of the file; `fault` is the sentence where it cannot be one."""

    row: int
    reference: str
    kind: str = ""
    occurred_on: datetime.date | None = None
    outcome: str = ""
    places: int | None = None
    reason: str = ""
    fault: str = ""


@dataclass
class Sheet:
    entries: list[Entry]
    left_aside: list[str]


def read_sheet(raw: bytes) -> Sheet:
    """The entries of a file. `Refused` where it is no such file, is too large, or lacks the columns."""
    if len(raw) > LARGEST:
        raise Refused(f"The file is larger than 1 MB. {NOTHING}")
    records = _records(_text_of(raw))
    columns = [_column(name) for name in records[0][1]] if records else []
    known = [name for name in columns if name]
    if twice := next((name for name in known if known.count(name) > 1), ""):
        raise Refused(f"The file has the column {WIDE.get(twice, twice)} twice. {NOTHING}")
    short = "kind" in known
    if "reference" not in known or not ((short and "date" in known) or set(_DATES) & set(known)):
        raise Refused(
            "The first row must name the columns: Reference, and either the milestones as in the file that you "
            f"download, or kind and date. {NOTHING}"
        )
    if len(records) - 1 > MOST_ROWS:
        raise Refused(f"The file has more than {MOST_ROWS:,} rows. Split it, and upload the parts. {NOTHING}")
    entries: list[Entry] = []
    for number, cells in records[1:]:
        entries += _entries(number, cells, columns, short=short)
    if not entries:
        raise Refused(f"The file has no dates. {NOTHING}")
    left = [
        name.strip()[:60] for name, column in zip(records[0][1], columns, strict=True) if name.strip() and not column
    ]
    return Sheet(entries, left)


def _text_of(raw: bytes) -> str:
    if not raw.strip():
        raise Refused(f"The file is empty. {NOTHING}")
    for beginning, kind in _OTHER_KINDS:
        if raw.startswith(beginning):
            raise Refused(f"The file is {kind}, whatever its name. Save it as CSV and try again. {NOTHING}")
    # What spreadsheets save as "CSV": with a mark, without one, as "Unicode text", and in the old Western code.
    for code in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(code)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused(f"The file is no text that we can read. Save it as “CSV UTF-8”. {NOTHING}")


def _records(text: str) -> list[tuple[int, list[str]]]:
    """Each record that has something in it, with its row as a spreadsheet counts them."""
    lines = text.lstrip().splitlines()
    first = lines[0] if lines else ""
    delimiter = max(",;\t", key=first.count)
    try:
        found = list(csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=delimiter))
    except csv.Error as fault:
        raise Refused(f"The file cannot be read as CSV: {fault}. {NOTHING}") from fault
    if found.pop() != [_END]:
        raise Refused(f"The file cannot be read as CSV: a quotation mark is never closed. {NOTHING}")
    numbered = [(number, [_plain(cell) for cell in cells]) for number, cells in enumerate(found, start=1)]
    return [(number, cells) for number, cells in numbered if any(cells)]


def _plain(cell: str) -> str:
    """Without white space at the ends, and without the mark that keeps a spreadsheet from taking it for a formula."""
    cell = cell.replace("\xa0", " ").strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def _word(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", text.strip().lower())


def _column(name: str) -> str:
    """The code of a column, however its name is written; "" of one that we do not know."""
    word = _word(name)
    by_label = {_word(label): code for code, label in WIDE.items()}
    return word if word in WIDE else by_label.get(word) or _OTHER_NAMES.get(word, "")


def _entries(number: int, cells: list[str], columns: list[str], *, short: bool) -> list[Entry]:
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        return [Entry(number, cells[0][:40], fault="The row has more cells than the header.")]
    values = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
    reference = values.get("reference", "").upper()
    if not reference:
        return [Entry(number, "", fault="The row has no reference.")]
    if any(len(value) > _LONGEST for name, value in values.items() if name != "names") or len(reference) > 40:
        return [Entry(number, reference[:40], fault="A cell of the row is too long.")]
    if short:
        kind = _kind(values.get("kind", ""))
        if not kind:
            said = f"“{values.get('kind', '')[:40]}” is not a milestone."
            return [Entry(number, reference, fault=said)]
        return [_entry(number, reference, kind, values.get("date", ""), values)]
    entries = [_entry(number, reference, kind, values[kind], values) for kind in _DATES if values.get(kind)]
    # Somebody filled in how it ended, and nobody would learn when: better said than passed over.
    if (values.get("outcome") or values.get("places")) and not values.get("decided"):
        entries.append(Entry(number, reference, "decided", fault="The date of the decision is missing."))
    if values.get("reason") and not values.get(ENDED):
        entries.append(Entry(number, reference, ENDED, fault="The date on which it ended is missing."))
    return entries


def _kind(text: str) -> str:
    column = _column(text)
    return column if column in _DATES else ""


def _entry(number: int, reference: str, kind: str, date: str, values: dict[str, str]) -> Entry:
    entry = Entry(number, reference, kind)
    try:
        entry.occurred_on = _date(date)
        if kind == "decided":
            entry.outcome = _one_of(OUTCOMES, values.get("outcome", ""), "an outcome")
            entry.places = _places(values.get("places", "")) if entry.outcome == "approved" else None
        if kind == ENDED:
            reasons = {code: reason.label for code, reason in CLOSED_REASONS.items()}
            entry.reason = _one_of(reasons, values.get("reason", ""), "a reason for an ending")
    except ValueError as fault:
        entry.fault = str(fault)
    return entry


def _date(text: str) -> datetime.date:
    if not text:
        raise ValueError("The date is missing.")
    match = _DATE.fullmatch(_MIDNIGHT.sub("", text))
    if not match:
        raise ValueError(f"“{text[:40]}” is not a date such as 20/11/2026 or 2026-11-20.")
    year, month, day = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a date that the calendar has.") from None


def _one_of(known: dict[str, str], text: str, what: str) -> str:
    by_word = {_word(label): code for code, label in known.items()} | {code: code for code in known}
    if code := by_word.get(_word(text)):
        return code
    raise ValueError(f"“{text[:40]}” is not {what}." if text else f"It needs {what}.")


def _places(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}(\.0)?", text) or not 1 <= int(float(text)) <= 20:
        raise ValueError(f"“{text[:40]}” is not a number of places from 1 to 20." if text else "It needs the places.")
    return int(float(text))
