"""K01 and K05 of the quarterly return: a count over the quarter against the baseline of that quarter (measures.md)."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reporting.measures.computation import UNALLOCATED, one_decimal
from reporting.measures.period import Period
from reporting.measures.registry import label_of, unit_of
from reporting.targets.models import Baseline
from reporting.targets.reading import quarter_of

COMPARES = {"K01": "M02", "K05": "M18"}


def change_lines(
    period: Period, as_at: datetime.datetime, counts: Mapping[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lines as interfaces.md writes percentages: numerator is the count now, denominator the baseline.

    `counts` are the lines M02 and M18 over the quarter. A line for whose measure no baseline was ever set is left out;
    where there is none for this quarter or this authority, the value is absent.
    """
    known = Baseline.objects.known(as_at).filter(code__in=COMPARES.values()).select_related("authority")
    baselines: dict[tuple[str, int, str], int] = {}
    for row in known:
        area = row.authority.gss_code if row.authority else ""
        baselines.setdefault((row.code, row.quarter, area), row.value)  # the one set last comes first
    ever = {code for code, _, _ in baselines}
    quarter = quarter_of(period.first)
    return [
        _line(code, counts[of], lambda area, of=of: baselines.get((of, quarter, area)))
        for code, of in COMPARES.items()
        if of in ever
    ]


def _line(code: str, counts: dict[str, Any], baseline: Any) -> dict[str, Any]:
    total = _cell(counts["total"], baseline(""))
    return {
        "code": code,
        "label": label_of(code),
        "unit": unit_of(code),
        "total": total["value"],
        "numerator": total["numerator"],
        "denominator": total["denominator"],
        "authorities": {gss: _cell(count, baseline(gss)) for gss, count in counts["authorities"].items()},
        UNALLOCATED: _cell(counts[UNALLOCATED], None),
    }


def _cell(now: int, before: int | None) -> dict[str, Any]:
    value = one_decimal(Decimal(100 * (now - before)) / before) if before else None
    return {"value": value, "numerator": now, "denominator": before}
