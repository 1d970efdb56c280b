"""What a person sees of a dashboard."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from hub.models import User
from hub.working_time import today
from reporting.dashboards.page import Asked, Dashboard, Section
from reporting.dashboards.pickers import PickerForm
from reporting.dashboards.remembered import sections_of
from reporting.households.upkeep import up_to_date_at


@dataclass(frozen=True)
class Page:
    dashboard: Dashboard
    about: str
    sections: list[Section]
    up_to_date_at: datetime.datetime | None
    protected: bool


def look_at(*, dashboard: Dashboard, form: PickerForm, by: User) -> Page:
    """The dashboard for what was picked. Whoever may not see small numbers gets it without them."""
    if not by.can(dashboard.right):
        raise PermissionDenied
    asked = Asked(form.chosen, protected=not by.can("see_small_numbers"), today=today())
    return Page(dashboard, form.in_words, sections_of(dashboard, asked), up_to_date_at(), asked.protected)
