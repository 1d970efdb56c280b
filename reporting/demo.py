"""What the demo shows of the reports: real published figures, and invented costs, hours, risks and returns."""

import datetime
from decimal import Decimal
from typing import Any

from hub.models import Authority, User
from hub.people.roles import Role
from hub.working_time import today
from reporting.comparison.services import import_shipped
from reporting.households.upkeep import rebuild
from reporting.models import Review, SupportKind
from reporting.months import month_before, months_to_report, this_month
from reporting.ours import financial_year
from reporting.registers.services import record_hours, save_milestone, save_risk
from reporting.returns.drafting import draft_return
from reporting.returns.narrative import save_narrative
from reporting.returns.reviewing import review_return
from reporting.returns.signing import sign_return
from reporting.targets.services import set_baseline, set_target
from reporting.value.models import HubCost
from reporting.value.services import record_assumption, record_cost

# Pounds a year, about what a hub of twelve councils with a team of six may cost.
A_YEAR = {"staff": 298_000, "advertising": 56_200, "systems": 41_500, "premises": 18_000, "events": 9_800}
RISES = Decimal("1.03")


HOURS = {"one_to_one": 26, "visits": 14, "applications": 18, "events": 9, "training": 12, "buddies": 5}  # quarters
RISKS: tuple[dict[str, Any], ...] = (
    {"kind": "risk", "title": "Two workers are away over Christmas", "likelihood": 4, "impact": 3,
     "mitigation": "Cover is arranged with Sunderland’s team; call-backs are booked up to 23 December."},
    {"kind": "risk", "title": "One council has no capacity to assess before February", "likelihood": 3, "impact": 4,
     "mitigation": "Its referrals are offered to neighbouring councils where people agree."},
    {"kind": "issue", "title": "Three councils send their monthly figures late", "likelihood": 5, "impact": 2,
     "mitigation": "Asked again on the fifth working day; raised at the board."},
)  # fmt: skip
PLAN = (
    ("All councils answer referrals in the portal", True),
    ("Skills to Foster offered at weekends", True),
    ("Buddies in every council", False),
    ("Regional campaign for homes for teenagers", False),
    ("Costed plan for an end-to-end hub", False),
)
TARGETS = {"M09": 80, "M15": 5}
BASELINES = {"M02": (52, 58, 49, 66), "M18": (5, 6, 4, 7)}
NARRATIVE = {
    "progress": "Most people were spoken to on the day after they asked. First visits took longer over the holidays.",
    "risks": "See the register: cover over Christmas, and one council’s capacity to assess.",
    "communications": "Radio and social media in the first half of the month; two open days.",
}


def make_reports() -> str:
    """Published figures, costs of every financial year, one checked assumption, what is kept besides facts, a
    signed and a drafted return; the dashboards brought up to date. A sentence about it."""
    imported = import_shipped()
    officer = User.objects.filter(role=Role.DATA_OFFICER).order_by("pk")[0]
    manager = User.objects.filter(role=Role.HUB_MANAGER).order_by("pk")[0]
    rebuild()
    _registers(manager, officer)
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
    _returns(manager, officer)
    return f"{imported.figures} published figures, {len(years)} years of costs."


def _cost(by: User, kind: str, first: datetime.date, amount: Decimal) -> HubCost:
    pounds = amount.quantize(Decimal("1E2"))
    return record_cost(
        by=by, kind=kind, first_month=first, months=12, amount=pounds, evidence="Budget of the host council (invented)"
    )


def _registers(manager: User, officer: User) -> None:
    """What is kept besides facts: hours of the last ten weeks, what may go wrong, and the plan."""
    kinds = {kind.code: kind for kind in SupportKind.objects.all()}
    staff = [*User.objects.filter(role=Role.HUB_WORKER).order_by("pk")[:3], officer]
    council = Authority.objects.get(gss_code="E08000037")
    for weeks in range(10):
        for number, (code, quarters) in enumerate(HOURS.items()):
            on = today() - datetime.timedelta(days=7 * weeks + number)
            of = council if code == "visits" and weeks % 3 == 0 else None
            record_hours(by=staff[number % len(staff)], on=on, kind=kinds[code], quarters=quarters, authority=of)
    for days, risk in enumerate(RISKS):
        save_risk(by=officer, owner=manager, review_on=today() + datetime.timedelta(days=20 * days - 6), **risk)
    for number, (what, done) in enumerate(PLAN):
        due = today() + datetime.timedelta(days=45 * (number - 2))
        save_milestone(by=manager, what=what, due_on=due, done_on=due if done else None)
    since = months_to_report()[-1].first
    for code, value in TARGETS.items():
        set_target(by=manager, code=code, value=Decimal(value), applies_from=since)
    for code, values in BASELINES.items():
        for quarter, value in enumerate(values, 1):
            set_baseline(
                by=manager, code=code, quarter=quarter, value=value, source="Councils’ own counts before the hub",
                source_on=since,
            )  # fmt: skip


def _returns(manager: User, officer: User) -> None:
    """The month before last signed, the last one drafted and half way through the walk."""
    last = month_before(this_month())
    signed = draft_return(period=month_before(last), by=officer)
    signed = save_narrative(ret=signed, by=officer, seen=signed.narrative_mark, **NARRATIVE)
    review_return(ret=signed, by=officer, seen=signed.fingerprint, verdict=Review.Verdict.CONFIRMED)
    sign_return(ret=signed, by=manager, reviewed=signed.fingerprint)
    draft_return(period=last, by=officer)
