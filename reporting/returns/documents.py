"""Building a return's document (interfaces.md, "Return, JSON"); `exports` writes it as files."""

import datetime
from typing import Any

from hub.models import Hub
from hub.working_time import LONDON
from reporting.measures import MONTHLY, QUARTERLY, Period, compute_lines
from reporting.measures.campaigns import campaign_lines
from reporting.measures.definition import APPROVALS, ENQUIRIES
from reporting.measures.kept import MONTHLY_KEPT, QUARTERLY_KEPT, kept_lines
from reporting.measures.supplied import monthly_lines, quarterly_lines
from reporting.measures.versions import definition_for
from reporting.registers.hours import hours_lines
from reporting.registers.snapshot import register_of
from reporting.targets.changes import change_lines


def build_return(period: Period, as_at: datetime.datetime) -> dict[str, Any]:
    """The monthly return of the period as at the moment, as the document that every format is made of.

    `as_at` is aware; nothing recorded after it exists for the figures (measures.md, rule 2).
    """
    facts = compute_lines(MONTHLY, period, as_at)
    approvals = next(line for line in facts if line["code"] == "M18")
    supplied = monthly_lines(period, as_at, approvals)
    lines = [*facts, *hours_lines(period, as_at), *kept_lines(MONTHLY_KEPT, period, as_at), *supplied]
    return _document("dfe-monthly", lines, period, as_at)


def build_quarterly_return(period: Period, as_at: datetime.datetime) -> dict[str, Any]:
    """The quarterly KPI return, likewise."""
    *facts, enquiries, approvals = compute_lines((*QUARTERLY, ENQUIRIES, APPROVALS), period, as_at)
    lines = [
        *facts,
        *change_lines(period, as_at, {"M02": enquiries, "M18": approvals}),
        *campaign_lines(period, as_at),
        *kept_lines(QUARTERLY_KEPT, period, as_at),
        *quarterly_lines(period, as_at, approvals),
    ]
    return _document("dfe-quarterly", sorted(lines, key=lambda line: line["code"]), period, as_at)


def registers_of(period: Period, as_at: datetime.datetime) -> dict[str, Any]:
    """What a stored return says besides its lines: the hub's risks and plan, where it keeps any. `draft_return` (the
    command) writes the lines alone."""
    kept = register_of(period, as_at)
    return kept if any(kept.values()) else {}


def _document(kind: str, lines: list[dict[str, Any]], period: Period, as_at: datetime.datetime) -> dict[str, Any]:
    hub, definition = Hub.objects.first(), definition_for(period)
    return {
        "return": kind,
        "definition": definition.version,
        "hub": hub.name if hub else "",
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        "as_at": as_at.astimezone(LONDON).isoformat(),
        "status": "draft",
        "lines": definition.of(lines),
    }
