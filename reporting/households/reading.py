"""Adding up the derived tables by the same lines as a return (measures/cases.py), by month and authority."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hub.working_time import today
from reporting.households.models import Household
from reporting.measures.cases import CASES, Cases
from reporting.measures.computation import UNALLOCATED, Sums, line_of, members_of, select
from reporting.measures.definition import Line
from reporting.measures.facts import working_days_over
from reporting.measures.period import Period

ALL = ""
# What they say of the end of a period can only be said of now: the tables know no earlier state.
OF_NOW_ALONE = frozenset({"M25", "M25 by stage", "M26"})


@dataclass(frozen=True)
class Chosen:
    """What the figures are asked for: whole months, and perhaps one authority or campaign.

    `authority` is a GSS code, UNALLOCATED or ALL; `campaign` a code in capitals or "".
    """

    span: Period
    authority: str = ALL
    campaign: str = ""


@dataclass(frozen=True)
class Cell:
    """Which of a line's sums: None is all months, ALL all authorities together."""

    line: str
    key: str = ""
    month: datetime.date | None = None
    area: str = ALL


_COLUMNS = ", ".join(
    f"kept.{field.column}" for field in Household._meta.concrete_fields if field.column != "authority_id"
)
_TABLES = f"""
WITH members AS (SELECT unnest(%(members)s::bigint[]) AS authority_id),
household AS NOT MATERIALIZED (
    SELECT members.authority_id, {_COLUMNS}
    FROM reporting_household AS kept
    LEFT JOIN members ON members.authority_id = kept.authority_id
    WHERE (%(campaign)s = '' OR kept.campaign = %(campaign)s)
),
counted AS NOT MATERIALIZED (SELECT * FROM household WHERE is_counted),
referral AS NOT MATERIALIZED (
    SELECT kept.id, kept.enquiry_id, members.authority_id, kept.received_on, kept.sent_on, kept.answer,
        kept.answered_on, kept.answer_days
    FROM reporting_referral AS kept
    LEFT JOIN members ON members.authority_id = kept.authority_id
    WHERE (%(campaign)s = '' OR EXISTS (
        SELECT FROM reporting_household AS whose WHERE whose.id = kept.enquiry_id AND whose.campaign = %(campaign)s
    ))
),
referral_answer AS NOT MATERIALIZED (
    SELECT enquiry_id, authority_id, answer AS kind, answered_on AS occurred_on FROM referral WHERE answer IS NOT NULL
)
"""


def add_up(
    names: Sequence[str],
    chosen: Chosen,
    *,
    by: Collection[str] = (),
    lines: Mapping[str, tuple[Cases, ...]] = CASES,
    members_in: Period | None = None,
) -> dict[Cell, Sums]:
    """The sums of these lines (“M05”, “M24 by reason”), for each month ("month") or authority ("authority") in `by` and
    for all of them together. A cell without cases is not there. As known now; rule 5's members are those of the span,
    or of `members_in`. `lines` may know more of them than the returns have.
    """
    if unknown := OF_NOW_ALONE.intersection(names):
        raise ValueError(f"{', '.join(sorted(unknown))} can only be said of now: ask the household table.")
    members = members_of(members_in or chosen.span)
    wanted = [pk for pk, code in members.items() if code == chosen.authority]
    # Each sum for every value of what is asked for, and for all of them together.
    asked = {"month": "month" in by, "area": "authority" in by}
    dimensions = [name for name, wanted_too in asked.items() if wanted_too]
    groups = f", CUBE ({', '.join(dimensions)})" if dimensions else ""
    columns = ", ".join(
        f"{name}, grouping({name}) = 1" if wanted_too else "NULL, TRUE" for name, wanted_too in asked.items()
    )
    union = " UNION ALL ".join(select(name, *lines[name]) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_TABLES}
            SELECT line, key, {columns}, count(*), count(*) FILTER (WHERE is_hit), count(*) FILTER (WHERE is_base),
                coalesce(sum(amount), 0), percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)
            FROM (
                SELECT *, date_trunc('month', dated_on)::date AS month, authority_id AS area FROM ({union}) AS cases
                WHERE CASE %(authority)s
                    WHEN '' THEN TRUE
                    WHEN '{UNALLOCATED}' THEN authority_id IS NULL
                    ELSE authority_id = ANY(%(wanted)s::bigint[])
                END
            ) AS cases
            GROUP BY line, key{groups}
            """,
            {
                "members": list(members),
                "campaign": chosen.campaign,
                "authority": chosen.authority,
                "wanted": wanted,
                "working_days_over": working_days_over(today()),
                "today": today(),
                **chosen.span.parameters,
            },
        )
        rows = cursor.fetchall()
    cells = {}
    for line, key, month, any_month, authority_id, any_area, *sums in rows:
        area = ALL if any_area else members.get(authority_id, UNALLOCATED)
        cells[Cell(line, key, None if any_month else month, area)] = Sums(*sums)
    return cells


def lines_now(lines: Sequence[Line], period: Period) -> list[dict[str, Any]]:
    """The lines of a return as interfaces.md writes them, as known now: what `compute_lines` gives, much sooner."""
    sums = add_up([line.name for line in lines], Chosen(period), by=["authority"])
    cells = {(cell.line, cell.key, cell.area): found for cell, found in sums.items()}
    return [line_of(line, cells, sorted(members_of(period).values())) for line in lines]


def households(chosen: Chosen):
    """The counted households of the authority and campaign chosen, of all time: their dates are for the caller."""
    found = Household.objects.counted()
    if chosen.campaign:
        found = found.filter(campaign=chosen.campaign)
    if chosen.authority == UNALLOCATED:
        return found.exclude(authority__in=members_of(chosen.span))
    if chosen.authority:
        return found.filter(authority__gss_code=chosen.authority)
    return found
