"""Lines of what the authorities send each month (measures.md, L01 to L07, K06, K07 and K15).

What was not sent is not supplied, which is None and not nought; each line says from how many authorities its total is.
Where no authority has ever sent any, there are no such lines.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from handover.figures.known import FIGURES
from handover.figures.models import MonthlyFigures
from handover.figures.services import figures_for
from reporting.measures.computation import UNALLOCATED
from reporting.measures.period import Period
from reporting.measures.registry import label_of, unit_of

# By GSS code; None is not supplied. An authority that was no member then is not among them.
Supplied = dict[str, int | None]


def monthly_lines(period: Period, as_at: datetime.datetime, approvals: dict[str, Any]) -> list[dict[str, Any]]:
    """L01 to L07 of a month; `approvals` is its line M18, from which and L02 the net change follows."""
    if not MonthlyFigures.objects.exists():
        return []
    codes = list(approvals["authorities"])
    sent = _supplied([figure.code for figure in FIGURES], period.first, as_at)
    lines = [_line(figure.code, sent[figure.code], codes) for figure in FIGURES]
    lines.append(_line("L03", _net(approvals, sent["L02"]), codes))
    return sorted(lines, key=lambda line: line["code"])


def quarterly_lines(period: Period, as_at: datetime.datetime, approvals: dict[str, Any]) -> list[dict[str, Any]]:
    """K06, K07 and K15 of a quarter; `approvals` is M18 over it. A quarter of which a month is missing is not supplied:
    a sum of two months would look like a good quarter.
    """
    if not MonthlyFigures.objects.exists():
        return []
    codes = list(approvals["authorities"])
    months = [period.earlier(months=back).last.replace(day=1) for back in (2, 1, 0)]
    ended = _sums([_supplied(["L02"], month, as_at)["L02"] for month in months])
    placed = _supplied(["L05"], months[-1], as_at)["L05"]
    before = _supplied(["L05"], period.earlier(months=3).last.replace(day=1), as_at)["L05"]
    change = {code: _less(placed[code], before.get(code)) for code in placed}
    return [
        _line("K06", ended, codes),
        _line("K07", _net(approvals, ended), codes),
        _line("K15", placed, codes, basis="now"),
        _line("K15", before, codes, basis="before"),
        _line("K15", change, codes, basis="change"),
    ]


def _supplied(wanted: Iterable[str], month: datetime.date, as_at: datetime.datetime) -> dict[str, Supplied]:
    sent = figures_for(month, as_at=as_at)
    return {
        code: {authority.gss_code: values[code] if values else None for authority, values in sent.items()}
        for code in wanted
    }


def _sums(months: list[Supplied]) -> Supplied:
    """Over the months in which each was a member."""
    codes = {code for month in months for code in month}
    own = {code: [month[code] for month in months if code in month] for code in codes}
    return {code: None if None in parts else sum(part or 0 for part in parts) for code, parts in own.items()}


def _net(approvals: dict[str, Any], ended: Supplied) -> Supplied:
    return {code: _less(approvals["authorities"].get(code, 0), left) for code, left in ended.items()}


def _less(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before


def _line(code: str, supplied: Mapping[str, int | None], codes: list[str], *, basis: str = "") -> dict[str, Any]:
    known = [value for value in supplied.values() if value is not None]
    return {
        "code": code,
        "label": label_of(code, basis),
        **({"basis": basis} if basis else {}),
        "unit": unit_of(code, basis),
        "total": sum(known) if known else None,
        "supplied": len(known),
        "of": len(supplied),
        "authorities": {gss_code: supplied.get(gss_code) for gss_code in codes},
        UNALLOCATED: None,
    }
