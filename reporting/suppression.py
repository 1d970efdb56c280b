"""Small numbers hidden from those without the right to see them (measures.md, "Suppression").

Two rules beyond the plain one keep a hidden figure from being worked out by whoever knows all these rules.
Cells that are suppressed beside a small one are all those of the next smallest value, so that their place tells
nothing; and small cells that the total would give away (one alone, or all 1, or all 4) are never left by themselves.
Then every arrangement of the hidden values is as good as the true one.
"""

import copy
from typing import Any

from reporting.layout import HIDDEN
from reporting.measures.definition import line_name

SMALL = range(1, 5)
TOTAL = "total"
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
}


def suppress(document: dict) -> dict:
    """A copy of a return's document in which small numbers, and what would give them away, are "c".

    Breakdowns are left out: their cells add up to those of the measure in two directions.
    """
    document = copy.deepcopy(document)
    document["lines"] = [line for line in document["lines"] if not line.get("breakdown")]
    plain = {_name(line): _values(line) for line in document["lines"]}
    hidden: dict[str, set[str]] = {}
    # Counts first, then what depends on them.
    for line in sorted(document["lines"], key=lambda line: _name(line) in CASES):
        hidden[_name(line)] = _hidden_of(line, plain, hidden)
    for line in document["lines"]:
        _hide(line, hidden[_name(line)])
    return document


def _name(line: dict) -> str:
    return line_name(line["code"], "", line.get("basis", ""))


def hidden_counts(counts: dict[str, int], total: int) -> set[str]:
    """The keys to hide in a row of counts that add up to the total, "total" among them where it must be."""
    hide = {key for key, count in counts.items() if count in SMALL}
    if total in SMALL:
        return hide | {TOTAL}
    if hide and _total_tells([counts[key] for key in hide]):
        hide |= _next_smallest(counts, hide) or {TOTAL}
    return hide


def hidden_shares(shares: dict[str, tuple[int, int]], total: tuple[int, int], also: set[str]) -> set[str]:
    """The keys to hide in a row of (numerator, denominator): those over fewer than 5 cases, `also`, and what tells.

    Where all the hidden ones together are 0% or 100%, so is each of them: then more are hidden, or else the total.
    """
    denominators = {key: denominator for key, (_, denominator) in shares.items()}
    hide = first = hidden_counts(denominators, total[1]) | also
    while TOTAL not in hide and _all_or_none([shares[key] for key in hide]):
        more = _next_smallest(denominators, hide)
        if not more:
            return first | {TOTAL}
        hide = hide | more
    return hide


def _hidden_of(line: dict, plain: dict[str, dict[str, Any]], hidden: dict[str, set[str]]) -> set[str]:
    code, values = _name(line), plain[_name(line)]
    cases = [other for other in CASES.get(code, ()) if other in plain]
    also = set().union(*(hidden[other] for other in cases))
    if line["unit"] == "percent":
        total = (line["numerator"], line["denominator"])
        shares = {key: value for key, value in values.items() if key != TOTAL}
        # A percentage of a known number of cases tells its numerator, which is a count like any other.
        also |= hidden_counts({key: numerator for key, (numerator, _) in shares.items()}, total[0])
        return hidden_shares(shares, total, also)
    if code in CASES and not _is_count(line):
        # A median cannot be worked out from others; it is hidden for the number of its cases alone.
        return also | {key for key in values if 0 < sum(plain[other].get(key, 0) for other in cases) < 5}
    counts = {key: value or 0 for key, value in values.items() if key != TOTAL}
    return hidden_counts(counts, values[TOTAL] or 0) | also


def _is_count(line: dict) -> bool:
    return line["unit"] in ("households", "referrals", "places", "people", "answers", "surveys", "events", "sessions")


def _values(line: dict) -> dict[str, Any]:
    """The cells of a line by column; of a percentage numerator and denominator."""
    cells = {**line["authorities"], UNALLOCATED: line["unallocated"], TOTAL: line["total"]}
    if line["unit"] == "percent":
        cells[TOTAL] = line
        return {key: (cell["numerator"], cell["denominator"]) for key, cell in cells.items()}
    return cells


def _total_tells(small: list[int]) -> bool:
    """Whether the sum of these counts of 1 to 4 leaves only one possibility."""
    return len(small) == 1 or sum(small) in (len(small) * SMALL[0], len(small) * SMALL[-1])


def _next_smallest(counts: dict[str, int], hide: set[str]) -> set[str]:
    """All that share the smallest value still shown. A nought stays: nobody is behind it."""
    shown = {key: count for key, count in counts.items() if key not in hide and count > 0}
    return {key for key, count in shown.items() if count == min(shown.values())}


def _all_or_none(shares: list[tuple[int, int]]) -> bool:
    numerator = sum(share[0] for share in shares)
    return bool(shares) and numerator in (0, sum(share[1] for share in shares))


def _hide(line: dict, keys: set[str]) -> None:
    for key in keys - {TOTAL, UNALLOCATED}:
        line["authorities"][key] = _blank(line)
    if UNALLOCATED in keys:
        line[UNALLOCATED] = _blank(line)
    if TOTAL in keys:
        line[TOTAL] = HIDDEN
        if line["unit"] == "percent":
            line["numerator"] = line["denominator"] = None


def _blank(line: dict) -> Any:
    return {"value": HIDDEN, "numerator": None, "denominator": None} if line["unit"] == "percent" else HIDDEN
