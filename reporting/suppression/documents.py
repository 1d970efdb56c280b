"""Small numbers hidden in a return's document, in its measures and its breakdowns."""

import copy
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from reporting.layout import HIDDEN
from reporting.measures.campaigns import COSTS as CAMPAIGN_COSTS
from reporting.measures.definition import line_name
from reporting.suppression.cells import hidden_cells
from reporting.suppression.solving import Cell, Sum
from reporting.suppression.tables import TOTAL, Shares, over_periods

UNALLOCATED = "unallocated"

# The counts that say how many cases stand behind a percentage, a median or a sum: where they are hidden, it is too.
CASES: dict[str, tuple[str, ...]] = {
    "M06": ("M02",),
    "M07": ("M05",),
    "M09": ("M08",),
    "M15": ("M13", "M14"),
    "M17": ("M16",),
    "M19": ("M18",),
    "M23": ("M18",),
    "M30 score": ("M30 answers",),
    "K03 flow": ("M16", "M02"),
    "K04 flow": ("M18",),
    "K08": ("M05",),
    "K09": ("M08",),
    "K10": ("M16",),
    "K11": ("M18",),
    "K12 score": ("K12 answers",),
    "accepted": ("M13", "M14"),  # of dashboards/compared.py: its rest is a figure, referrals declined or returned
}
# Breakdowns of a measure that has another code.
BROKEN_DOWN = {"M03": "M02", "M04": "M02"}
# What is the rest of a count, and may be negative: net change is approvals less those deregistered.
RESTS = {"L03": ("M18", "L02"), "K15 change": ("K15 now", "K15 before")}
COUNTED = frozenset(
    "households referrals places people answers surveys events sessions children constellations".split()
)
# Changes against a baseline, which is known: they tell their count, and are hidden where it is.
CHANGES = {"K01": "M02", "K05": "M18"}
# What each costs tells how many there are, for whoever knows the spend.
COSTS = {f"K13 {cost} by campaign": f"K13 {count} by campaign" for cost, count in CAMPAIGN_COSTS.items()}
# Sums over months: what is counted when it happens. What is counted on a day (open, on hold) is not.
ON_A_DAY = frozenset({"M25", "M25 by stage", "M26", "L01", "L04", "L05", "L06", "L07"})


def suppress(document: dict) -> dict:
    """A copy of a return's document in which small numbers, and what would give them away, are "c"."""
    return suppress_together({"": document})[""]


def suppress_together(
    documents: Mapping[str, dict], periods: Mapping[str, Sequence[str]] | None = None
) -> dict[str, dict]:
    """The same of several documents that people may lay side by side; `periods` as in `tables.protect_together`.

    Where the document of a longer period is not among them, it is taken as known all the same: another page shows it.
    """
    documents = {name: copy.deepcopy(document) for name, document in documents.items()}
    given = list(documents)
    for name, parts in (periods or {}).items():
        if name not in documents:
            documents[name] = added_up([documents[part] for part in parts])
    tables = {name: _Tables(name, document) for name, document in documents.items()}
    shares = Shares()
    for one in tables.values():
        one.give_shares(shares)
    counts, sums = dict(shares.counts), shares.sums()
    also: dict[Cell, list[Cell]] = defaultdict(list, shares.also)
    for one in tables.values():
        counts |= one.counts
        sums += one.sums()
        one.goes_along(also)
    least = shares.least | {cell: -inf for cell in counts if cell[1] in RESTS}
    adding = {cell: count for cell, count in counts.items() if cell[1] not in ON_A_DAY}
    for name, parts in (periods or {}).items():
        sums += over_periods(adding, name, list(parts))
    hide = hidden_cells(counts, sums, also=also, least=least, never_small=shares.never_small)
    for one in tables.values():
        one.hide(hide)
    return {name: documents[name] for name in given}


def added_up(documents: Sequence[dict]) -> dict:
    """The document of a longer period as far as it is the sum of those of the shorter ones: counts and percentages."""
    lines: dict[str, dict] = {}
    for line in (line for document in documents for line in document["lines"]):
        name = _name(line)
        if (line["unit"] in COUNTED or line["unit"] == "percent") and name not in ON_A_DAY:
            blank = {key: line[key] for key in ("code", "unit", "breakdown", "basis") if key in line}
            _add(lines.setdefault(name, blank), line)
    return {"lines": list(lines.values())}


def _add(into: dict, line: dict) -> None:
    if "values" in line:
        for key, row in line["values"].items():
            _add(into.setdefault("values", {}).setdefault(key, {}), row)
        return
    own = into.setdefault("authorities", {})
    for code, cell in line["authorities"].items():
        own[code] = _more(own.get(code), cell)
    into[UNALLOCATED] = _more(into.get(UNALLOCATED), line[UNALLOCATED])
    if "numerator" in line:
        into |= _more({"numerator": into.get("numerator", 0), "denominator": into.get("denominator", 0)}, line)
    into[TOTAL] = _more(into.get(TOTAL), line[TOTAL]) if "numerator" not in line else None


def _more(before: Any, cell: Any) -> Any:
    if isinstance(cell, dict):
        return {part: (before or {}).get(part, 0) + (cell[part] or 0) for part in ("numerator", "denominator")}
    return (before or 0) + (cell or 0)


def _name(line: dict) -> str:
    return line_name(line["code"], line.get("breakdown", ""), line.get("basis", ""))


