"""What moved between two sets of lines of one period's return."""

from collections.abc import Iterator
from typing import Any

Where = tuple[str, str, str, str, str]  # code, breakdown, basis, key, column


def moved_between(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every cell that differs: its line (code, label, unit; breakdown with key, basis), column, from and to.

    A column is "total", a GSS code or "unallocated". A cell is as interfaces.md writes it; a cell that one of the two
    does not have at all is null there.
    """
    was, now = dict(_cells(before)), dict(_cells(after))
    labels = _labels([*before, *after])
    return [
        {
            "code": code,
            **labels[code, breakdown, basis],
            **({"breakdown": breakdown, "key": key} if breakdown else {}),
            **({"basis": basis} if basis else {}),
            "column": column,
            "from": was.get(where),
            "to": now.get(where),
        }
        for where in dict.fromkeys([*now, *was])
        for code, breakdown, basis, key, column in [where]
        if was.get(where) != now.get(where)
    ]


def marks_of(moved: list[dict[str, Any]]) -> dict[Where, Any]:
    """What each moved cell was before, by where it stands."""
    return {
        (cell["code"], cell.get("breakdown", ""), cell.get("basis", ""), cell.get("key", ""), cell["column"]): (
            cell["from"]
        )
        for cell in moved
    }


def _cells(lines: list[dict[str, Any]]) -> Iterator[tuple[Where, Any]]:
    for line in lines:
        about = line["code"], line.get("breakdown", ""), line.get("basis", "")
        tables = line["values"].items() if "values" in line else [("", line)]
        for key, table in tables:
            yield (*about, key, "total"), _total(table)
            for gss_code, cell in table["authorities"].items():
                yield (*about, key, gss_code), cell
            yield (*about, key, "unallocated"), table["unallocated"]


def _total(table: dict[str, Any]) -> Any:
    if "numerator" in table:
        return {"value": table["total"], "numerator": table["numerator"], "denominator": table["denominator"]}
    return table["total"]


def _labels(lines: list[dict[str, Any]]) -> dict[tuple[str, str, str], dict[str, str]]:
    by_code = {line["code"]: line["label"] for line in lines if "label" in line}
    return {
        (line["code"], line.get("breakdown", ""), line.get("basis", "")): {
            "label": line.get("label") or by_code.get(line["code"], line["code"]),
            "unit": line["unit"],
        }
        for line in lines
    }
