"""Building a return's document (interfaces.md, "Return, JSON"); `exports` writes it as files."""

import datetime
from typing import Any

from hub.models import Hub
from hub.working_time import LONDON
from reporting.measures import DEFINITION, MONTHLY, QUARTERLY, Period, compute_lines
from reporting.measures.kept import MONTHLY_KEPT, QUARTERLY_KEPT, kept_lines


def build_return(period: Period, as_at: datetime.datetime) -> dict[str, Any]:
    """The monthly return of the period as at the moment, as the document that every format is made of.

    `as_at` is aware; nothing recorded after it exists for the figures (measures.md, rule 2).
    """
    lines = [*compute_lines(MONTHLY, period, as_at), *kept_lines(MONTHLY_KEPT, period, as_at)]
    return _document("dfe-monthly", lines, period, as_at)


def build_quarterly_return(period: Period, as_at: datetime.datetime) -> dict[str, Any]:
    """The quarterly KPI return, likewise."""
    lines = [*compute_lines(QUARTERLY, period, as_at), *kept_lines(QUARTERLY_KEPT, period, as_at)]
    return _document("dfe-quarterly", sorted(lines, key=lambda line: line["code"]), period, as_at)


def _document(kind: str, lines: list[dict[str, Any]], period: Period, as_at: datetime.datetime) -> dict[str, Any]:
    hub = Hub.objects.first()
    return {
        "return": kind,
        "definition": DEFINITION,
        "hub": hub.name if hub else "",
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        "as_at": as_at.astimezone(LONDON).isoformat(),
        "status": "draft",
        "lines": lines,
    }
