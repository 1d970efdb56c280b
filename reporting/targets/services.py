"""Setting targets and baselines."""

import datetime
from decimal import Decimal

from hub.errors import Refused
from hub.models import Authority, User
from hub.working_time import today
from reporting.measures.registry import MEASURES
from reporting.targets.models import Baseline, Target
from reporting.targets.reading import QUARTERS, WITH_BASELINE

LARGEST = 1_000_000


def set_target(
    *, by: User, code: str, value: Decimal | None, applies_from: datetime.date, authority: Authority | None = None
) -> Target:
    """Set what a measure should be from a day on; None ends a target. Earlier ones stay for the days they held.

    `Refused` for a measure that cannot have one, more than 100%, and an authority that is no member.
    """
    _must_set_up(by)
    if code not in targetable():
        raise Refused(f"There is no target for {code}.")
    if value is not None and (value < 0 or value > (100 if MEASURES[code].unit == "percent" else LARGEST)):
        raise Refused("A share must be from 0 to 100, and no target is below 0.")
    _must_be_member(authority)
    return Target.objects.create(code=code, value=value, applies_from=applies_from, authority=authority, recorded_by=by)


def set_baseline(
    *,
    by: User,
    code: str,
    quarter: int,
    value: int,
    source: str,
    source_on: datetime.date,
    authority: Authority | None = None,
) -> Baseline:
    """Set what a count was in a quarter of the year before, with its source. What is set again counts from then on.

    `Refused` without a source, for a source of a day to come, and for another measure than those compared.
    """
    _must_set_up(by)
    if code not in WITH_BASELINE or quarter not in QUARTERS:
        raise Refused("There is no baseline for that.")
    if not 0 <= value <= LARGEST:
        raise Refused("A baseline must be a whole number from 0.")
    if not source.strip() or source_on > today():
        raise Refused("Say where the baseline is from, with the date of that source.")
    _must_be_member(authority)
    return Baseline.objects.create(
        code=code, quarter=quarter, value=value, source=source.strip(), source_on=source_on, authority=authority,
        recorded_by=by,
    )  # fmt: skip


def targetable() -> dict[str, str]:
    """The measures that can have a target, with what they are called."""
    return {
        measure.code: measure.label
        for measure in MEASURES.values()
        if measure.code.startswith("M")
        and (measure.is_count or measure.unit in ("percent", "days", "working days"))
        and measure.code not in ("M01", "M03", "M04")
    }


def _must_set_up(by: User) -> None:
    if not by.can("change_settings"):
        raise Refused("A hub manager sets targets and baselines.")


def _must_be_member(authority: Authority | None) -> None:
    if authority and not Authority.objects.members_between(today(), today()).filter(pk=authority.pk).exists():
        raise Refused(f"{authority} is not part of the hub.")
