"""What councils' systems were told is forgotten in the end: it says which referral, and when."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from handover.webhooks.models import DAYS_KEPT, Attempt, Delivery
from hub.sweep import alone, while_time_lasts

A_BATCH = 1000


def forget_old_deliveries() -> int:
    """Forget what was delivered or given up, with its tries, once the last of it is old; gives how many deliveries.

    What still waits is kept, however long its address is switched off. Safe to run again, and to kill.
    """
    with alone("forget_old_deliveries") as ours:
        if not ours:
            return 0
        before = timezone.now() - datetime.timedelta(days=DAYS_KEPT)
        old = list(_forgettable(before).order_by("pk").values_list("pk", flat=True))
        batches = [old[first : first + A_BATCH] for first in range(0, len(old), A_BATCH)]
        return sum(_forget(batch, before) for batch in while_time_lasts(batches))


def _forgettable(before: datetime.datetime):
    tried_since = Attempt.objects.filter(delivery=OuterRef("pk"), at__gte=before)
    over = Delivery.objects.filter(made_at__lt=before).exclude(state=Delivery.State.WAITING)
    return over.filter(~Exists(tried_since))


@transaction.atomic
def _forget(batch: list[int], before: datetime.datetime) -> int:
    # Locked, so that none is sent again between its tries and itself.
    still = list(_forgettable(before).filter(pk__in=batch).select_for_update(of=("self",)).values_list("pk", flat=True))
    Attempt.objects.filter(delivery__in=still).delete()
    Delivery.objects.filter(pk__in=still).delete()
    return len(still)
