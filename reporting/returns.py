"""Building a return's document (interfaces.md, "Return, JSON") and writing it as JSON and CSV."""

import csv
import datetime
import io
import json
from collections.abc import Iterator
from typing import Any

from hub.models import Authority, Hub
from hub.working_time import LONDON
from reporting.measures import DEFINITION, MONTHLY, Period, compute_lines

CSV_COLUMNS = (
    "return", "definition", "period_from", "period_to", "as_at", "status",
    "code", "label", "breakdown", "key", "unit", "area_code", "area", "value", "numerator", "denominator",
)  # fmt: skip


def build_return(period: Period, as_at: datetime.datetime) -> dict[str, Any]:
    """The monthly return of the period as at the moment, as the document that every format is made of.

    `as_at` is aware; nothing recorded after it exists for the figures (measures.md, rule 2).
    """
    hub = Hub.objects.first()
    return {
        "return": "dfe-monthly",
        "definition": DEFINITION,
        "hub": hub.name if hub else "",
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        "as_at": as_at.astimezone(LONDON).isoformat(),
        "status": "draft",
        "lines": compute_lines(MONTHLY, period, as_at),
    }


def to_json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def to_csv(document: dict[str, Any]) -> bytes:
    """One row for each cell, UTF-8 with a header: `area_code` is "total", a GSS code or "unallocated".

    An absent value is an empty cell.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    names = dict(Authority.objects.values_list("gss_code", "name"))
    head = {
        "return": document["return"],
        "definition": document["definition"],
        "period_from": document["period"]["from"],
        "period_to": document["period"]["to"],
        "as_at": document["as_at"],
        "status": document["status"],
    }
    for line in document["lines"]:
        described = {name: line.get(name, "") for name in ("code", "label", "breakdown", "unit")}
        for key, row in line["values"].items() if "values" in line else [("", line)]:
            for area, cell in _cells(row):
                writer.writerow(
                    {**head, **described, "key": key, "area_code": area, "area": _area(area, names), **_columns(cell)}
                )
    return text.getvalue().encode()


def _cells(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    total = row["total"]
    if "denominator" in row:
        total = {"value": total, "numerator": row["numerator"], "denominator": row["denominator"]}
    yield "total", total
    yield from row["authorities"].items()
    yield "unallocated", row["unallocated"]


def _columns(cell: Any) -> dict[str, Any]:
    return cell if isinstance(cell, dict) else {"value": cell}


def _area(code: str, names: dict[str, str]) -> str:
    return {"total": "All", "unallocated": "No authority"}.get(code) or names.get(code, "")
