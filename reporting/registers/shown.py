"""The registers as pages show them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from hub.working_time import today
from reporting.measures.period import Period
from reporting.months import month_before, this_month
from reporting.registers.models import PlanMilestone, Risk, SupportHours

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class MonthOfHours:
    """What was recorded for one month, and what was taken back of it."""

    period: Period
    entries: list[SupportHours]

    @property
    def total(self) -> Decimal:
        return sum((entry.hours for entry in self.standing), Decimal(0))

    @property
    def standing(self) -> list[SupportHours]:
        return [entry for entry in self.entries if not hasattr(entry, "void")]

    @property
    def by_kind(self) -> list[tuple[str, Decimal]]:
        kinds = dict.fromkeys((entry.kind.position, entry.kind.label) for entry in self.standing)
        return [
            (label, sum((entry.hours for entry in self.standing if entry.kind.label == label), Decimal(0)))
            for _, label in sorted(kinds)
        ]

    @property
    def newer(self) -> str:
        after = self.period.earlier(months=-1)
        return f"?month={after.first:%Y-%m}" if after.first <= today() else ""

    @property
    def older(self) -> str:
        return f"?month={month_before(self.period).first:%Y-%m}" if self.period.first > earliest_month().first else ""


def earliest_month() -> Period:
    """Back to which hours are listed: those of whatever may still be recorded."""
    return this_month().earlier(months=MONTHS_SHOWN)


def month_of_hours(period: Period) -> MonthOfHours:
    """Everything recorded for the days of the month, the latest first."""
    entries = SupportHours.objects.of(period).select_related("kind", "authority", "recorded_by", "void__voided_by")
    return MonthOfHours(period, list(entries))


@dataclass(frozen=True)
class Risks:
    open: list[Risk]
    closed: list[Risk]

    @property
    def overdue(self) -> int:
        return sum(risk.is_overdue for risk in self.open)


def risks_now() -> Risks:
    """The open ones, the highest score first, and those closed, the latest first."""
    known = list(Risk.objects.as_known(timezone.now()).select_related("owner"))
    return Risks(
        open=sorted((risk for risk in known if risk.is_open), key=lambda one: (-one.score, one.review_on)),
        closed=sorted((risk for risk in known if not risk.is_open), key=lambda one: one.recorded_at, reverse=True),
    )


def plan_now() -> list[PlanMilestone]:
    """The milestones by the day they are due, those no longer planned last."""
    known = PlanMilestone.objects.as_known(timezone.now())
    return sorted(known, key=lambda one: (one.is_dropped, one.due_on, one.number))


@dataclass(frozen=True)
class Change:
    """One version, and what it changed, in words."""

    version: Any
    what: list[str]


def versions_of(model: Any, number: int) -> list[Change]:
    """All versions of an entry, the latest first, each with what differs from the one before."""
    kept = list(model.objects.filter(number=number).newest_first().select_related("recorded_by"))
    return [
        Change(version, _differences(before, version) if before else ["Added"])
        for version, before in zip(kept, [*kept[1:], None], strict=True)
    ]


_SAID = {
    "kind": "Risk or issue", "title": "What it is", "owner_id": "Owner", "likelihood": "How likely",
    "impact": "How bad", "mitigation": "What we do about it", "review_on": "Look at it again on", "is_open": "Open",
    "what": "What will be done", "due_on": "By when", "done_on": "Done on", "note": "Note",
    "is_dropped": "No longer planned",
}  # fmt: skip


def _differences(before: Any, after: Any) -> list[str]:
    changed = [name for name in _SAID if hasattr(after, name) and getattr(before, name) != getattr(after, name)]
    return [f"{_SAID[name]}: {_in_words(after, name)}" for name in changed]


def _in_words(version: Any, name: str) -> str:
    value = getattr(version, name)
    if name == "owner_id":
        return version.owner.name
    if hasattr(value, "isoformat"):
        return f"{value:%-d %B %Y}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    display = getattr(version, f"get_{name}_display", None)
    return str(display() if display else value) or "nothing"
