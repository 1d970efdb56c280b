"""Targets and baselines as the page shows them."""

from dataclasses import dataclass

from django.utils import timezone

from hub.working_time import today
from reporting.measures.registry import MEASURES
from reporting.targets.models import Baseline, Target
from reporting.targets.reading import QUARTERS, WITH_BASELINE


@dataclass(frozen=True)
class TargetNow:
    """What holds for a measure and the hub or a council, and what is set for later days."""

    latest: Target
    later: list[Target]

    @property
    def label(self) -> str:
        return MEASURES[self.latest.code].label

    @property
    def text(self) -> str:
        return in_words(self.latest)


def in_words(target: Target) -> str:
    if target.value is None:
        return "no target"
    unit = MEASURES[target.code].unit
    number = f"{target.value:,.1f}".removesuffix(".0")
    return (
        f"{number}%"
        if unit == "percent"
        else f"{number} {unit}" + (" a year" if MEASURES[target.code].is_count else "")
    )


def targets_now() -> list[TargetNow]:
    """By measure, the hub's before the councils'."""
    rows = Target.objects.select_related("authority").order_by("code", "applies_from", "recorded_at", "pk")
    whose: dict[tuple[str, str], dict] = {}
    for row in rows:
        name = row.authority.name if row.authority else ""
        whose.setdefault((row.code, name), {})[row.applies_from] = row  # set again for one day: the last counts
    found = []
    for _, by_day in sorted(whose.items(), key=lambda pair: pair[0]):
        held = [row for day, row in by_day.items() if day <= today()]
        later = [row for day, row in by_day.items() if day > today()]
        if held or later:
            found.append(TargetNow(held[-1] if held else later[0], later if held else later[1:]))
    return found


@dataclass(frozen=True)
class BaselineRow:
    code: str
    label: str
    whose: str
    quarters: list[Baseline | None]


def baselines_now() -> list[BaselineRow]:
    """By measure and the hub or council, what counts for each quarter."""
    known: dict[tuple[str, str], dict[int, Baseline]] = {}
    for row in Baseline.objects.known(timezone.now()).select_related("authority"):
        whose = row.authority.name if row.authority else ""
        known.setdefault((row.code, whose), {}).setdefault(row.quarter, row)
    return [
        BaselineRow(code, MEASURES[code].label, whose or "The hub together", [by.get(number) for number in QUARTERS])
        for (code, whose), by in sorted(known.items())
        if code in WITH_BASELINE
    ]
