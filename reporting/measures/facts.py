"""Reading what the facts say of households (facts.sql): of those that a period may be about, or of some, as now."""

import datetime
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from enquiries.journey import CLOSED_REASONS, KINDS
from hub.working_time import WorkingTime, local_date, today, working_time
from reporting.measures.period import Period

_HERE = Path(__file__).parent
_FACTS, _OF_PERIOD = ((_HERE / f"{name}.sql").read_text(encoding="utf-8") for name in ("facts", "candidates_of_period"))
_OF_SOME = "candidate AS (SELECT unnest(%(enquiries)s::bigint[]) AS enquiry_id),"
_ABOUT_PERIOD, _ABOUT_SOME = (_FACTS.replace("{candidates}", candidates) for candidates in (_OF_PERIOD, _OF_SOME))
_JOINED = """
    WITH RECURSIVE tie AS MATERIALIZED (
        SELECT enquiry_id, into_id AS with_id FROM enquiries_activity WHERE kind = 'merged'
        UNION ALL
        SELECT into_id, enquiry_id FROM enquiries_activity WHERE kind = 'merged'
    ),
    joined (enquiry_id) AS (
        SELECT unnest(%s::bigint[])
        UNION
        SELECT tie.with_id FROM joined JOIN tie ON tie.enquiry_id = joined.enquiry_id
    )
    SELECT enquiry_id FROM joined
"""
# The facts that measures read (measures.md, "Facts"); a returned EOI and the hub's own facts are none.
_MEASURED = [kind for kind, rule in KINDS.items() if rule.rank < 200 and kind not in ("routed", "eoi_returned")]
# A date before it is a mistake, or an earlier system's way to say that it knew none: the days in between are not listed
# one by one, and no bank holidays are sought among them.
CALENDAR_FROM = datetime.date(2000, 1, 1)
_A_DAY = datetime.timedelta(days=1)
Rows = list[tuple[Any, ...]]


def read_period(
    query: str,
    period: Period,
    as_at: datetime.datetime,
    members: dict[int, str],
    parameters: dict[str, Any] | None = None,
) -> Rows:
    """The rows of a query over the named queries of facts.sql: the households of the period, as at the moment."""
    return _run(
        f"{_ABOUT_PERIOD}\n{query}",
        {
            **period.parameters,
            "as_at": as_at,
            "members": list(members),
            **_common_parameters(calendar_parameters(as_at)),
            **(parameters or {}),
        },
    )


def read_these(
    query: str,
    joined: Sequence[int],
    period: Period,
    as_at: datetime.datetime,
    members: dict[int, str],
    parameters: dict[str, Any] | None = None,
) -> Rows:
    """The same of these enquiries alone (`joined_with`), whenever they had their facts."""
    return _run(
        f"{_ABOUT_SOME}\n{query}",
        {
            **period.parameters,
            "enquiries": list(joined),
            "as_at": as_at,
            "members": list(members),
            **_common_parameters(calendar_parameters(as_at)),
            **(parameters or {}),
        },
    )


def joined_with(enquiries: Sequence[int]) -> list[int]:
    """These enquiries, and all that merging ever joined with them, one through the other: their facts are one story."""
    with connection.cursor() as cursor:
        cursor.execute(_JOINED, [list(enquiries)])
        return [pk for (pk,) in cursor.fetchall()]


def read_some(statement: str, joined: Sequence[int], authorities: Iterable[int]) -> Rows:
    """The rows of a statement over the same named queries: these enquiries (`joined_with`) alone, as known now.

    No period: the facts of all time, `is_unended` and `stage` after the last of them. An authority not among
    `authorities` is nobody's.
    """
    return _run(
        f"{_ABOUT_SOME}\n{statement}",
        {
            "enquiries": list(joined),
            "first": "-infinity",
            "last": "infinity",
            "as_at": "infinity",
            "members": list(authorities),
            **_common_parameters(calendar_parameters()),
        },
    )