class _Tables:
    """One document as cells: (its name, line, key of the breakdown, column)."""

    def __init__(self, name: str, document: dict):
        self.name, self.lines = name, document["lines"]
        self.rows: dict[tuple[str, str], dict] = {}
        self.units: dict[str, str] = {}
        for line in self.lines:
            own = _name(line)
            self.units[own] = line["unit"]
            for key, row in line.get("values", {"": line}).items():
                self.rows[own, key] = row
        for line in self.lines:
            if line["code"] in CHANGES and (CHANGES[line["code"]], "") not in self.rows:
                self.units[CHANGES[line["code"]]] = "households"
                self.rows[CHANGES[line["code"]], ""] = _counts_of(line)
        self.counts: dict[Cell, int] = {
            (name, line, key, column): count or 0
            for (line, key), row in self.rows.items()
            if self.units[line] in COUNTED
            for column, count in _cells(row).items()
        }

    def sums(self) -> list[Sum]:
        """What adds up to what, wherever it does: across the councils, over a breakdown, and what is a rest."""
        found = [self._across(line, key) for line, key in self.rows if self.units[line] in COUNTED]
        for line in dict.fromkeys(line for line, key in self.rows if key):
            found += self._of_breakdown(line)
        for rest, (whole, part) in RESTS.items():
            found += [
                Sum(self._cell(whole, "", column), (self._cell(rest, "", column), self._cell(part, "", column)))
                for column in self._columns(rest)
            ]
        return [one for one in found if self._holds(one)]

    def give_shares(self, shares: Shares) -> None:
        """The percentages, with their cases."""
        for (line, key), row in self.rows.items():
            if self.units[line] == "percent":
                cells = {**row["authorities"], UNALLOCATED: row[UNALLOCATED], TOTAL: row}
                cases = {column: (cell["numerator"] or 0, cell["denominator"] or 0) for column, cell in cells.items()}
                shares.add((self.name, line, key), cases)

    def goes_along(self, also: dict[Cell, list[Cell]]) -> None:
        """What is hidden with the number of its cases: sums, as M19 with M18, and percentages."""
        for line, others in CASES.items():
            for other in others if self.units.get(line) in (*COUNTED, "percent") else ():
                for column in self._columns(other):
                    also[self._cell(other, "", column)].append(self._cell(line, "", column))

    def hide(self, cells: set[Cell]) -> None:
        """The counts first, then what depends on them."""
        hidden = {
            (line, key): {column for column in _cells(row) if self._cell(line, key, column) in cells}
            for (line, key), row in self.rows.items()
        }
        plain = {line: _cells(row) for (line, key), row in self.rows.items() if not key}
        for (line, _), row in self.rows.items():
            cases = [other for other in CASES.get(line, ()) if other in plain]
            also = set().union(*(hidden[other, ""] for other in cases))
            if line in CASES and self.units[line] not in (*COUNTED, "percent"):
                hidden[line, ""] = also | _of_median(row, [plain[other] for other in cases])
        for (line, key), row in self.rows.items():
            if line in COSTS:
                hidden[line, key] = hidden.get((COSTS[line], key), set()) & {TOTAL}
            if line in CHANGES:
                hidden[line, key] = hidden[CHANGES[line], ""]
            _hide(row, hidden[line, key], self.units[line])

    def _across(self, line: str, key: str) -> Sum:
        columns = [column for column in self._columns(line, key) if column != TOTAL]
        return Sum(self._cell(line, key, TOTAL), tuple(self._cell(line, key, column) for column in columns))

    def _of_breakdown(self, line: str) -> list[Sum]:
        code = line.partition(" ")[0]
        whole = BROKEN_DOWN.get(code, code)
        keys = [key for own, key in self.rows if own == line]
        found = [
            Sum(self._cell(whole, "", column), tuple(self._cell(line, key, column) for key in keys))
            for column in self._columns(whole)
        ]
        inner = [self._cell(line, key, column) for key in keys for column in self._columns(line, key)]
        every = tuple(cell for cell in inner if cell[-1] != TOTAL)
        return [*found, Sum(self._cell(whole, "", TOTAL), every)]

    def _columns(self, line: str, key: str = "") -> Sequence[str]:
        return list(_cells(self.rows[line, key])) if (line, key) in self.rows else []

    def _cell(self, line: str, key: str, column: str) -> Cell:
        cell = (self.name, line, key, column)
        return (*cell, "of") if self.units.get(line) == "percent" else cell

    def _holds(self, one: Sum) -> bool:
        """A sum that does not hold helps nobody: some council has not sent its part, or the line is not there."""
        known = all(cell in self.counts for cell in one.cells)
        return known and self.counts[one.total] == sum(self.counts[part] for part in one.parts)


def _cells(row: dict) -> dict[str, Any]:
    return {**row["authorities"], UNALLOCATED: row[UNALLOCATED], TOTAL: row[TOTAL]}


def _counts_of(change: dict) -> dict[str, Any]:
    """The counts that changes are reckoned from, as the row of their own measure."""
    cells = {code: cell["numerator"] for code, cell in change["authorities"].items()}
    return {TOTAL: change["numerator"], "authorities": cells, UNALLOCATED: change[UNALLOCATED]["numerator"]}


def _of_median(row: dict, cases: list[dict[str, Any]]) -> set[str]:
    """Those over fewer than 5 cases. Where a document does not say how many they are, a median is not shown."""
    if not cases:
        return {column for column, value in _cells(row).items() if value is not None}
    return {column for column in _cells(row) if 0 < sum(counts.get(column) or 0 for counts in cases) < 5}


def _hide(row: dict, columns: set[str], unit: str) -> None:
    percent = unit in ("percent", "percent change")
    blank = {"value": HIDDEN, "numerator": None, "denominator": None} if percent else HIDDEN
    for column in columns - {TOTAL, UNALLOCATED}:
        row["authorities"][column] = copy.copy(blank)
    if UNALLOCATED in columns:
        row[UNALLOCATED] = copy.copy(blank)
    if TOTAL in columns:
        row[TOTAL] = HIDDEN
        if percent:
            row["numerator"] = row["denominator"] = None
