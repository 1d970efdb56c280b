"""Every write about costs and assumptions, and what a saving is worked out from."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from hub.errors import Refused
from hub.models import User
from hub.working_time import today
from reporting.value.known import ASSUMPTIONS
from reporting.value.models import Assumption, HubCost
from reporting.value.scenario import Taken


def record_cost(
    *, by: User, kind: str, first_month: datetime.date, months: int, amount: Decimal, evidence: str
) -> HubCost:
    """Add what the hub cost in so many months from `first_month` (its first day); pounds. Nothing is ever edited."""
    _must_hold(by)
    return HubCost.objects.create(
        kind=kind, first_month=first_month, months=months, amount=amount, evidence=evidence, recorded_by=by
    )


def correct_cost(*, cost: HubCost, by: User, amount: Decimal, evidence: str, why: str) -> HubCost:
    """Put another row in the place of one, for the same months and kind; 0 takes it away. `Refused` the second time."""
    _must_hold(by)
    with transaction.atomic():
        cost = HubCost.objects.select_for_update().get(pk=cost.pk)
        if HubCost.objects.filter(replaces=cost).exists():
            raise Refused("Somebody has corrected this already. Look at the list again.")
        return HubCost.objects.create(
            kind=cost.kind,
            first_month=cost.first_month,
            months=cost.months,
            amount=amount,
            evidence=evidence,
            why=why,
            replaces=cost,
            recorded_by=by,
        )


def record_assumption(
    *, by: User, key: str, value: Decimal, source: str, why: str, applies_from: datetime.date
) -> Assumption:
    """From the day on this is taken for true; what was taken before stays for what ended before."""
    _must_hold(by)
    if value > ASSUMPTIONS[key].largest:
        raise Refused(f"{ASSUMPTIONS[key].label} cannot be more than {ASSUMPTIONS[key].largest}.")
    return Assumption.objects.create(
        key=key, value=value, source=source, why=why, applies_from=applies_from, recorded_by=by
    )


def taken_for(day: datetime.date | None = None, what_if: Mapping[str, Decimal] | None = None) -> dict[str, Taken]:
    """Every assumption as it applies on the day (today): what was recorded, else what the product begins with.

    `what_if` stands in for any of them, and is never kept.
    """
    taken = {known.key: Taken(known.key, known.value, known.source) for known in ASSUMPTIONS.values()}
    for kept in Assumption.objects.on(day or today()).select_related("recorded_by"):
        since = f"{kept.applies_from.day} {kept.applies_from:%B %Y}"
        taken[kept.key] = Taken(
            kept.key, kept.value, kept.source, kept.why, since, kept.recorded_by.name, is_default=False
        )
    for key, value in (what_if or {}).items():
        if taken[key].value != value:
            taken[key] = Taken(key, value, "What if: only in the address of this page", is_what_if=True)
    return taken


def _must_hold(by: User) -> None:
    if not by.can("record_costs"):
        raise PermissionDenied
