"""Who said “not yet” and comes back when: by month, with the reasons, and what we may and do send meanwhile."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from enquiries import journey
from enquiries.models import Enquiry, EnquiryQuerySet, Nudge
from enquiries.models.not_yet import with_what_was_said
from enquiries.not_yet.check_ins import KIND
from hub.working_time import local_date, today

ON_A_PAGE = 50
NO_DAY = "none"


@dataclass
class Row:
    """One household that waits."""

    enquiry: Enquiry
    reason: str
    consent: str
    consent_over: bool
    check_ins: list[str] = field(default_factory=list)


@dataclass
class Pipeline:
    months: list[dict]
    reasons: list[tuple[str, int]]
    total: int
    expired: int
    rows: list[Row]
    page: Page
    chosen: str  # the month, as it stands in the address; "" for all
    only: str  # "expired": those whose yes has run out

    def _address(self, number: int) -> str:
        kept = {"month": self.chosen, "only": self.only, "page": number}
        return "?" + urlencode({name: value for name, value in kept.items() if value})

    @property
    def newer(self) -> str:
        return self._address(self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def older(self) -> str:
        return self._address(self.page.next_page_number()) if self.page.has_next() else ""


def pipeline(enquiries: EnquiryQuerySet, asked: Mapping[str, str]) -> Pipeline:
    """The page as asked for by `month` (2027-03), `only` and `page`; what is not understood is left out."""
    held = with_what_was_said(enquiries.on_hold())
    chosen, only = asked.get("month", ""), asked.get("only", "")
    month = _month(chosen)
    listed = held.filter(_may_no_longer()) if only == "expired" else held
    if chosen == NO_DAY:
        listed = listed.filter(hold_until__isnull=True)
    elif month:
        listed = listed.annotate(month=TruncMonth("hold_until")).filter(month=month)
    ordered = listed.select_related("owner", "authority").prefetch_related("applicants")
    page = Paginator(ordered.order_by(F("hold_until").asc(nulls_last=True), "pk"), ON_A_PAGE).get_page(
        asked.get("page")
    )
    return Pipeline(
        months=_months(held), reasons=_reasons(held), total=held.count(), expired=held.filter(_may_no_longer()).count(),
        rows=_rows(page.object_list), page=page, chosen=chosen if month or chosen == NO_DAY else "",
        only=only if only == "expired" else "",
    )  # fmt: skip


def _may_no_longer() -> Q:
    """They said yes, and by now it has run out; a no, or nothing, is no consent that expired."""
    return Q(said=True, counts_until__lte=today())


def _months(held: QuerySet) -> list[dict]:
    counted = held.annotate(month=TruncMonth("hold_until")).order_by().values("month").annotate(number=Count("pk"))
    rows = sorted(counted, key=lambda row: (row["month"] is None, row["month"] or datetime.date.max))
    this = today().replace(day=1)
    return [
        {
            "code": f"{row['month']:%Y-%m}" if row["month"] else NO_DAY,
            "label": f"{row['month']:%B %Y}" if row["month"] else "No day given",
            "number": row["number"],
            "late": row["month"] is not None and row["month"] < this,
        }
        for row in rows
    ]


def _reasons(held: QuerySet) -> list[tuple[str, int]]:
    counted = held.order_by().values("why").annotate(number=Count("pk")).values_list("why", "number")
    named: dict[str, int] = {}
    for why, number in counted:
        label = journey.HOLD_REASONS.get(why or "", "No reason given")
        named[label] = named.get(label, 0) + number
    return sorted(named.items(), key=lambda one: (-one[1], one[0]))


def _rows(enquiries) -> list[Row]:
    nudges: dict[int, list[Nudge]] = {}
    theirs = [enquiry.pk for enquiry in enquiries]
    planned = Nudge.objects.filter(enquiry__in=theirs, kind=KIND).select_related("message")
    for nudge in planned.order_by("at"):
        nudges.setdefault(nudge.enquiry_id, []).append(nudge)
    return [_row(enquiry, nudges.get(enquiry.pk, [])) for enquiry in enquiries]


def _row(enquiry, nudges: list[Nudge]) -> Row:
    over = bool(enquiry.said and enquiry.counts_until and enquiry.counts_until <= today())
    if enquiry.said is None:
        consent = "Not asked"
    elif not enquiry.said:
        consent = "They said no"
    elif over:
        consent = f"Ran out on {_day(enquiry.counts_until)}"
    else:
        consent = f"Yes, until {_day(enquiry.counts_until)}" if enquiry.counts_until else "Yes"
    return Row(
        enquiry=enquiry, reason=journey.HOLD_REASONS.get(enquiry.why or "", "No reason given"), consent=consent,
        consent_over=over, check_ins=[_in_words(one) for one in _of_this_hold(nudges)],
    )  # fmt: skip


def _of_this_hold(nudges: list[Nudge]) -> list[Nudge]:
    """Those planned with the latest hold; what went before it is history."""
    if not nudges:
        return []
    latest = max(int(one.key.split(":")[1]) for one in nudges)
    return [one for one in nudges if int(one.key.split(":")[1]) == latest]


def _in_words(nudge: Nudge) -> str:
    if nudge.state == Nudge.State.SENT:
        return f"Sent {_day(local_date(nudge.decided_at or nudge.at))}"
    if nudge.state == Nudge.State.SKIPPED:
        return f"Not sent: {nudge.why}"
    return f"Planned {_day(local_date(max(nudge.at, timezone.now())))}"


def _day(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _month(said: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(f"{said}-01")
    except ValueError:
        return None
