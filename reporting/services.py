"""The figures that a person may see, and the overview that is made of them."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from hub.models import User
from hub.working_time import today
from reporting import overview
from reporting.layout import Cell, ReturnTable
from reporting.measures import Period
from reporting.months import month_before, this_month
from reporting.returns import build_return
from reporting.suppression import suppress


def figures_for(*, user: User, period: Period) -> dict[str, Any]:
    """The period's document as known now; small numbers are hidden from whoever may not see them (measures.md)."""
    document = build_return(period, timezone.now())
    return document if user.can("see_small_numbers") else suppress(document)


@dataclass(frozen=True)
class Month:
    """One month of the overview, as this person may see it."""

    period: Period
    table: ReturnTable

    @property
    def heading(self) -> str:
        return f"{self.period} so far" if self.period.last >= today() else str(self.period)

    @property
    def sentences(self) -> list[overview.Sentence]:
        return overview.sentences(self.table)


@dataclass(frozen=True)
class OverviewPage:
    """What the overview shows: a month or two in sentences, and one of them in a picture and by council."""

    months: list[Month]
    chosen: Month

    @property
    def funnel(self) -> overview.Funnel:
        return overview.funnel(self.chosen.table)

    @property
    def councils(self) -> list[tuple[str, list[Cell]]]:
        return overview.councils(self.chosen.table)

    @property
    def councils_caption(self) -> str:
        return f"Councils side by side, {self.chosen.heading}"

    @property
    def council_columns(self) -> list[str]:
        return [label for _, label in overview.SIDE_BY_SIDE]

    @property
    def has_hidden(self) -> bool:
        return any(overview.has_hidden(month.table) for month in self.months)


def overview_for(*, user: User, period: Period | None = None) -> OverviewPage:
    """The month, or without one this month so far and the last full month, which the picture then shows."""
    _must_hold(user, "see_reports")
    periods = [period] if period else [this_month(), month_before(this_month())]
    months = [Month(one, ReturnTable(figures_for(user=user, period=one))) for one in periods]
    return OverviewPage(months=months, chosen=months[-1])


def _must_hold(by: User, right: str) -> None:
    if not by.can(right):
        raise PermissionDenied
