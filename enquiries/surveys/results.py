"""What came of the surveys: by moment and month, with the answers behind each figure.

A survey belongs to the month in which it was sent, so that answers and sent are of the same people. M30 (measures.md)
counts by the month of the answer instead: `Survey.fact` says when, and its facts what was said as at a day.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Avg, Count, Q
from django.db.models.functions import TruncMonth

from enquiries.intake.forms.brings import months_ahead
from enquiries.models import EnquiryQuerySet, Survey
from hub.working_time import LONDON, today

MONTHS = 12
FEW = 10  # answers; below it a figure says little, and so does the page
ON_A_PAGE = 50
WANTED = ("first_contact", "event", "handover", "closing")


@dataclass(frozen=True)
class Figure:
    """Of some surveys: how many were sent and answered, and how good it was."""

    sent: int
    answered: int
    mean: float | None
    good: int
    label: str = ""
    code: str = ""

    @property
    def rate(self) -> int | None:
        return round(100 * self.answered / self.sent) if self.sent else None

    @property
    def good_share(self) -> int | None:
        return round(100 * self.good / self.answered) if self.answered else None

    @property
    def is_few(self) -> bool:
        return 0 < self.answered < FEW


@dataclass(frozen=True)
class Moment:
    """One moment of the journey: its figure over all the months, and each month's."""

    code: str
    label: str
    total: Figure
    months: list[Figure]


@dataclass(frozen=True)
class Answers:
    """The answers behind a figure."""

    rows: list[Survey]
    page: Page
    occasion: str
    month: str
    title: str

    def _address(self, number: int) -> str:
        kept = {"moment": self.occasion, "month": self.month, "page": number}
        return f"?{urlencode({name: value for name, value in kept.items() if value})}#answers"

    @property
    def newer(self) -> str:
        return self._address(self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def older(self) -> str:
        return self._address(self.page.next_page_number()) if self.page.has_next() else ""


_COUNTS: dict[str, Any] = {
    "sent": Count("pk"),
    "answered": Count("pk", filter=Q(answered_at__isnull=False)),
    "mean": Avg("score"),
    "good": Count("pk", filter=Q(score__gte=4)),
}


def results(enquiries: EnquiryQuerySet) -> list[Moment]:
    """Each moment over the last twelve months, and month by month, the latest first: two queries."""
    asked = Survey.objects.filter(enquiry__in=enquiries, sent_at__gte=_since())
    by_month: dict[str, list[Figure]] = {}
    counted = asked.order_by().annotate(month=TruncMonth("sent_at", tzinfo=LONDON)).values("occasion", "month")
    months: Iterable[Mapping[str, Any]] = counted.annotate(**_COUNTS).order_by("-month")
    for row in months:
        month = row["month"]
        by_month.setdefault(row["occasion"], []).append(_figure(row, f"{month:%B %Y}", f"{month:%Y-%m}"))
    overall: Iterable[Mapping[str, Any]] = asked.order_by().values("occasion").annotate(**_COUNTS)
    totals = {row["occasion"]: row for row in overall}
    nothing: Mapping[str, Any] = {"sent": 0, "answered": 0, "mean": None, "good": 0}
    return [
        Moment(code, Survey.Occasion(code).label, _figure(totals.get(code, nothing)), by_month.get(code, []))
        for code in WANTED
    ]


def answers_of(enquiries: EnquiryQuerySet, asked: Mapping[str, str]) -> Answers:
    """The answers of a moment, of a month or of all, the latest first; what is not understood is left out."""
    occasion = asked.get("moment", "") if asked.get("moment") in WANTED else ""
    month = _month(asked.get("month", ""))
    chosen = Survey.objects.filter(enquiry__in=enquiries, answered_at__isnull=False, sent_at__gte=_since())
    chosen = chosen.filter(occasion=occasion) if occasion else chosen
    if month:
        upto = months_ahead(month, 1)
        chosen = chosen.filter(sent_at__gte=_midnight(month), sent_at__lt=_midnight(upto))
    chosen = chosen.select_related("enquiry__merged_into", "booking__event", "answered_by")
    page = Paginator(chosen.order_by("-answered_at", "-pk"), ON_A_PAGE).get_page(asked.get("page"))
    parts = [Survey.Occasion(occasion).label if occasion else "All answers", f"asked in {month:%B %Y}" if month else ""]
    return Answers(
        list(page.object_list), page, occasion, f"{month:%Y-%m}" if month else "", ", ".join(filter(None, parts))
    )


def _figure(row: Mapping[str, Any], label: str = "", code: str = "") -> Figure:
    return Figure(row["sent"], row["answered"], row["mean"], row["good"], label, code)


def _since() -> datetime.datetime:
    """The first day of the month eleven months ago: with this one, twelve."""
    return _midnight(months_ahead(today().replace(day=1), 1 - MONTHS))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), tzinfo=LONDON)


def _month(said: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(f"{said}-01")
    except ValueError:
        return None