def calendar_parameters(as_at: datetime.datetime | None = None) -> dict[str, Any]:
    """Every day that a count of working days may begin or end on, with the working days up to it (rule 6).

    They are counted from CALENDAR_FROM on, so that a day has the same number whoever asks.
    """
    calendar = working_time()
    as_at_on = local_date(as_at) if as_at else today()
    earliest, latest, odd_days = _days_that_occur()
    start = max(min(earliest or as_at_on, as_at_on), CALENDAR_FROM)
    end = max(latest or as_at_on, as_at_on, start)
    is_working, working_days = _counted(calendar, end.year)
    first, after = (start - CALENDAR_FROM).days, (end - CALENDAR_FROM).days + 1
    return {
        "closes_at": calendar.closes_at,
        "calendar_days": [*odd_days, *(start + number * _A_DAY for number in range(after - first))],
        "calendar_is_working": [*(day.weekday() < 5 for day in odd_days), *is_working[first:after]],
        "calendar_working_days": [*(-_weekdays(day, CALENDAR_FROM) for day in odd_days), *working_days[first:after]],
        "working_days_over": working_days_over(as_at_on),
    }


def working_days_over(day: datetime.date) -> int:
    """How many working days since CALENDAR_FROM are over on the day: it has not ended itself."""
    _, working_days = _counted(working_time(), day.year)
    return working_days[max((day - CALENDAR_FROM).days - 1, 0)]


@lru_cache(maxsize=4)
def _counted(calendar: WorkingTime, year: int) -> tuple[list[bool], list[int]]:
    """Of each day from CALENDAR_FROM to the end of the year: whether it is a working day, and how many so far."""
    days = (datetime.date(year, 12, 31) - CALENDAR_FROM).days + 1
    is_working = [calendar.is_working_day(CALENDAR_FROM + number * _A_DAY) for number in range(days)]
    return is_working, list(accumulate(map(int, is_working)))


def _days_that_occur() -> tuple[datetime.date | None, datetime.date | None, list[datetime.date]]:
    """The first and last day on which there is a fact, and those before the calendar begins one by one."""
    kinds = ["received", "conversation", "initial_visit", *(kind for kind in KINDS if kind.startswith("handover"))]
    with connection.cursor() as cursor:
        # Of each kind by itself, because an index by kind and day then gives the ends without reading what is between.
        cursor.execute(
            """
            SELECT min(ends.earliest), max(ends.latest), (
                SELECT array_agg(DISTINCT occurred_on) FROM enquiries_activity
                WHERE kind = ANY(%(kinds)s) AND occurred_on < %(calendar_from)s
            )
            FROM unnest(%(kinds)s::text[]) AS kinds (kind), LATERAL (
                SELECT min(occurred_on) AS earliest, max(occurred_on) AS latest
                FROM enquiries_activity WHERE enquiries_activity.kind = kinds.kind
            ) AS ends
            """,
            {"kinds": kinds, "calendar_from": CALENDAR_FROM},
        )
        earliest, latest, odd_days = cursor.fetchone()
    return earliest, latest, odd_days or []


def _weekdays(day: datetime.date, start: datetime.date) -> int:
    """Mondays to Fridays after the day, up to the day before the calendar starts."""
    # Ordinal 1 is a Monday, so so many of the days up to an ordinal are no weekends.
    up_to_start, up_to_day = ((n // 7) * 5 + min(n % 7, 5) for n in (start.toordinal() - 1, day.toordinal()))
    return up_to_start - up_to_day


def _common_parameters(calendar: dict[str, Any]) -> dict[str, Any]:
    return {
        "measured": _MEASURED,
        "reason_codes": list(CLOSED_REASONS),
        "reason_belongs_to": [reason.belongs_to for reason in CLOSED_REASONS.values()],
        "reason_ofsted": [reason.ofsted for reason in CLOSED_REASONS.values()],
        **calendar,
    }


def _run(query: str, parameters: dict[str, Any]) -> Rows:
    with transaction.atomic(), connection.cursor() as cursor:
        # Compiling so long a query takes many times as long as running it, and straight after an import, when the
        # database does not know yet how many rows it has, it would go through them once for each of them.
        cursor.execute("SET LOCAL jit = off; SET LOCAL enable_nestloop = off")
        cursor.execute(query, parameters)
        rows = cursor.fetchall() if cursor.description else []
        cursor.execute("RESET enable_nestloop; RESET jit")
        return rows
