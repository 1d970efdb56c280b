"""The report on a file of past enquiries: what needs somebody's eye, row by row, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from typing import Protocol

from enquiries.intake.past import Outcome
from enquiries.intake.past_rows import Fault
from handover.imports.models import PastImportLine
from hub.spreadsheets import as_text

COLUMNS = ["row", "external_id", "column", "value", "reason"]
ALREADY = "already there"
_LONGEST = 100


def lines_of(outcome: Outcome) -> Iterator[PastImportLine]:
    """The lines that an outcome gives, not yet stored."""
    kinds = PastImportLine.Kind
    yield from (_line(kinds.BAD, fault) for fault in outcome.faults)
    for row in outcome.already_there:
        fault = Fault(row.number, row.external_id, "external_id", row.external_id, ALREADY)
        yield _line(kinds.ALREADY_THERE, fault)
    yield from (_line(kinds.BEFORE_RECEIVED, fault) for fault in outcome.before_received)


def _line(kind: PastImportLine.Kind, fault: Fault) -> PastImportLine:
    return PastImportLine(
        kind=kind,
        row=fault.row,
        external_id=_storable(fault.external_id),
        column=fault.column,
        value=_storable(fault.value if len(fault.value) <= _LONGEST else f"{fault.value[:_LONGEST]}…"),
        reason=_storable(fault.reason),
    )


def _storable(text: str) -> str:
    """The database has no place for this one character."""
    return text.replace("\x00", "�")


class _Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def write_report(file: _Writable, lines: Iterable[PastImportLine]) -> None:
    """The lines as CSV, in the order given."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for line in lines:
        cells = (line.external_id, line.column, line.value, line.reason)
        writer.writerow([line.row, *map(as_text, cells)])
