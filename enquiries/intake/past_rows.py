"""Reading past enquiries, record by record: every rule of docs/importing.md about cells and rows; nothing is stored."""

import datetime
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from enquiries.journey import CHANNELS, CLOSED_REASONS, OUTCOMES, SOURCES
from hub.contact import normalise_phone, normalise_postcode
from hub.working_time import LONDON, local_date

LONGEST = 254
CONTACT = ("email", "phone", "postcode")
ANSWERS = {"accepted": "handover_accepted", "declined": "handover_declined", "returned": "handover_returned"}
PLACES_LIMIT = 32767  # what the database holds

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{2})/([0-9]{2})/([0-9]{4})")
_MOMENT = re.compile(
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2})?)(?P<offset>[Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?"
    r"|(?P<british>[0-9]{2}/[0-9]{2}/[0-9]{4}) (?P<hours>[0-9]{2}:[0-9]{2})"
)


def _text(cell: str) -> str:
    return cell


def _date(cell: str) -> datetime.date:
    match = _DATE.fullmatch(cell)
    if not match:
        raise ValueError("is not a date such as 2026-11-20 or 20/11/2026")
    year, month, day = match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("is not a date that the calendar has") from None


def _moment(cell: str) -> datetime.datetime:
    """In UTC. Local time where no offset is given: a skipped one has the offset before, a doubled one is the first."""
    if _DATE.fullmatch(cell):
        day, time, offset = cell, "00:00", ""
    elif match := _MOMENT.fullmatch(cell):
        day, time = match["iso"] or match["british"], match["time"] or match["hours"]
        offset = match["offset"] or ""
    else:
        raise ValueError("is not a date and time such as 2026-11-20T14:05 or 20/11/2026 14:05")
    date = _date(day)
    try:
        # `time` has one of two strict forms, which the ISO reader both knows.
        moment = datetime.datetime.combine(date, datetime.time.fromisoformat(time), tzinfo=_zone(offset))
        moment = moment.astimezone(datetime.UTC)
        local_date(moment)  # which the first hours of the year 1, told in UTC, do not have
        return moment
    except (ValueError, OverflowError):
        raise ValueError("is not a time that the clock has") from None


def _zone(offset: str) -> datetime.tzinfo:
    if not offset:
        return LONDON  # with fold 0, which gives both rules of `_moment`
    if offset in "Zz":
        return datetime.UTC
    hours, minutes = int(offset[1:3]), int(offset[3:].strip(":") or 0)
    if minutes > 59:
        raise ValueError(offset)
    size = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-size if offset[0] == "-" else size)


