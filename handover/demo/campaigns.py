"""The demo's campaigns: what the region did so that people hear of it, with what it cost and hoped for."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from enquiries.models import Campaign, Enquiry, SteppedAside
from hub.models import User
from hub.working_time import local_date


@dataclass(frozen=True)
class Told:
    """One campaign. The pounds are what an enquiry by it cost, so that it is believable however many there are."""

    code: str
    name: str
    channel: str
    pounds: int
    telephone: str = ""
    lands_on: str = "/"
    ended_days_ago: int | None = None


# The codes are those of words.CAMPAIGNS; the staff newsletter's nobody has set up yet.
CAMPAIGNS = (
    Told("foster-care-fortnight", "Foster Care Fortnight", "event", 41, "+441914980110", "/could-i-foster/", 180),
    Told("fb-always-on", "Facebook, all year", "social_media", 34),
    Told("insta-stories", "Instagram stories", "social_media", 27, lands_on="/could-i-foster/"),
    Told("google-brand", "Search: our own name", "search", 9),
    Told("google-fostering-near-me", "Search: fostering near me", "search", 52),
    Told("great-north-show", "Stand at the Great North Show", "event", 63, lands_on="/what-happens-next/"),
    Told("school-fairs", "School fairs", "event", 18, ended_days_ago=120),
    Told("smooth-radio", "Radio, morning programme", "broadcast", 96, "+441914980111"),
    Told("metro-radio", "Radio, drive time", "broadcast", 88, "+441914980112", ended_days_ago=60),
    Told("bus-backs", "Backs of buses", "print", 71, lands_on="/what-you-are-paid/"),
    Told("council-tax-leaflet", "Leaflet with the council tax", "council", 12),
)  # fmt: skip

NUMBERS = {told.code: told.telephone for told in CAMPAIGNS}


def make_campaigns(*, now: datetime.datetime, months: int) -> int:
    """Each campaign once, its spend and target in proportion to the enquiries there are; gives how many.

    No dice: the same enquiries give the same campaigns.
    """
    today = local_date(now)
    since = today - datetime.timedelta(days=round(months * 30.44))
    manager = User.objects.get(email="manager@hub.example.org")
    came = dict(Enquiry.objects.order_by().values_list("campaign").annotate(Count("pk")))
    Campaign.objects.bulk_create(
        Campaign(
            code=told.code,
            name=told.name,
            channel=told.channel,
            starts_on=since,
            ends_on=_last_day(told, since, today),
            target=max(10, came.get(told.code, 0) // 10 * 12),
            spend=Decimal(max(50, came.get(told.code, 0) * told.pounds)),
            telephone=told.telephone,
            lands_on=told.lands_on,
            created_by=manager,
        )
        for told in CAMPAIGNS
    )
    return len(CAMPAIGNS)


# Of ten who stop before they leave any details; every fourth of them came by a campaign.
STOPPED = (*["no_spare_room"] * 3, *["not_yet"] * 3, "out_of_region", "under_21", "kinship", "carer_elsewhere")


def make_who_went_no_further(*, now: datetime.datetime) -> int:
    """One for every three enquiries of the last year, spread over it without dice; gives how many."""
    last, days = local_date(now), 365
    several = Enquiry.objects.filter(received_at__gt=now - datetime.timedelta(days=days)).count() // 3
    SteppedAside.objects.bulk_create(
        SteppedAside(
            on=last - datetime.timedelta(days=number * days // several),
            why=STOPPED[number % len(STOPPED)],
            campaign=CAMPAIGNS[number // 4 % len(CAMPAIGNS)].code if number % 4 == 0 else "",
        )
        for number in range(several)
    )
    return several


def _last_day(told: Told, since: datetime.date, today: datetime.date) -> datetime.date | None:
    """None for one that goes on; in a history that is shorter than that, all do."""
    if told.ended_days_ago is None:
        return None
    last = today - datetime.timedelta(days=told.ended_days_ago)
    return last if last > since else None
