"""Sixty days before an agreement ends the hub's managers are told, once."""

from django.db import transaction
from django.utils import timezone

from handover.agreements.models import Agreement
from hub.current import current
from hub.messages.services import queue_message
from hub.models import User
from hub.people.roles import Role
from hub.sweep import alone
from hub.working_time import today


def warn_of_ending() -> int:
    """An email to every manager for each agreement that ends soon and that none follows; gives of how many. Daily, one
    at a time; run again it tells nobody twice."""
    with alone("warn_of_ending_agreements") as ours:
        if not ours:
            return 0
        ending = Agreement.objects.ending_soon(today()).filter(warned_at=None).select_related("authority")
        return sum(_warn(agreement) for agreement in ending)


@transaction.atomic
def _warn(agreement: Agreement) -> bool:
    managers = User.objects.active().filter(role=Role.HUB_MANAGER)
    for person in managers:
        queue_message(
            template="agreement_ends",
            to=person.email,
            context={"agreement": agreement, "hub": current().hub},
            reference="",
            key=f"agreement_ends:{agreement.pk}:{person.pk}",
        )
    if not managers:
        return False  # told as soon as there is somebody to tell
    Agreement.objects.filter(pk=agreement.pk).update(warned_at=timezone.now())
    return True