def _one_of(known: Mapping[str, object]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell.lower() not in known:
            raise ValueError("is not one of: " + ", ".join(known))
        return cell.lower()

    return read


def _source(cell: str) -> str:
    """Any word is kept: a code that is not in the list counts as `other` (measures.md, M04)."""
    code = cell.lower()
    return "" if code == "not_known" else code if code in SOURCES else cell


def _whole_number(cell: str) -> int:
    if not re.fullmatch(r"[0-9]+", cell) or int(cell) > PLACES_LIMIT:
        raise ValueError("is not a whole number of places from 0")
    return int(cell)


def _email(cell: str) -> str:
    try:
        validate_email(cell)
    except ValidationError:
        raise ValueError("is not an email address such as name@example.org") from None
    return cell


def _phone(cell: str) -> str:
    try:
        return normalise_phone(cell)
    except ValueError:
        raise ValueError("is not a possible telephone number") from None


def _postcode(cell: str) -> str:
    # Stricter than a form, where a person is there to be helped: any spacing, and nothing else between.
    if re.fullmatch(r"[A-Za-z0-9\s]+", cell):
        with suppress(ValueError):
            return normalise_postcode(cell)
    raise ValueError("has not the form of a postcode such as NE8 1AA")


# Column: how its cells are read. The order is that of the layout (docs/importing.md).
COLUMNS: dict[str, Callable[[str], object]] = {
    "external_id": _text,
    "received_at": _moment,
    "channel": _one_of(CHANNELS),
    "source": _source,
    "campaign": _text,
    "first_name": _text,
    "last_name": _text,
    "second_first_name": _text,
    "second_last_name": _text,
    "email": _email,
    "phone": _phone,
    "postcode": _postcode,
    "chosen_authority": str.upper,
    "first_attempt_at": _moment,
    "first_conversation_at": _moment,
    "initial_visit_on": _date,
    "eoi_submitted_on": _date,
    "eoi_authorised_on": _date,
    "handover_sent_at": _moment,
    "handover_authority": str.upper,
    "handover_answer": _one_of(ANSWERS),
    "handover_answered_at": _moment,
    "application_received_on": _date,
    "stage1_completed_on": _date,
    "stage2_started_on": _date,
    "panel_on": _date,
    "decision": _one_of(OUTCOMES),
    "decided_on": _date,
    "places": _whole_number,
    "hold_from": _date,
    "hold_until": _date,
    "closed_on": _date,
    "closed_reason": _one_of(CLOSED_REASONS),
}
AUTHORITY_COLUMNS = ("chosen_authority", "handover_authority")
DATED = tuple(name for name, read in COLUMNS.items() if read in (_date, _moment) and name != "hold_until")
# A part and what gives it meaning.
NEEDS = (
    ("handover_answer", "handover_answered_at"),
    ("handover_answered_at", "handover_answer"),
    ("handover_answer", "handover_sent_at"),
    ("handover_answered_at", "handover_sent_at"),
    ("decision", "decided_on"),
    ("decided_on", "decision"),
    ("closed_reason", "closed_on"),
    ("hold_until", "hold_from"),
)
# The second must not come before the first.
IN_ORDER = (
    ("hold_from", "hold_until", "the hold ends before it starts"),
    ("handover_sent_at", "handover_answered_at", "the handover is answered before it is sent"),
    ("application_received_on", "decided_on", "the decision comes before the application"),
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell, or with the row where `column` is empty."""

    row: int
    external_id: str
    column: str
    value: str
    reason: str


@dataclass
class PastRow:
    """One record, read. With faults it is bad, and `values` are not to be used."""

    number: int
    external_id: str
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class RowReader:
    """Reads records by the rules. `members` are the authorities that are or were members of the hub, by GSS code."""

    columns: list[str]
    members: Mapping[str, object]
    today: datetime.date

    def read(self, number: int, record: list[str]) -> PastRow:
        """The values of the record by column, empty cells left out, and what is wrong with it."""
        cells = {
            name: cell.strip()
            for name, cell in zip(self.columns, record, strict=False)
            if name in COLUMNS and cell.strip()
        }
        row = PastRow(number, cells.get("external_id", "")[:LONGEST])

        def fault(column: str, reason: str) -> None:
            row.faults.append(Fault(number, row.external_id, column, cells.get(column, ""), reason))

        if len(record) > len(self.columns):
            fault("", f"the row has {len(record)} cells, more than the header's {len(self.columns)}")
            return row
        _leave_out_what_is_not_read(cells)
        self._read_cells(cells, row.values, fault)
        _check_presence(cells, fault)
        for first, second, reason in IN_ORDER:
            if first in row.values and second in row.values and row.values[second] < row.values[first]:
                fault(second, reason)
        return row

    def _read_cells(self, cells: dict[str, str], values: dict, fault: Callable) -> None:
        for name, cell in cells.items():
            if len(cell) > LONGEST:
                fault(name, f"is longer than {LONGEST} characters")
                continue
            try:
                value = self._read_cell(name, cell)
            except ValueError as problem:
                fault(name, str(problem))
                continue
            values[name] = value

    def _read_cell(self, name: str, cell: str) -> Any:
        if "\x00" in cell:
            raise ValueError("holds a character that cannot be stored")
        value: Any = COLUMNS[name](cell)
        if name in AUTHORITY_COLUMNS:
            if value not in self.members:
                raise ValueError("is not the GSS code of an authority that is or was a member of the hub")
            return self.members[value]
        if name in DATED and day_of(value) > self.today:
            raise ValueError("lies after the day of import")
        return value


def _leave_out_what_is_not_read(cells: dict[str, str]) -> None:
    if cells.get("decision", "").lower() != "approved":
        cells.pop("places", None)
    if "handover_sent_at" not in cells:
        cells.pop("handover_authority", None)


def _check_presence(cells: dict[str, str], fault: Callable[[str, str], None]) -> None:
    for name in ("external_id", "received_at"):
        if name not in cells:
            fault(name, "is missing")
    if not any(name in cells for name in CONTACT):
        fault(", ".join(CONTACT), "are all missing: one of them is needed")
    for part, partner in NEEDS:
        if part in cells and partner not in cells:
            fault(part, f"means nothing without {partner}")


def day_of(value) -> datetime.date:
    """The local date of a moment; a date as it is."""
    return local_date(value) if isinstance(value, datetime.datetime) else value
