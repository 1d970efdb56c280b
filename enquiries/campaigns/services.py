"""Writing campaigns."""

from contextlib import suppress

from django.db import IntegrityError, transaction

from enquiries.models import Campaign
from hub.contact import normalise_phone
from hub.errors import Refused
from hub.models import Hub, User

CHANGEABLE = ("name", "channel", "starts_on", "ends_on", "target", "spend", "telephone", "lands_on")


def create_campaign(*, by: User, code: str, **details) -> Campaign:
    """Set a campaign up. Its code is what posters, links and enquiries carry, so it is never changed afterwards.

    `Refused` where the code, in any case, or the telephone number is another campaign's, or the number is the hub's.
    """
    return _save(Campaign(code=code, created_by=by), by, details)


def change_campaign(*, campaign: Campaign, by: User, **details) -> Campaign:
    """Change all but the code; who changed what is in the row's history. `Refused` as for a new one."""
    return _save(campaign, by, details)


@transaction.atomic
def _save(campaign: Campaign, by: User, details: dict) -> Campaign:
    if not by.can("manage_campaigns"):
        raise Refused("You may look at campaigns, and not change them.")
    for name in CHANGEABLE:
        if name in details:
            setattr(campaign, name, details[name])
    _refuse_number_in_use(campaign)
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError as fault:
        if "campaign_telephone_once" in str(fault):
            raise Refused("Another campaign has this telephone number.") from fault
        if "campaign_code_once_in_any_case" in str(fault):
            raise Refused(f"There is already a campaign with the code “{campaign.code}”.") from fault
        raise
    return campaign


def _refuse_number_in_use(campaign: Campaign) -> None:
    """The hub's own number would give the campaign everybody who rings."""
    hub = Hub.objects.first()
    own = ""
    with suppress(ValueError):  # none, or not a number
        own = normalise_phone(hub.telephone) if hub else ""
    if campaign.telephone and campaign.telephone == own:
        raise Refused("That is the hub’s own number. Give the campaign a number of its own, or none.")
