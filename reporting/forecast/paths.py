"""The course of each household in whole months, as the forecast reads it: how many took which, not whose they were.

Months are numbers (`number_of`), so that ages are differences. A household is where its dates up to the end of a month
say: what is dated later is not known there. That is what keeps a forecast of the past from knowing what came of it.
What gave way to a later date is not known either: a closing that was reopened since, a decision before another one.
"""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from reporting.households.reading import ALL
from reporting.measures import UNALLOCATED, Period
from reporting.measures.computation import members_of

# Where a household stands at the end of a month. A later one never goes back to an earlier one.
ASKED, SPOKEN, EOI, SENT, APPLIED, ASSESSED, APPROVED, ENDED = range(8)
OPEN = range(ASKED, APPROVED)
LABELS = {
    ASKED: "Asked, not spoken to yet",
    SPOKEN: "Spoken to",
    EOI: "Expression of interest",
    SENT: "Sent to a council",
    APPLIED: "Applied",
    ASSESSED: "Being assessed",
}
OLDEST = 13  # months: whoever has been there so long is like all who have been there longer


class Path(NamedTuple):
    """The months in which one household came to each step, None where it has not. `counted` is rule 4 as known now."""

    received: int
    spoken: int | None = None
    eoi: int | None = None
    sent: int | None = None
    applied: int | None = None
    assessed: int | None = None
    approved: int | None = None
    ended: int | None = None
    counted: bool = True


Paths = Iterable[tuple[Path, int]]  # with how many households took it


def number_of(day: datetime.date) -> int:
    """The month of the day, counted from the year 0."""
    return day.year * 12 + day.month - 1


def month_of(number: int) -> Period:
    return Period.month_of(datetime.date(number // 12, number % 12 + 1, 1))


def state_at(path: Path, month: int) -> tuple[int, int] | None:
    """Where the household stood at the end of the month, and for how many months: since it asked, or since it applied.

    None before it asked. Nothing dated after the month is looked at.
    """
    if path.received > month:
        return None
    if _by(path.approved, month):
        return APPROVED, 0
    if _by(path.ended, month):
        return ENDED, 0
    steps = (path.received, path.spoken, path.eoi, path.sent, path.applied, path.assessed)
    stage = max(number for number, when in enumerate(steps) if _by(when, month))
    since = path.received
    if stage >= APPLIED:
        since = min(when for when in (path.applied, path.assessed) if when is not None and when <= month)
    return stage, min(month - since, OLDEST)


def _by(when: int | None, month: int) -> bool:
    return when is not None and when <= month


def read_paths(authority: str, last: Period, months: int) -> list[tuple[Path, int]]:
    """How many households took each path, as known at the end of the month `last`; one statement for all.

    Left out are those that had ended so many months before, and merged ones. Those that turned out not to count
    (measures.md, rule 4) are there: until they were closed nobody knew. A household is in the council in which
    it is now.
    """
    members = members_of(last)
    first = last.earlier(months=months).first
    with connection.cursor() as cursor:
        cursor.execute(
            _PATHS,
            {
                "last": last.last,
                "first": first,
                "floor": Period.month_of(first).earlier(months=OLDEST + 1).first,
                "authority": authority,
                "all": ALL,
                "nowhere": UNALLOCATED,
                "members": list(members),
                "wanted": [pk for pk, code in members.items() if code == authority],
            },
        )
        return [(Path(*row[:-1]), row[-1]) for row in cursor.fetchall()]


def _month(column: str) -> str:
    """Of a date that is known by then; of what lies far back only that it does."""
    known = f"greatest({column}, %(floor)s::date)"
    number = f"(extract(year FROM {known}) * 12 + extract(month FROM {known}))::int - 1"
    return f"CASE WHEN {column} <= %(last)s::date THEN {number} END"


_DATES = (
    "received_on", "conversation_on", "least(eoi_submitted_on, eoi_authorised_on)", "sent_on", "application_on",
    "assessed_from", "approved_on", "ended_on",
)  # fmt: skip
_PATHS = f"""
SELECT {", ".join(_month(date) for date in _DATES)}, is_counted, count(*)
FROM (
    SELECT *,
        CASE WHEN decision = 'approved' THEN decided_on END AS approved_on,
        least(closed_on, CASE WHEN decision = 'not_approved' THEN decided_on END) AS ended_on
    FROM reporting_household
    WHERE NOT is_merged AND received_on <= %(last)s::date AND (is_counted OR closed_on IS NOT NULL)
        AND CASE %(authority)s
            WHEN %(all)s THEN TRUE
            WHEN %(nowhere)s THEN authority_id IS NULL OR authority_id <> ALL(%(members)s::bigint[])
            ELSE authority_id = ANY(%(wanted)s::bigint[])
        END
) AS household
WHERE coalesce(least(approved_on, ended_on), %(last)s::date) >= %(first)s::date
GROUP BY {", ".join(str(number) for number in range(1, len(_DATES) + 2))}
"""
