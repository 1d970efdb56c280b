"""M27 of a return: the hours of support recorded in its period, in all and by kind (measures.md)."""

import datetime
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from reporting.measures.computation import UNALLOCATED, members_of
from reporting.measures.period import Period
from reporting.measures.registry import label_of, unit_of
from reporting.registers.models import SupportHours, SupportKind

Quarters = dict[int | None, int]  # by id of the authority; None is for all


def hours_lines(period: Period, as_at: datetime.datetime) -> list[dict[str, Any]]:
    """M27 and its breakdown by kind, as interfaces.md writes lines; none where no hours were ever recorded.

    What was for all authorities, or for one without a column, is unallocated. The kinds are those offered, and of the
    others those that occur; "labels" says what each is called.
    """
    known = SupportHours.objects.standing(as_at)
    if not known.exists():
        return []
    members = members_of(period)
    rows = known.of(period).order_by().values_list("kind", "authority").annotate(sum=Sum("quarters"))
    by_kind: dict[int, Quarters] = defaultdict(dict)
    together: Quarters = defaultdict(int)
    for kind, authority, quarters in rows:
        by_kind[kind][authority] = quarters
        together[authority] += quarters
    kinds = [kind for kind in SupportKind.objects.all() if kind.offered or kind.pk in by_kind]
    head = {"code": "M27", "label": label_of("M27")}
    unit = unit_of("M27")
    return [
        {**head, "unit": unit, **_cells(together, members)},
        {
            **head,
            "breakdown": "kind",
            "unit": unit,
            "labels": {kind.code: kind.label for kind in kinds},
            "values": {kind.code: _cells(by_kind.get(kind.pk, {}), members) for kind in kinds},
        },
    ]


def _cells(quarters: Quarters, members: dict[int, str]) -> dict[str, Any]:
    authorities = {code: _hours(quarters.get(pk, 0)) for pk, code in members.items()}
    return {
        "total": _hours(sum(quarters.values())),
        "authorities": dict(sorted(authorities.items())),
        UNALLOCATED: _hours(sum(amount for pk, amount in quarters.items() if pk not in members)),
    }


def _hours(quarters: int) -> float:
    """A float holds quarters exactly."""
    return float(Decimal(quarters) / 4)
