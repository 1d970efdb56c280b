"""Telling councils' systems that details of somebody who is with them were changed.

Casework knows of no handovers (imports go one way), so that it cannot tell. The facts do: a sweep reads those that were
recorded since it last looked, and tells of each once (docs/decisions/0029).
"""

import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from enquiries.models import Activity
from handover.models import Handover
from handover.webhooks.models import ChangesTold, Endpoint
from handover.webhooks.services import about_handover, tell_authority
from hub.sweep import alone
from hub.working_time import local_date

KIND = "enquiry.updated"
# A fact is seen when its transaction ends, which may be later than the moment that it bears, and after younger ones.
# So each look begins this much earlier; what was told already has a key and is told once.
LOOKS_BACK = datetime.timedelta(minutes=15)


def tell_of_changes() -> int:
    """Tell of every `details_changed` since the last look; gives how many were told. Safe to run at any time, twice."""
    with alone("tell_of_changes") as ours:
        return _tell() if ours else 0


@transaction.atomic
def _tell() -> int:
    now = timezone.now()
    # The first look begins with itself: what was changed before is no news.
    cursor, _made = ChangesTold.objects.get_or_create(defaults={"up_to": now})
    since = cursor.up_to - LOOKS_BACK
    told = sum(_tell_of(fact) for fact in _changed(since))
    cursor.up_to = now
    cursor.save(update_fields=["up_to"])
    return told


def _changed(since: datetime.datetime) -> list[Activity]:
    listening = Endpoint.objects.exclude(state=Endpoint.State.REMOVED).filter(events__contains=[KIND])
    facts = Activity.objects.filter(
        kind="details_changed",
        occurred_on__gte=local_date(since),  # by which the index finds them; the day is never before the record
        recorded_at__gt=since,
        enquiry__held_by__in=listening.values("authority"),
    )
    return list(facts.order_by("pk").defer("note"))


def _tell_of(fact: Activity) -> int:
    """Those that hold it now, and did when it was changed."""
    handover = (
        Handover.objects.open()
        .filter(enquiry=fact.enquiry_id, authority=F("enquiry__held_by"), sent_at__lt=fact.recorded_at)
        .select_related("authority")
        .first()
    )
    if handover is None:
        return 0
    about = about_handover(handover.reference)
    made = tell_authority(authority=handover.authority, kind=KIND, about=about, key=f"{fact.pk}")
    return bool(made)
