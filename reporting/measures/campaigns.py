"""K13 of the quarterly return: what each campaign brought so far, and what each of it cost (measures.md)."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.apps import apps
from django.db import connection

from reporting.measures.computation import UNALLOCATED, members_of
from reporting.measures.facts import joined_with, read_these
from reporting.measures.period import Period
from reporting.measures.registry import label_of, unit_of

_BROUGHT = """
    SELECT upper(enquiry.campaign) AS code, counted.authority_id, count(*),
        count(counted.application_on), count(*) FILTER (WHERE counted.decision = 'approved'),
        bool_or(
            counted.received_on BETWEEN %(first)s AND %(last)s
            OR counted.application_on BETWEEN %(first)s AND %(last)s
            OR counted.decision = 'approved' AND counted.decided_on BETWEEN %(first)s AND %(last)s
        )
    FROM counted
    JOIN enquiries_enquiry AS enquiry ON enquiry.id = counted.id
    WHERE upper(enquiry.campaign) = ANY(%(codes)s::text[]) AND counted.received_on <= %(last)s
    GROUP BY 1, 2
"""
COUNTS = ("enquiries", "applications", "approvals")
COSTS = {"cost_of_enquiry": "enquiries", "cost_of_application": "applications", "cost_of_approval": "approvals"}


@dataclass
class Brought:
    """What one campaign brought, by authority (GSS code or UNALLOCATED), in the order of COUNTS."""

    by_area: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    in_period: bool = False

    def count(self, name: str, area: str = "") -> int:
        place = COUNTS.index(name)
        return sum(counts[place] for where, counts in self.by_area.items() if area in ("", where))


def campaign_lines(period: Period, as_at: datetime.datetime) -> list[dict[str, Any]]:
    """A line for each count, the spend and each cost, broken down by campaign; none where there are no campaigns.

    They are those that ran in the period, or of whose households one enquired, applied or was approved in it: counted
    enquiries received up to its last day, with applications and approvals so far, as known at the moment. Spend is what
    was entered by then; it has no part of any authority. A cost in pounds is absent where nothing came of it.
    """
    campaigns = _known(as_at)
    brought = _brought([row.code.upper() for row in campaigns], period, as_at)
    shown = [
        row
        for row in sorted(campaigns, key=lambda row: (row.name, row.code))
        if row.starts_on <= period.last
        and (row.ends_on is None or row.ends_on >= period.first or brought[row.code.upper()].in_period)
    ]
    if not shown:
        return []
    codes = sorted(members_of(period).values())
    labels = {row.code: row.name for row in shown}

    def line(basis: str, row_of: Any) -> dict[str, Any]:
        return {
            "code": "K13",
            "label": label_of("K13", basis),
            "breakdown": "campaign",
            "basis": basis,
            "unit": unit_of("K13", basis),
            "labels": labels,
            "values": {row.code: row_of(row, brought[row.code.upper()]) for row in shown},
        }

    return [
        *(line(name, lambda row, found, name=name: _counts(found, name, codes)) for name in COUNTS),
        line("spend", lambda row, found: _pounds(row.spend, codes)),
        *(
            line(basis, lambda row, found, name=name: _pounds(_each(row.spend, found.count(name)), codes))
            for basis, name in COSTS.items()
        ),
    ]


def _known(as_at: datetime.datetime) -> list[Any]:
    """The campaigns as they stood at the moment, from their history."""
    history = apps.get_model("enquiries", "CampaignEvent")._default_manager
    known = history.filter(pgh_created_at__lte=as_at).order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id")
    return list(known.distinct("pgh_obj_id"))


def _brought(codes: list[str], period: Period, as_at: datetime.datetime) -> dict[str, Brought]:
    found: dict[str, Brought] = defaultdict(Brought)
    if not codes:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM enquiries_enquiry WHERE campaign <> '' AND upper(campaign) = ANY(%s::text[])", [codes]
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    members = members_of(period)
    for code, authority_id, *counts, in_period in read_these(
        _BROUGHT, joined_with(ids), period, as_at, members, {"codes": codes}
    ):
        area = found[code].by_area[members.get(authority_id, UNALLOCATED)]
        area[:] = [before + more for before, more in zip(area, counts, strict=True)]
        found[code].in_period |= bool(in_period)  # not known where nothing of theirs has a date
    return found


def _counts(found: Brought, name: str, codes: list[str]) -> dict[str, Any]:
    return {
        "total": found.count(name),
        "authorities": {code: found.count(name, code) for code in codes},
        UNALLOCATED: found.count(name, UNALLOCATED),
    }


def _each(spend: Decimal, number: int) -> Decimal | None:
    return spend / number if number else None


def _pounds(amount: Decimal | None, codes: list[str]) -> dict[str, Any]:
    pence = None if amount is None else float(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
    return {"total": pence, "authorities": dict.fromkeys(codes), UNALLOCATED: None}
