"""The months and quarters that have a return, or could have one."""

import datetime

from reporting.measures import Period
from reporting.months import months_to_report
from reporting.returns.models import Return

PeriodAndReturn = tuple[Period, Return | None]


def periods_with_returns() -> tuple[list[PeriodAndReturn], list[PeriodAndReturn]]:
    """The months and the quarters to report, each the latest first, with their returns where they were drafted."""
    months = months_to_report()
    latest = {(ret.period_from, ret.period_to): ret for ret in Return.objects.without_lines().order_by("version")}

    def with_returns(periods: list[Period]) -> list[PeriodAndReturn]:
        return [(period, latest.get((period.first, period.last))) for period in periods]

    return with_returns(months), with_returns(_quarters_of(months))


def is_to_report(period: Period) -> bool:
    return period in (_quarters_of(months_to_report()) if period.is_quarter else months_to_report())


def period_before(period: Period) -> Period:
    """The month before a month, the quarter before a quarter."""
    day_before = period.first - datetime.timedelta(days=1)
    return Period.quarter_of(day_before) if period.is_quarter else Period.month_of(day_before)


def _quarters_of(months: list[Period]) -> list[Period]:
    return list(dict.fromkeys(Period.quarter_of(month.first) for month in months))
