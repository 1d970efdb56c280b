"""What the demo shows of the reports: real published figures, and invented costs of an invented hub."""

import datetime
from decimal import Decimal

from hub.models import User
from hub.people.roles import Role
from reporting.comparison.services import import_shipped
from reporting.months import months_to_report
from reporting.ours import financial_year
from reporting.value.models import HubCost
from reporting.value.services import record_assumption, record_cost

# Pounds a year, about what a hub of twelve councils with a team of six may cost.
A_YEAR = {"staff": 298_000, "advertising": 56_200, "systems": 41_500, "premises": 18_000, "events": 9_800}
RISES = Decimal("1.03")


def make_reports() -> str:
    """Published figures, costs of every financial year, one checked assumption; a sentence about it."""
    imported = import_shipped()
    officer = User.objects.filter(role=Role.DATA_OFFICER).order_by("pk").first()
    assert officer is not None
    years = sorted({financial_year(month.first).first for month in months_to_report()})
    for number, first in enumerate(years):
        for kind, amount in A_YEAR.items():
            _cost(officer, kind, first, Decimal(amount) * RISES**number)
    record_assumption(
        by=officer,
        key="own_week",
        value=Decimal(615),
        source="Finance teams of the twelve councils, weighted by their placements",
        why="Asked all of them in spring",
        applies_from=years[-1],
    )
    return f"{imported.figures} published figures, {len(years)} years of costs."


def _cost(by: User, kind: str, first: datetime.date, amount: Decimal) -> HubCost:
    pounds = amount.quantize(Decimal("1E2"))
    return record_cost(
        by=by, kind=kind, first_month=first, months=12, amount=pounds, evidence="Budget of the host council (invented)"
    )
