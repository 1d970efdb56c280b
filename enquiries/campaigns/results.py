"""What campaigns brought: enquiries, applications, approvals so far and what each cost (measures.md, K13)."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import TruncMonth, Upper

from enquiries.models import Campaign, EnquiryQuerySet, SteppedAside
from enquiries.models.enquiry_query import APPLIED
from hub.working_time import LONDON, today


@dataclass(frozen=True)
class Results:
    """One campaign with its numbers up to now."""

    campaign: Campaign
    enquiries: int = 0
    applications: int = 0
    approvals: int = 0

    @property
    def cost_of_enquiry(self) -> Decimal | None:
        return self._each(self.enquiries)

    @property
    def cost_of_application(self) -> Decimal | None:
        return self._each(self.applications)

    @property
    def cost_of_approval(self) -> Decimal | None:
        return self._each(self.approvals)

    @property
    def target_in_words(self) -> str:
        """'34% of the 50 hoped for', and more than 100% where it did better; empty without a target."""
        target = self.campaign.target
        return f"{100 * self.enquiries // target}% of the {target:,} hoped for" if target else ""

    def _each(self, number: int) -> Decimal | None:
        return self.campaign.spend / number if number else None


NUMBERS = {
    "enquiries": Count("pk"),
    "applications": Count("pk", filter=APPLIED),
    "approvals": Count("pk", filter=Q(decision="approved")),
}


def results_of(campaigns: Iterable[Campaign], enquiries: EnquiryQuerySet) -> list[Results]:
    """Each campaign with its numbers, in one query for all; `enquiries` are those the person may see."""
    campaigns = list(campaigns)
    came = enquiries.counted().by_campaign(*(campaign.code for campaign in campaigns)).order_by()
    found = {row.pop("written"): row for row in came.values(written=Upper("campaign")).annotate(**NUMBERS)}
    return [Results(campaign, **found.get(campaign.code.upper(), {})) for campaign in campaigns]


def by_month(campaign: Campaign, enquiries: EnquiryQuerySet, *, most: int = 12) -> list[dict]:
    """The latest months in which it brought somebody, newest first: month, enquiries, applications, approvals."""
    came = enquiries.counted().by_campaign(campaign.code).order_by()
    months = came.values(month=TruncMonth("received_at", tzinfo=LONDON)).annotate(**NUMBERS)
    return list(months.order_by("-month")[:most])


def codes_not_set_up(enquiries: EnquiryQuerySet, *, since: datetime.datetime, most: int = 20) -> list[dict]:
    """Codes that enquiries carry and no campaign has, the commonest first: code, enquiries, latest, is_code.

    `is_code` says whether it may be made a campaign's code as it is written: an imported one may be any words.
    """
    set_up = Campaign.objects.alias(in_capitals=Upper("code")).filter(in_capitals=Upper(OuterRef("campaign")))
    carried = enquiries.counted().filter(~Q(campaign=""), ~Exists(set_up), received_at__gte=since).order_by()
    codes = carried.values(in_capitals=Upper("campaign"))
    found = codes.annotate(code=Max("campaign"), enquiries=Count("pk"), latest=Max("received_at"))
    rows = list(found.order_by("-enquiries", "in_capitals")[:most])
    return [{**row, "is_code": bool(re.fullmatch(r"[\w-]{1,60}", row["code"], re.ASCII))} for row in rows]


def who_went_no_further(*, campaign: Campaign | None = None) -> list[dict]:
    """Why people stopped before they left any details, the commonest reason first: why, this_month, year.

    They are counted and no more known (enquiries/intake/apart.py); no measure reads them. `campaign`: by it alone.
    """
    day = today()
    counted = SteppedAside.objects.filter(on__gt=day - datetime.timedelta(days=365))
    if campaign is not None:
        counted = counted.filter(campaign__iexact=campaign.code)
    this_month = Count("pk", filter=Q(on__gte=day.replace(day=1)))
    rows = counted.order_by().values("why").annotate(year=Count("pk"), this_month=this_month).order_by("-year", "why")
    return [{**row, "why": SteppedAside.Why(row["why"]).label} for row in rows]
