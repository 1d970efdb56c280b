"""What a person's Today remembers: the list looked at last, the look at what is new, and lists kept under a name."""

import datetime

from django.db import transaction

from enquiries.models import OwnList, Today
from hub.errors import Refused

MOST_LISTS = 20


def remember_list(*, person, asked: str) -> None:
    """Keep what this person looked at last, as the address says it."""
    Today.objects.update_or_create(person=person, defaults={"asked": asked})


def note_look(*, person, now: datetime.datetime) -> None:
    """“New to me” was opened. What was new at the look before stays new while that look lasts."""
    seen = Today.objects.seen_by(person)
    look = {"looked_at": now, "new_since": seen.news_since(now)}
    Today.objects.update_or_create(person=person, defaults=look)


@transaction.atomic
def keep_own_list(*, by, name: str, asked: str) -> OwnList:
    """Keep a list under a name; one of that name is replaced. Raises `Refused` where there are too many."""
    others = OwnList.objects.filter(person=by).exclude(name=name)
    if others.count() >= MOST_LISTS:
        raise Refused(f"You have {MOST_LISTS} lists. Remove one that you no longer need.")
    kept, _made = OwnList.objects.update_or_create(person=by, name=name, defaults={"asked": asked})
    return kept


def remove_own_list(*, by, own_list: OwnList) -> None:
    """Take the list away; nothing happens to those who are in it."""
    OwnList.objects.filter(pk=own_list.pk, person=by).delete()
