"""Adding the cases up: one query for all lines of a return."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hub.models import Authority
from reporting.measures.cases import CASES, DOUBTS, FINDINGS, LISTED_AS, Cases
from reporting.measures.definition import Line, Shape
from reporting.measures.facts import read_period
from reporting.measures.period import Period

UNALLOCATED = "unallocated"


@dataclass(frozen=True)
class Sums:
    """What the cases of one cell add up to."""

    cases: int = 0
    hits: int = 0
    base: int = 0
    total: int = 0
    median: float | None = None


@dataclass(frozen=True)
class Case:
    """One case behind a figure: where it stands, what of it is in the numerator, the sum or the median, its date."""

    enquiry_id: int
    key: str
    area: str
    is_hit: bool
    amount: int | None
    on: datetime.date | None


Cells = dict[tuple[str, str, str], Sums]  # (line, key, area): area is a GSS code, UNALLOCATED or ""


def compute_lines(lines: Sequence[Line], period: Period, as_at: datetime.datetime) -> list[dict[str, Any]]:
    """The lines of a return as interfaces.md writes them, with the breakdown by member authority of the period."""
    members = members_of(period)
    cells = _add_up([line.name for line in lines], period, as_at, members)
    return [line_of(line, cells, sorted(members.values())) for line in lines]


def cases_behind(
    line: str, period: Period, as_at: datetime.datetime, *, key: str | None = None, area: str | None = None
) -> list[Case]:
    """The cases that a cell counts, by enquiry; `line` as M05 or “M24 by reason”.

    `area` is a GSS code or "unallocated", `key` a value of the breakdown; None is all.
    """
    members = members_of(period)
    ids = [pk for pk, code in members.items() if code == area]
    rows = read_period(
        f"""
        SELECT enquiry_id, key, authority_id, is_hit, amount, counted_on FROM ({select(line, *CASES[line])}) AS cases
        WHERE (%(key)s::text IS NULL OR key = %(key)s)
            AND CASE %(area)s::text
                WHEN '' THEN TRUE
                WHEN '{UNALLOCATED}' THEN authority_id IS NULL
                ELSE authority_id = ANY(%(ids)s::bigint[])
            END
        ORDER BY enquiry_id, amount
        """,
        period,
        as_at,
        members,
        {"key": key, "area": area or "", "ids": ids},
    )
    return [
        Case(enquiry_id, key, members.get(authority_id, UNALLOCATED), *rest)
        for enquiry_id, key, authority_id, *rest in rows
    ]


def cases_of_each(names: Sequence[str], period: Period, as_at: datetime.datetime) -> dict[str, list[Case]]:
    """The cases of several lines as at a moment, in one query: what to compare with those as at another."""
    members = members_of(period)
    union = " UNION ALL ".join(select(name, *CASES[name]) for name in names)
    rows = read_period(
        f"SELECT line, enquiry_id, key, authority_id, is_hit, amount, counted_on FROM ({union}) AS cases",
        period,
        as_at,
        members,
    )
    found: dict[str, list[Case]] = {name: [] for name in names}
    for line, enquiry_id, key, authority_id, *rest in rows:
        found[line].append(Case(enquiry_id, key, members.get(authority_id, UNALLOCATED), *rest))
    return found


def data_quality(period: Period, as_at: datetime.datetime, *, doubts: bool = False) -> list[dict[str, Any]]:
    """What to look at before signing: {"code", "label", "enquiries": ids}, only where there is something.

    Facts dated before the enquiry or before what they answer (rule 10), and approvals that M19 cannot add. With
    `doubts` also what is counted and is probably wrong or missing.
    """
    sought = {**FINDINGS, **(DOUBTS if doubts else {})}
    union = " UNION ALL ".join(select(code, cases) for code, (_label, cases) in sought.items())
    rows = read_period(
        f"SELECT line, enquiry_id, array_agg(key) FROM ({union}) AS cases GROUP BY 1, 2 ORDER BY 2",
        period,
        as_at,
        members_of(period),
    )
    found: dict[str, dict[int, list[str]]] = defaultdict(dict)
    for code, enquiry_id, kinds in rows:
        found[code][enquiry_id] = kinds

    def is_new(code: str, enquiry_id: int, kind: str) -> bool:
        return code != "fact_before_received" or all(enquiry_id not in found[same] for same in LISTED_AS.get(kind, ()))

    enquiries = {
        code: [pk for pk, kinds in found[code].items() if any(is_new(code, pk, kind) for kind in kinds)]
        for code in sought
    }
    return [{"code": code, "label": sought[code][0], "enquiries": ids} for code, ids in enquiries.items() if ids]


def one_decimal(number: Decimal) -> float:
    """To one decimal place, half away from zero (rule 8)."""
    return float(number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def members_of(period: Period) -> dict[int, str]:
    """Authorities with a column, by id (rule 5)."""
    members = Authority.objects.members_between(period.first, period.last)
    return dict(members.order_by("gss_code").values_list("pk", "gss_code"))


def _add_up(names: Iterable[str], period: Period, as_at: datetime.datetime, members: dict[int, str]) -> Cells:
    union = " UNION ALL ".join(select(name, *CASES[name]) for name in names)
    rows = read_period(
        f"""
        SELECT line, key, authority_id, grouping(authority_id) = 1, count(*), count(*) FILTER (WHERE is_hit),
            count(*) FILTER (WHERE is_base), coalesce(sum(amount), 0),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)
        FROM ({union}) AS cases
        GROUP BY GROUPING SETS ((line, key, authority_id), (line, key))
        """,
        period,
        as_at,
        members,
    )
    cells: Cells = {}
    for line, key, authority_id, is_total, *sums in rows:
        area = "" if is_total else members.get(authority_id, UNALLOCATED)
        cells[line, key, area] = Sums(*sums)
    return cells


def select(name: str, *queries: Cases) -> str:
    """A line's cases as rows: line, key, authority_id, enquiry_id, is_hit, is_base, amount, counted_on, dated_on."""
    return " UNION ALL ".join(
        f"SELECT '{name}'::text AS line, ({cases.key})::text AS key, authority_id, {cases.enquiry} AS enquiry_id,"
        f" {cases.hit} AS is_hit, {cases.base} AS is_base, ({cases.amount})::int AS amount,"
        f" ({cases.on})::date AS counted_on, ({cases.dated or cases.on})::date AS dated_on"
        f" FROM {cases.source} WHERE {cases.where}"
        for cases in queries
    )


