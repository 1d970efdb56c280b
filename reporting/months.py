"""The months for which there is something to report."""

import datetime

from django.db.models import Min

from enquiries.models import Enquiry
from hub.models import Membership
from hub.working_time import local_date, today
from reporting.measures import Period

LONGEST = 120


def this_month() -> Period:
    return Period.month_of(today())


def month_before(period: Period) -> Period:
    return Period.month_of(period.first - datetime.timedelta(days=1))


def months_to_report() -> list[Period]:
    """From this month back to the one of the first enquiry; at least this month and the one before.

    Not to before there was a hub, nor more than ten years: a date of long ago is a mistake in an imported row.
    """
    period, first = this_month(), _first_day()
    months = [period, month_before(period)]
    while months[-1].first > first and len(months) < LONGEST:
        months.append(month_before(months[-1]))
    return months


def _first_day() -> datetime.date:
    """When the first enquiry came, or the first council joined if that was later."""
    earliest = Enquiry.objects.aggregate(at=Min("received_at"))["at"]
    joined = Membership.objects.aggregate(on=Min("starts_on"))["on"]
    return max(filter(None, (earliest and local_date(earliest), joined)), default=today())
