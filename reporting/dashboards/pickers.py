"""What a dashboard is about, in its address: whole months, a council, a campaign."""

import datetime
from collections.abc import Sequence

from django import forms

from enquiries.models import Campaign
from hub.design.forms import DesignForm
from hub.models import Authority
from hub.working_time import today
from reporting.dashboards.shown import year_of
from reporting.households.reading import ALL, Chosen
from reporting.measures import UNALLOCATED, Period
from reporting.months import months_to_report, this_month

USUAL = "The last 12 full months"
Periods = dict[str, tuple[str, Period]]


class PickerForm(DesignForm):
    """Nothing picked means the last twelve full months, all councils, all campaigns.

    Only whole months, quarters and financial years are offered: figures of periods that overlap as one likes could be
    subtracted from each other until a small number shows (measures.md, Suppression). `only_quarters`: nothing but
    quarters that are over, the latest where nothing is picked. `adds_up`: periods of a financial year that add up to
    each other, no campaign, and of a single council the year itself (shown.py). `council` is the one that a
    council's people look at, whatever the address says.
    """

    mark_optional = False

    period = forms.ChoiceField(required=False)
    authority = forms.ChoiceField(required=False, label="Council")
    campaign = forms.ChoiceField(required=False)
    sort = forms.ChoiceField(required=False, label="Sorted by")

    def __init__(
        self,
        data,
        *,
        picks: Sequence[str] = ("period", "authority", "campaign"),
        sorts: Sequence[tuple[str, str]] = (),
        only_quarters: bool = False,
        adds_up: bool = False,
        council: Authority | None = None,
    ):
        super().__init__(data)
        self.council, self.adds_up = council, adds_up
        self.earliest = months_to_report()[-1].first  # read now: a council's people may not read what it is made of
        self.periods = quarters_that_are_over() if only_quarters else periods_to_pick()
        if council:  # what is running changes by one household at a time (decision 31)
            self.periods = {key: found for key, found in self.periods.items() if found[1].last < today()}
        if adds_up and council:
            self.periods = {key: found for key, found in self.periods.items() if year_of(found[1]) == found[1]}
        self.usual, usual_label = last_quarter() if only_quarters else last_twelve_months(), USUAL
        if adds_up:
            self.usual, usual_label = year_so_far(self.periods or periods_to_pick())
        months = [(key, label) for key, (label, span) in self.periods.items() if label != usual_label]
        self.fields["period"].choices = months if only_quarters else [("", usual_label), *months]
        self.fields["sort"].choices = [("", "Name"), *sorts]
        councils = Authority.objects.members_between(self.span_of_all.first, self.span_of_all.last)
        names = [(council.gss_code, council.name) for council in councils.order_by("name")]
        self.fields["authority"].choices = [("", "All councils"), *names, (UNALLOCATED, "No council yet")]
        if adds_up:
            self.fields["authority"].help_text = "Of one council, the whole financial year"
        campaigns = [(campaign.code.upper(), campaign.name) for campaign in Campaign.objects.order_by("name")]
        self.fields["campaign"].choices = [("", "All campaigns"), *campaigns]
        unwanted = (
            set(self.fields) - set(picks) | ({"authority"} if council else set()) | ({"campaign"} if adds_up else set())
        )
        for name in unwanted | (set() if sorts else {"sort"}):
            del self.fields[name]

    @property
    def span_of_all(self) -> Period:
        spans = [span for _, span in self.periods.values()] or [self.usual]
        return Period(min(span.first for span in spans), max(span.last for span in spans))

    @property
    def chosen(self) -> Chosen:
        """What was picked; of what cannot be picked, the usual."""
        picked = self.cleaned_data if self.is_valid() else {}
        _, span = self.periods.get(picked.get("period", ""), ("", self.usual))
        authority = self.council.gss_code if self.council else picked.get("authority", ALL)
        if self.adds_up and authority:
            span = year_of(span, self.earliest)
        return Chosen(span, authority, picked.get("campaign", ""))

    @property
    def sorted_by(self) -> str:
        return self.cleaned_data.get("sort", "") if self.is_valid() else ""

    @property
    def in_words(self) -> str:
        """September 2026, Gateshead: what everything on the page is about."""
        chosen = self.chosen
        names = {name: dict(self.fields[name].choices) for name in self.fields}
        parts = [chosen.span.label] if "period" in self.fields else ["Up to now"]
        if self.council:
            parts.append(self.council.name)
        elif chosen.authority:
            parts.append(str(names["authority"][chosen.authority]))
        if chosen.campaign:
            parts.append(str(names["campaign"][chosen.campaign]))
        return ", ".join(parts)


class PackForm(PickerForm):
    """What goes into a board pack."""

    dashboards = forms.MultipleChoiceField(
        label="What should be in it?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one part"},
    )

    def __init__(self, data, *, dashboards: Sequence[tuple[str, str]], protected: bool):
        super().__init__(data, picks=("period", "authority", "campaign", "dashboards"), adds_up=protected)
        self.fields["dashboards"].choices = dashboards
        self.fields["dashboards"].initial = [slug for slug, _ in dashboards]
        self.order_fields(["dashboards", "period", "authority", "campaign"])


def last_twelve_months() -> Period:
    """The twelve whole months before this one."""
    last = this_month().earlier(months=1)
    return Period(last.earlier(months=11).first, last.last)


def year_so_far(periods: Periods) -> tuple[Period, str]:
    """The financial year of the last full month, or the latest that can be picked, and what it is called."""
    last = last_twelve_months().last
    years = [found for found in periods.values() if year_of(found[1]) == found[1]]
    held = [found for found in years if found[1].first <= last <= found[1].last]
    label, span = (held or years)[0]
    return span, label


def last_quarter() -> Period:
    """The latest quarter that is over."""
    return Period.quarter_of(today()).earlier(months=3)


def quarters_that_are_over() -> Periods:
    """No two of them share a month, so that none can be worked out from others."""
    return {key: found for key, found in periods_to_pick().items() if "Q" in key and found[1].last < today()}


def periods_to_pick() -> Periods:
    """Financial years, quarters and months in which there is something to report, the latest first, by their name in
    the address."""
    months = months_to_report()
    earliest = months[-1].first
    years: dict[str, tuple[str, Period]] = {}
    quarters: dict[str, tuple[str, Period]] = {}
    for month in months:
        year = month.first.year - (month.first.month < 4)
        quarter = f"{year}-Q{(month.first.month - 4) % 12 // 3 + 1}"
        quarters.setdefault(quarter, (_quarter_label(quarter), Period.quarter(quarter)))
        span = Period(datetime.date(year, 4, 1), datetime.date(year + 1, 3, 31))
        years.setdefault(f"{year}-{(year + 1) % 100:02}", (f"Financial year {year} to {year + 1}", span))
    single = {f"{month.first:%Y-%m}": (str(month), month) for month in months}
    found = {**years, **quarters, **single}
    return {key: (_so_far(label, span), _within(span, earliest)) for key, (label, span) in found.items()}


def _quarter_label(quarter: str) -> str:
    return Period.quarter(quarter).label


def _so_far(label: str, span: Period) -> str:
    return f"{label} so far" if span.last >= today() else label


def _within(span: Period, earliest: datetime.date) -> Period:
    """From the first month in which there can be anything: a year that had no hub in it is not reported as empty."""
    return Period(max(span.first, earliest), span.last)