def line_of(line: Line, cells: Cells, codes: list[str]) -> dict[str, Any]:
    """One line as interfaces.md writes it, of sums that were added up; `codes` are the authorities with a column."""
    head = {"code": line.code, "label": line.label}
    if line.breakdown:
        return {
            **head,
            "breakdown": line.breakdown,
            "unit": line.unit,
            "values": {key: _row(line, key, cells, codes) for key in _keys(line, cells)},
        }
    if line.basis:
        head["basis"] = line.basis
    return {**head, "unit": line.unit, **_row(line, "", cells, codes)}


def _keys(line: Line, cells: Cells) -> list[str]:
    """The closed list in its order, then those besides it that occur."""
    occurring = {key for name, key, _area in cells if name == line.name}
    return [*line.keys, *sorted(occurring - set(line.keys))]


def _row(line: Line, key: str, cells: Cells, codes: list[str]) -> dict[str, Any]:
    def cell(area: str) -> Any:
        return _cell(line.shape, cells.get((line.name, key, area), Sums()))

    total = cell("")
    if line.shape == Shape.PERCENT:
        total = {"total": total["value"], "numerator": total["numerator"], "denominator": total["denominator"]}
    else:
        total = {"total": total}
    return {**total, "authorities": {code: cell(code) for code in codes}, UNALLOCATED: cell(UNALLOCATED)}


def _cell(shape: Shape, sums: Sums) -> Any:
    if shape == Shape.PERCENT:
        value = one_decimal(Decimal(100 * sums.hits) / sums.base) if sums.base else None
        return {"value": value, "numerator": sums.hits, "denominator": sums.base}
    if shape == Shape.MEDIAN:
        # The middle of whole numbers is a whole or a half: a float holds it exactly.
        return None if sums.median is None else one_decimal(Decimal(sums.median))
    return sums.total if shape == Shape.SUM else sums.cases
