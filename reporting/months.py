"""The months for which there is something to report."""

import datetime

from django.db.models import Min

from enquiries.models import Enquiry
from hub.working_time import local_date, today
from reporting.measures import Period
from reporting.models import Return


def this_month() -> Period:
    return Period.month_of(today())


def month_before(period: Period) -> Period:
    return Period.month_of(period.first - datetime.timedelta(days=1))


def months_to_report() -> list[Period]:
    """From this month back to the one in which the first enquiry came; at least this month and the one before."""
    period = this_month()
    earliest = Enquiry.objects.aggregate(at=Min("received_at"))["at"]
    first = min(local_date(earliest), month_before(period).first) if earliest else month_before(period).first
    months = []
    while period.last >= first:
        months.append(period)
        period = month_before(period)
    return months


def months_with_returns() -> list[tuple[Period, Return | None]]:
    """Each month to report, the latest first, with its return where one was drafted."""
    latest = {ret.period_from: ret for ret in Return.objects.monthly().without_lines().order_by("version")}
    return [(period, latest.get(period.first)) for period in months_to_report()]
