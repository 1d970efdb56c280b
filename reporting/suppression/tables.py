"""Small numbers hidden in tables of counts, in rows of shares and in medians: for pages, files and feeds alike."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from reporting.layout import HIDDEN
from reporting.suppression.cells import hidden_cells
from reporting.suppression.solving import Cell, Sum

TOTAL = "total"
Table = Mapping[str, Mapping[str, int]]


def protect(table: Table) -> dict[str, dict[str, Any]]:
    """The same table of counts with HIDDEN in the place of every count that must not be shown.

    `table[row][column]`; what adds up to something has the row or the column "total" beside it, and either may be
    missing: a single row, or a list of columns.
    """
    return protect_together({"": table})[""]


def protect_together(
    tables: Mapping[Hashable, Table], periods: Mapping[Hashable, Iterable[Hashable]] | None = None
) -> dict[Hashable, dict[str, dict[str, Any]]]:
    """Several tables that people may lay side by side, such as the months, quarters and years among which they choose.

    `periods` gives for a longer one those that it adds up: {"2026-Q1": ["2026-04", "2026-05", "2026-06"]}. Hand over
    all that can be chosen, whatever is chosen: what is hidden must not depend on it.
    """
    counts = {
        (name, row, column): count
        for name, table in tables.items()
        for row, cells in table.items()
        for column, count in cells.items()
    }
    sums = [one for name, table in tables.items() for one in _sums(name, table)]
    for name, parts in (periods or {}).items():
        sums += over_periods(counts, name, list(parts))
    hide = hidden_cells(counts, sums)
    return {
        name: {
            row: {column: HIDDEN if (name, row, column) in hide else count for column, count in cells.items()}
            for row, cells in table.items()
        }
        for name, table in tables.items()
    }


def over_periods(counts: Mapping[tuple, int], name: Hashable, parts: list[Hashable]) -> list[Sum]:
    """Of each cell of a longer period, that it is the sum of those of the shorter ones; where a short one has no such
    cell, as before an authority joined, it adds nothing."""
    found = []
    for cell in [cell for cell in counts if cell[0] == name]:
        of_parts = tuple(own for part in parts if (own := (part, *cell[1:])) in counts)
        if counts[cell] == sum(counts[own] for own in of_parts):
            found.append(Sum(cell, of_parts))
    return found


def protect_row(counts: Mapping[str, int], total: int) -> dict[str, Any]:
    """A row of counts that add up to the total, "total" among them, with HIDDEN where it must be."""
    hide = hidden_counts(counts, total)
    return {key: HIDDEN if key in hide else count for key, count in {**counts, TOTAL: total}.items()}


def protect_medians(medians: Mapping[str, float | None], cases: Mapping[str, int]) -> dict[str, Any]:
    """Medians by column with HIDDEN in the place of those over 1 to 4 cases. One cannot be worked out from others."""
    return {key: HIDDEN if 0 < cases.get(key, 0) < 5 else value for key, value in medians.items()}


def protect_shares(shares: Mapping[str, tuple[int, int]], total: tuple[int, int]) -> dict[str, Any]:
    """Shares (numerator, denominator) by column, "total" among them, with HIDDEN where `hidden_shares` says."""
    hide = hidden_shares(shares, total)
    return {key: HIDDEN if key in hide else share for key, share in {**shares, TOTAL: total}.items()}


def hidden_counts(counts: Mapping[str, int], total: int) -> set[str]:
    """The keys to hide in a row of counts that add up to the total, "total" among them where it must be."""
    return hidden_cells({**counts, TOTAL: total}, [Sum(TOTAL, tuple(counts))])


def hidden_shares(shares: Mapping[str, tuple[int, int]], total: tuple[int, int]) -> set[str]:
    """The keys to hide in a row of (numerator, denominator): those over fewer than 5 cases, those with a numerator of
    1 to 4 (decision 7), and what tells of them: were all the hidden ones together 0% or 100%, so would each be.
    """
    made = Shares()
    made.add("", {**shares, TOTAL: total})
    hide = hidden_cells(made.counts, made.sums(), also=made.also, least=made.least, never_small=made.never_small)
    return {key for key in (*shares, TOTAL) if made.cell("", key) in hide}


class Shares:
    """Shares as cells: numerator, denominator and the rest of it, which are shown together or not at all."""

    def __init__(self) -> None:
        self.counts: dict[Cell, int] = {}
        self.also: dict[Cell, list[Cell]] = {}
        self.least: dict[Cell, float] = {}
        self.never_small: set[Cell] = set()
        self.rows: dict[Hashable, list[str]] = {}

    def add(self, row: Hashable, shares: Mapping[str, tuple[int, int]]) -> None:
        """A row of (numerator, denominator) by column, "total" among them."""
        self.rows[row] = list(shares)
        for column, (numerator, denominator) in shares.items():
            whole, met, rest = (self.cell(row, column, part) for part in ("of", "met", "rest"))
            self.counts |= {whole: denominator, met: numerator, rest: denominator - numerator}
            self.also |= {whole: [met, rest], met: [whole], rest: [whole]}
            self.least |= {whole: 0, met: 0, rest: 0}
            # 18 of 20: that two were late is no figure of ours (decision 31).
            self.never_small.add(rest)

    def cell(self, row: Hashable, column: str, part: str = "of") -> Cell:
        return (*row, column, part) if isinstance(row, tuple) else (row, column, part)

    def sums(self) -> list[Sum]:
        found = []
        for row, columns in self.rows.items():
            for column in columns:
                whole, met, rest = (self.cell(row, column, part) for part in ("of", "met", "rest"))
                found.append(Sum(whole, (met, rest)))
            for part in ("of", "met", "rest"):
                across = tuple(self.cell(row, column, part) for column in columns if column != TOTAL)
                found.append(Sum(self.cell(row, TOTAL, part), across))
        return found


def _sums(name: Hashable, table: Table) -> list[Sum]:
    rows, columns = list(table), list(dict.fromkeys(column for cells in table.values() for column in cells))
    parts = [column for column in columns if column != TOTAL]
    found: list[Sum] = []
    if TOTAL in columns and parts:
        found += [Sum((name, row, TOTAL), tuple((name, row, part) for part in parts)) for row in rows]
    if TOTAL in rows:
        inner = [row for row in rows if row != TOTAL]
        found += [Sum((name, TOTAL, column), tuple((name, row, column) for row in inner)) for column in columns]
        if TOTAL in columns and parts:
            every: tuple[Cell, ...] = tuple((name, row, part) for row in inner for part in parts)
            found.append(Sum((name, TOTAL, TOTAL), every))
    return found
