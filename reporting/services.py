"""The overview, as a person may see it."""

from django.core.exceptions import PermissionDenied

from hub.models import User
from hub.working_time import today
from reporting.dashboards.overview import OVERVIEW
from reporting.dashboards.page import Asked
from reporting.dashboards.remembered import sections_of
from reporting.dashboards.services import Page
from reporting.households.reading import Chosen
from reporting.households.upkeep import up_to_date_at
from reporting.measures import Period
from reporting.months import month_before, this_month


def overview_for(*, user: User, period: Period | None = None) -> Page:
    """The month, or without one the last full month with this one so far beside it."""
    if not user.can(OVERVIEW.right):
        raise PermissionDenied
    month = period or month_before(this_month())
    asked = Asked(Chosen(month), protected=not user.can("see_small_numbers"), today=today())
    about = f"{month} so far" if month.last >= today() else str(month)
    return Page(OVERVIEW, about, sections_of(OVERVIEW, asked), up_to_date_at(), asked.protected)
