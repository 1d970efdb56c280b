"""What the pages about value for money show, and the one page of it that is printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils import timezone

from hub.audit import log_access
from hub.documents import pdf_of
from hub.models import Hub, User
from hub.working_time import today
from reporting import charts
from reporting.measures import Period
from reporting.ours import our_figures
from reporting.value.costs import WAYS, Costs, Shared, pounds, shared
from reporting.value.scenario import Saving, Taken, saving_of
from reporting.value.services import taken_for


@dataclass(frozen=True)
class Value:
    """Costs of a period, and what they saved; no saving where the number of places is not shown to this person."""

    costs: Costs
    taken: dict[str, Taken]
    saving: Saving | None
    why_no_saving: str = ""

    @property
    def what_ifs(self) -> list[Taken]:
        return [one for one in self.taken.values() if one.is_what_if]

    @property
    def to_be_checked(self) -> list[Taken]:
        return [one for one in self.taken.values() if one.is_default and not one.is_what_if]

    @property
    def title(self) -> str:
        """What the costs say, as a sentence."""
        if not self.costs.entries:
            return f"No cost is entered for {self.costs.period}"
        approved = next(each for each in self.costs.each if each.what == "approved household")
        return f"{pounds(self.costs.total)} in {self.costs.period}; {approved.text} for each approved household"

    @property
    def kinds_title(self) -> str:
        name, amount = self.costs.by_kind[0]
        share = 100 * amount / self.costs.total if self.costs.total else Decimal(0)
        return f"{name} is {share:.0f}% of what the hub costs"

    @property
    def kinds_alt(self) -> str:
        return f"Bar chart. {'; '.join(f'{name}: {pounds(amount)}' for name, amount in self.costs.by_kind)}."

    @property
    def kinds_picture(self) -> str:
        rows = [charts.Bar(name, float(amount), pounds(amount)) for name, amount in self.costs.by_kind]
        return charts.bars_beside(rows, self.kinds_alt)


def value_of(*, user: User, period: Period, what_if: Mapping[str, Decimal] | None = None) -> Value:
    """Costs and saving of a period as this person may see them, by the assumptions of its last day (or today's)."""
    costs = Costs(our_figures(user=user, period=period))
    taken = taken_for(min(period.last, today()), what_if=what_if)
    places = costs.ours.cell("M19")
    if places.is_hidden:
        return Value(costs, taken, None, "The number of approved places is small and not shown to you.")
    number = Decimal(str(costs.ours.number("M19") or 0))
    return Value(costs, taken, saving_of(places=number, cost=costs.total, taken=taken))


def report_context(value: Value, way: str) -> dict:
    """What the one page says, in the browser and on paper."""
    hub = Hub.objects.first()
    sharing: Shared = shared(value.costs, way)
    return {
        "value": value,
        "costs": value.costs,
        "saving": value.saving,
        "sharing": sharing,
        "way_label": WAYS[way],
        "hub_name": hub.name if hub else "",
        "made_on": timezone.localdate(),
        "total": pounds(value.costs.total),
        "saved": pounds(value.saving.total) if value.saving else "",
        "campaigns": pounds(value.costs.campaigns),
    }


def report_file(*, value: Value, way: str, by: User) -> bytes:
    """The one page as PDF/UA; that it was taken away is noted."""
    log_access(by=by, action="value_report_exported", reference=str(value.costs.period.first))
    return pdf_of(render_to_string("pdf/value.html", report_context(value, way)))
