"""Building a return's document (interfaces.md, "Return, JSON"); `exports` writes it as files."""

import datetime
from typing import Any

from hub.models import Hub
from hub.working_time import LONDON
from reporting.measures import DEFINITION, MONTHLY, Period, compute_lines


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
