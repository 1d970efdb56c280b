"""A signed return whose facts have changed: a new version from today's facts, beside what moved and what moved it."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from enquiries.journey import KINDS
from enquiries.models import Activity, Enquiry, RoutingDecision
from handover.figures.months import members_in
from handover.models import MonthlyFigures
from hub.errors import Refused
from hub.models import User
from reporting.measures import Case, Period, cases_of_each
from reporting.measures.cases import CASES
from reporting.measures.definition import line_name
from reporting.measures.facts import joined_with
from reporting.returns.differences import moved_between
from reporting.returns.drafting import document_of, fill_in, locked, must_hold
from reporting.returns.models import NARRATIVE, Return
from reporting.targets.changes import COMPARES

MOST = 500  # facts on a page


@transaction.atomic
def restate_return(*, period: Period, by: User, reason: str) -> Return:
    """Begin the next version of a signed return, from today's facts and with the narrative as it was.

    It is reviewed and signed like any other; the version before stays as it is. Refused without a reason, and while
    the latest version is itself a draft.
    """
    must_hold(by, "sign_return")
    earlier = locked(period)
    if not earlier.is_signed:
        raise Refused(f"There is a draft of {period} already. Sign that one; there is one draft at a time.")
    if not reason.strip():
        raise Refused("Say why the return is restated.")
    ret = Return(
        kind=earlier.kind,
        period_from=earlier.period_from,
        period_to=earlier.period_to,
        version=earlier.version + 1,
        restated_reason=reason.strip(),
        **{name: getattr(earlier, name) for name in NARRATIVE},
    )
    fill_in(ret, timezone.now(), by)
    ret.save()
    return ret


def moved_since(ret: Return, at: datetime.datetime) -> list[dict[str, Any]]:
    """Every figure of a return that the facts known at the moment would give otherwise (differences.py)."""
    return moved_between(ret.lines, document_of(ret.period, at)["lines"])


@dataclass(frozen=True)
class Movers:
    """What was recorded between two moments and moved figures, besides what moves by itself."""

    facts: list[Activity] = field(default_factory=list)
    routings: list[RoutingDecision] = field(default_factory=list)
    figures: list[MonthlyFigures] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)  # labels of lines that none of these explains

    @property
    def is_cut(self) -> bool:
        return max(len(self.facts), len(self.routings)) >= MOST

    def __bool__(self) -> bool:
        return bool(self.facts or self.routings or self.figures or self.unexplained)


def movers_of(
    *, period: Period, moved: list[dict[str, Any]], since: datetime.datetime, until: datetime.datetime, user: User
) -> Movers:
    """The facts that moved these figures: recorded or voided after the first moment and up to the second, of the cases
    in which the two differ; where a council was chosen anew; and what councils sent."""
    names = _lines_of(moved)
    drawn = list(dict.fromkeys(_COUNTED.get(name, name) for name in names if _COUNTED.get(name, name) in CASES))
    then, now = (cases_of_each(drawn, period, at) if drawn else {} for at in (since, until))
    touched = {name: _differing(then[name], now[name]) for name in drawn}
    households = _households(set().union(*touched.values()) if touched else set(), user)
    window = {"recorded_at__gt": since, "recorded_at__lte": until}
    kinds = [kind for kind, rule in KINDS.items() if rule.rank < 200] + ["voided"]
    facts = Activity.objects.visible_to(user).filter(enquiry__in=households, kind__in=kinds, **window)
    routings = RoutingDecision.objects.filter(enquiry__in=households, at__gt=since, at__lte=until)
    months = [month.first for month in period.months]
    if not _OF_THE_QUARTER_BEFORE.isdisjoint(names):
        months.append(period.earlier(months=3).last.replace(day=1))
    sent = MonthlyFigures.objects.filter(month__in=months, sent_at__gt=since, sent_at__lte=until)
    found = Movers(
        facts=list(facts.select_related("enquiry", "recorded_by", "voids").order_by("recorded_at", "pk")[:MOST]),
        routings=list(routings.select_related("enquiry", "authority").order_by("at", "pk")[:MOST]),
        figures=list(sent.select_related("authority", "sent_by").order_by("sent_at")),
    )
    for name, label in names.items():
        if not touched.get(_COUNTED.get(name, name)) and not (found.figures and name in _SUPPLIED):
            found.unexplained.append(label)
    return found


# Lines that are worked out of the cases of another, and those that are worked out of what councils send.
_COUNTED = {"L03": "M18", "K07": "M18", **COMPARES}
_SUPPLIED = {*(f"L{number:02}" for number in range(1, 8)), "K06", "K07", "K15 now", "K15 before", "K15 change"}
_OF_THE_QUARTER_BEFORE = frozenset({"K15 before", "K15 change"})


def _lines_of(moved: list[dict[str, Any]]) -> dict[str, str]:
    """The names of the lines of moved figures with their labels."""
    return {
        line_name(cell["code"], cell.get("breakdown", ""), cell.get("basis", "")): f"{cell['code']} {cell['label']}"
        for cell in moved
    }


def _differing(then: Iterable[Case], now: Iterable[Case]) -> set[int]:
    before, after = Counter(then), Counter(now)
    return {case.enquiry_id for case in ((before - after) + (after - before))}


def _households(ids: set[int], user: User) -> list[int]:
    """The enquiries and all that merging ever joined with them, undone or not: it moves figures of both."""
    joined = joined_with(sorted(ids)) if ids else []
    return list(Enquiry.objects.visible_to(user).filter(pk__in=joined).values_list("pk", flat=True))


def councils_of(period: Period) -> dict[str, str]:
    """The names of the councils that were members in the period, by code."""
    return {authority.gss_code: authority.name for month in period.months for authority in members_in(month.first)}
