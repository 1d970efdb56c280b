"""Accounts that nobody uses: warned after 60 days, suspended after 90 (brief.md 28, docs/decisions/0027)."""

import datetime
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hub.current import current
from hub.messages.services import queue_message
from hub.people.models import UNUSED_SUSPENDED, UNUSED_WARNED, User
from hub.people.services import shut_out
from hub.sweep import alone, while_time_lasts

WHY = "Not signed in for 90 days"


def see_to_unused_accounts(*, now: datetime.datetime | None = None) -> int:
    """Warn and suspend whom the time has come for; gives how many. Safe to run twice: each is told once."""
    now = now or timezone.now()
    with alone("unused_accounts") as ours:
        if not ours:
            return 0
        unseen = list(_unseen_since(now - UNUSED_WARNED))
        return sum(_see_to(pk, now) for pk in while_time_lasts(unseen))


def _unseen_since(moment: datetime.datetime) -> Iterator[int]:
    people = User.objects.active().filter(joined_at__lte=moment)
    people = people.filter(Q(last_login__isnull=True) | Q(last_login__lte=moment))
    people = people.filter(Q(let_in_at__isnull=True) | Q(let_in_at__lte=moment))
    return people.order_by("pk").values_list("pk", flat=True).iterator()


@transaction.atomic
def _see_to(pk: int, now: datetime.datetime) -> bool:
    # Asked for again under lock: meanwhile they may have signed in, or somebody may have suspended them.
    person = User.objects.active().select_for_update().filter(pk=pk).first()
    if person is None or person.last_used_at > now - UNUSED_WARNED:
        return False
    if person.last_used_at <= now - UNUSED_SUSPENDED:
        _tell_those_who_let_in(person, "suspended")
        shut_out(person, WHY)
        _tell(person, "account_suspended")
        return True
    if person.is_warned:
        return False
    _tell_those_who_let_in(person, "warned")
    person.unused_warned_at = now
    person.save(update_fields=["unused_warned_at"])
    _tell(person, "account_unused")
    return True


def _tell(person: User, template: str) -> None:
    queue_message(
        template=template,
        to=person.email,
        context={"person": person, "hub": current().hub},
        reference=person.account_reference,
        key=f"{template}:{person.pk}:{person.last_used_at:%Y%m%d%H%M%S}",
    )


def _tell_those_who_let_in(person: User, what: str) -> None:
    """With the last lead a council's team has nobody to look after it: the hub must know before and when it happens."""
    if not person.is_only_one:
        return
    for other in User.objects.who_let_people_in().exclude(pk=person.pk):
        queue_message(
            template="account_only_one",
            to=other.email,
            context={"person": person, "what": what, "hub": current().hub},
            reference=person.account_reference,
            key=f"account_only_one:{what}:{person.pk}:{person.last_used_at:%Y%m%d%H%M%S}:{other.pk}",
        )
