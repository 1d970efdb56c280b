"""The forecast as one person may see it. What it learns from is remembered for as long as a dashboard is."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from hub.models import User
from reporting.dashboards.page import Section, Table, drawn
from reporting.forecast import page
from reporting.forecast.backtest import HISTORY, TO_FORECAST, look_back
from reporting.forecast.forms import ForecastForm
from reporting.forecast.known import Known
from reporting.forecast.model import count, expect_new, learn
from reporting.forecast.paths import number_of, read_paths
from reporting.forecast.promptness import promptness
from reporting.households.upkeep import up_to_date_at
from reporting.lately import key_of, lately
from reporting.measures import Period
from reporting.months import month_before, months_to_report, this_month


@dataclass(frozen=True)
class Page:
    council: str
    last: Period
    known: Known
    sections: list[Section]
    assumed: Table | None
    is_otherwise: bool
    up_to_date_at: datetime.datetime | None
    protected: bool


def look_ahead_for(*, form: ForecastForm, by: User) -> Page:
    """The forecast for the council and the assumptions of the form. Whoever may not see small numbers sees none."""
    if not by.can("see_reports"):
        raise PermissionDenied
    protected = not by.can("see_small_numbers")
    last = month_before(this_month())
    known = known_of(form.chosen, last)
    assumed = form.assumptions(loss=known.promptness.loss, usual=known.promptness.share)

    def work_out() -> tuple[list[Section], Table | None]:
        shown = page.Shown(known, assumed, protected=protected, of_one=bool(form.chosen))
        return drawn(shown.sections()), shown.assumed_table()

    sections, table = lately(key_of("forecast-page", form.chosen, last, protected, assumed), work_out)
    return Page(form.council, last, known, sections, table, assumed.is_otherwise, up_to_date_at(), protected)


def known_of(authority: str, last: Period) -> Known:
    """What is known at the end of the month `last`, and how good forecasts from it were; at most four minutes old."""
    return lately(key_of("forecast", authority, last), lambda: _find_out(authority, last))


def _find_out(authority: str, last: Period) -> Known:
    at = number_of(last.last)
    first = max(number_of(months_to_report()[-1].first), at - HISTORY + 1)
    months = max(0, at - first + 1)
    counts = count(read_paths(authority, last, HISTORY), first, at)
    return Known(
        at=at,
        months=months,
        table=learn(counts, at),
        standing=counts.open.get(at, {}),
        new=expect_new(counts.received, at, first),
        came={"applied": dict(counts.applied), "approved": dict(counts.approved)},
        trials=look_back(counts, at, first) if months >= TO_FORECAST else [],
        promptness=promptness(authority, last),
    )
