"""An authority's own funnel: of those sent in a month, how many came how far by now.

Each column counts the same people, by the month in which they were sent (a cohort), so that late months look worse than
they are: whoever is still open is shown apart. Read under the authority's restriction. Of what was given back the
enquiry is not theirs to read: that is counted from the handover alone.
"""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median

from django.db.models import Count, DateField, Q
from django.db.models.functions import TruncMonth

from enquiries.journey import ACCEPTED_STAGES, OPEN_STAGES, Stage
from enquiries.models import Activity
from handover.models import Handover, HandoverQuerySet
from hub.models import User
from hub.working_time import LONDON, WorkingTime, local_date, start_of_day

STEPS = {
    "received": "Received",
    "opened": "Opened",
    "accepted": "Accepted",
    "visited": "First visit",
    "applied": "Application",
    "assessed": "Stage 2",
    "approved": "Approved",
}
_ASSESSED_STAGES = [Stage.ASSESSMENT, Stage.APPROVED]
_ACCEPTED = Q(state__in=[Handover.State.ACCEPTED, Handover.State.COMPLETED])
_OF_HANDOVERS = {
    "received": Count("pk"),
    # An answer is proof of opening where history knows no opening.
    "opened": Count("pk", filter=Q(opened_at__isnull=False) | Q(answered_at__isnull=False)),
    "accepted": Count("pk", filter=_ACCEPTED | Q(state=Handover.State.WITHDRAWN, answered_at__isnull=False)),
    "waiting": Count("pk", filter=Q(state__in=Handover.UNANSWERED_STATES)),
}


def _reached(stages: list[Stage]) -> Q:
    """They stand in one of the stages, or ended there."""
    return Q(enquiry__stage__in=stages) | Q(enquiry__stage=Stage.CLOSED, enquiry__closed_from__in=stages)


_OF_ENQUIRIES = {
    "applied": Count("pk", filter=_reached([Stage.APPLICATION, *_ASSESSED_STAGES])),
    "assessed": Count("pk", filter=_reached(_ASSESSED_STAGES)),
    "approved": Count("pk", filter=Q(enquiry__decision="approved")),
    "under_way": Count("pk", filter=Q(enquiry__stage__in=sorted(ACCEPTED_STAGES & OPEN_STAGES))),
}


@dataclass
class Cohort:
    """Those sent in a month, or in all months together."""

    month: datetime.date | None = None
    counts: Counter = field(default_factory=Counter)
    answered_in: list[int] = field(default_factory=list)  # working days, of those that were answered

    @property
    def still_open(self) -> int:
        return self.counts["waiting"] + self.counts["under_way"]

    @property
    def ended(self) -> int:
        """Ended without an approval: declined, returned, withdrawn, closed, not approved."""
        return self.counts["received"] - self.counts["approved"] - self.still_open

    @property
    def days_to_answer(self) -> float | None:
        return median(self.answered_in) if self.answered_in else None

    @property
    def steps(self) -> list[dict]:
        """Each step with its count and its share of all received, in percent."""
        received = self.counts["received"]
        return [
            {"name": name, "label": label, "count": self.counts[name],
             "percent": round(100 * self.counts[name] / received) if received else 0}
            for name, label in STEPS.items()
        ]  # fmt: skip


def funnel_of(
    handovers: HandoverQuerySet, *, user: User, first: datetime.date, last: datetime.date, calendar: WorkingTime
) -> tuple[Cohort, list[Cohort]]:
    """All that were sent from the month of `first` to that of `last`, together and month by month."""
    sent = handovers.filter(sent_at__gte=start_of_day(first), sent_at__lt=start_of_day(_month_after(last)))
    by_month: dict[datetime.date, Cohort] = {month: Cohort(month) for month in months_between(first, last)}
    accepted = sent.filter(_ACCEPTED)
    visited = Activity.objects.visible_to(user).filter(kind="initial_visit", voided_by__isnull=True)
    for rows in (
        _by_month(sent, _OF_HANDOVERS),
        _by_month(accepted, _OF_ENQUIRIES),
        _by_month(accepted.filter(enquiry__in=visited.values("enquiry")), {"visited": Count("pk")}),
    ):
        for row in rows:
            by_month[row.pop("month")].counts.update(row)
    for month, days in _answered_in(sent, calendar).items():
        by_month[month].answered_in = days
    cohorts = list(by_month.values())
    together = Cohort(counts=sum((one.counts for one in cohorts), Counter()))
    together.answered_in = [days for one in cohorts for days in one.answered_in]
    return together, cohorts


def months_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The first days of the months, ends included."""
    months = [first.replace(day=1)]
    while (following := _month_after(months[-1])) <= last:
        months.append(following)
    return months


def _month_after(day: datetime.date) -> datetime.date:
    return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def _by_month(handovers: HandoverQuerySet, counts: dict) -> list[dict]:
    month = TruncMonth("sent_at", tzinfo=LONDON, output_field=DateField())
    rows = handovers.order_by().annotate(month=month).values("month").annotate(**counts)
    return [dict(row) for row in rows]


def _answered_in(handovers: HandoverQuerySet, calendar: WorkingTime) -> dict[datetime.date, list[int]]:
    """By month, how many working days each answer took."""
    found = defaultdict(list)
    known: dict[tuple[datetime.date, datetime.date], int] = {}
    moments = handovers.filter(answered_at__isnull=False).order_by().values_list("sent_at", "answered_at")
    for sent_at, answered_at in moments.iterator():
        if answered_at is None:
            continue
        days = calendar.day_zero(sent_at), local_date(answered_at)
        if days not in known:
            known[days] = max(calendar.working_days_after(*days), 0)
        found[local_date(sent_at).replace(day=1)].append(known[days])
    return found
