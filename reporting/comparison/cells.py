"""A published file as text: is it what it should be, and what stands in its cells."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from hub.errors import Refused
from reporting.comparison.known import NO_NUMBER

LARGEST = 20 * 1024 * 1024
_NUMBER = re.compile(r"(\d{1,9}|\d{1,3}(,\d{3}){1,2})(\.\d{1,4})?", re.ASCII)


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell; the header is row 1."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.reason}"


class BadCell(Exception):
    def __init__(self, column: str, reason: str):
        self.column, self.reason = column, reason


@dataclass(frozen=True)
class Record:
    """One row by the names of its columns."""

    row: int
    cells: dict[str, str] = field(repr=False)

    def text(self, column: str) -> str:
        return self.cells[column]

    def number(self, column: str) -> tuple[Decimal | None, str]:
        """The number, or None and what stands in its place. Raises `BadCell` for anything else."""
        written = self.cells[column]
        if written.lower() in NO_NUMBER:
            return None, written.lower()
        if re.fullmatch(r"[-−–]\s*[\d,.]+", written):
            raise BadCell(column, f"“{written}” is less than 0")
        if not _NUMBER.fullmatch(written):
            raise BadCell(column, f"“{written[:40]}” is not a number")
        return Decimal(written.replace(",", "")), ""

    def whole(self, column: str) -> tuple[Decimal | None, str]:
        """The same where only whole numbers make sense."""
        number, marker = self.number(column)
        if number is not None and number != int(number):
            raise BadCell(column, f"“{self.cells[column]}” is not a whole number")
        return number, marker


def text_of(content: bytes) -> str:
    """The file's text; `Refused` with what it is instead of UTF-8 CSV."""
    if not content.strip():
        raise Refused("The file is empty.")
    if len(content) > LARGEST:
        raise Refused("The file is larger than 20 MB, which no such table is.")
    if content.startswith(b"PK"):
        raise Refused("The file is a workbook or a ZIP file. Save the sheet as CSV (UTF-8) and import that.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("The file is written in UTF-16. Save it as CSV (UTF-8).")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        row = content.count(b"\n", 0, fault.start) + 1
        raise Refused(
            f"The file is not written in UTF-8: row {row} has a character that is not. Save it as CSV (UTF-8)."
        ) from None
    if text.lstrip().startswith("<"):
        raise Refused("The file is a web page, not a table. Download the CSV file itself.")
    if "\0" in text:
        raise Refused("The file holds characters that no CSV file has (NUL).")
    return text


def rows_of(text: str, *, is_whole: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Rows with their numbers, blank ones left out; `Refused` where the file breaks off.

    A file that does not end with a line break was probably cut off: the last number may lack its end and look sound.
    `is_whole` says that somebody has looked.
    """
    if not is_whole and not text.endswith(("\n", "\r")):
        raise Refused(
            "The file does not end with a line break, so it seems to be cut off. Download it again; if it is whole, "
            "import it with --whole."
        )
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise Refused(f"The file breaks off or is no CSV file: row {number} cannot be read ({fault}).") from None
        cells = [" ".join(cell.replace("\xa0", " ").split()) for cell in cells]
        if any(cells):
            yield number, cells
