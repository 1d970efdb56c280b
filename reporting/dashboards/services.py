"""What a person sees of a dashboard."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from hub.isolation import for_the_hub
from hub.models import Authority, User
from hub.working_time import today
from reporting.dashboards.page import Asked, Dashboard, Section
from reporting.dashboards.pickers import PickerForm
from reporting.dashboards.registry import DASHBOARDS
from reporting.dashboards.remembered import sections_of
from reporting.households.upkeep import up_to_date_at


@dataclass(frozen=True)
class Page:
    dashboard: Dashboard
    about: str
    sections: list[Section]
    up_to_date_at: datetime.datetime | None
    protected: bool


def may_see(by: User, dashboard: Dashboard) -> bool:
    """A council's lead: those that are for councils. Everybody else: by the dashboard's right."""
    if by.is_authority_staff:
        return dashboard.for_councils and by.can("see_own_reports")
    return by.can(dashboard.right)


def dashboards_for(by: User) -> list[Dashboard]:
    """Those that this person may open, in their order."""
    return [one for one in DASHBOARDS if may_see(by, one)]


def picker_for(*, dashboard: Dashboard, data: Mapping[str, str], by: User) -> PickerForm:
    """The pickers with what was picked. For a council's people the council is theirs, whatever was asked."""
    protected, council = not by.can("see_small_numbers"), _council_of(by)
    # What is not protected together with all else that could be picked is shown in one way alone, and figures of one
    # campaign, which are small, not at all: either would be subtracted (decision 31). A council knows its own.
    in_one_way = protected and not dashboard.adds_up and council is None
    not_theirs = {"campaign"} if protected else set()
    if in_one_way:
        not_theirs.add("authority")
    # They may not read what the lists are made of: whoever comes here has been asked for the right.
    with for_the_hub():
        return PickerForm(
            data,
            picks=[pick for pick in dashboard.picks if pick not in not_theirs],
            sorts=dashboard.sorts(protected) if dashboard.sorts else (),
            only_quarters=in_one_way or (dashboard.compares and protected),
            adds_up=dashboard.adds_up and protected,
            council=council,
        )


def look_at(*, dashboard: Dashboard, form: PickerForm, by: User) -> Page:
    """The dashboard for what was picked. Whoever may not see small numbers gets it without them.

    A council's people are answered in the hub's place, of their own council: raises `PermissionDenied` where the form
    is of another, or the dashboard not for them.
    """
    council = _council_of(by)
    if not may_see(by, dashboard) or form.council != council:
        raise PermissionDenied
    asked = Asked(
        form.chosen,
        protected=not by.can("see_small_numbers"),
        today=today(),
        reader=council.gss_code if council else "",
        sort=form.sorted_by,
    )
    with for_the_hub():
        return Page(dashboard, form.in_words, sections_of(dashboard, asked), up_to_date_at(), asked.protected)


def _council_of(by: User) -> Authority | None:
    return by.authority if by.is_authority_staff else None
