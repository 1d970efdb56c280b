"""Councils' own figures of the period: who has sent them, who was asked when, and asking again."""

import datetime
from dataclasses import dataclass

from handover.figures.months import members_in
from handover.figures.nudge import ask_again, last_asked
from handover.figures.services import figures_for
from hub.models import Authority, User
from reporting.returns.drafting import must_hold
from reporting.returns.models import Return


@dataclass(frozen=True)
class CouncilsFigures:
    """One council's figures of one month, as the return knows them."""

    authority: Authority
    month: datetime.date
    is_supplied: bool
    asked_at: datetime.datetime | None
    asked_whom: str


def councils_figures(ret: Return) -> list[CouncilsFigures]:
    """Of each month of the return each council that was a member in it: whether its figures were in when the return was
    drafted, and who was asked for them when."""
    rows = []
    for month in ret.period.months:
        sent, asked = figures_for(month.first, as_at=ret.as_at), last_asked(month.first)
        for authority, values in sent.items():
            at, whom = asked.get(authority.pk, (None, ""))
            rows.append(CouncilsFigures(authority, month.first, values is not None, at, whom))
    return rows


def ask_councils(*, ret: Return, by: User) -> int:
    """Ask the leads of every council whose figures are missing now; none twice on one day. Gives how many councils."""
    must_hold(by, "draft_return")
    asked: set[int] = set()
    for month in ret.period.months:
        sent = figures_for(month.first)
        missing = [authority for authority in members_in(month.first) if sent.get(authority) is None]
        asked |= {one.pk for one in missing if ask_again(authority=one, month=month.first, by=by)}
    return len(asked)
