"""Councils that leave, join, are divided or merged: memberships and successions with a day, and nothing else. What is
open with a council is moved deliberately (handover/succession/)."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from hub.errors import Refused
from hub.places.models import Authority, Membership, Succession
from hub.working_time import today

KINDS = {
    "leaves": "It leaves the hub",
    "joins": "It joins the hub",
    "splits": "It is divided into several",
    "merges": "It becomes part of another",
}
_A_DAY = datetime.timedelta(days=1)


@transaction.atomic
def plan_change(
    *, by, kind: str, council: Authority, day: datetime.date, after: Sequence[Authority] = (), note: str = ""
) -> Authority:
    """From `day` on the council is a member no more, or (joins) is one; those `after` it are members and stand in its
    place. An authority that is new is saved with it. Raises `Refused`; then nothing is written.
    """
    if not by.can("change_settings"):
        raise Refused("A manager plans changes of councils.")
    _refuse_impossible(kind, council, day, after)
    for authority in (council, *after):
        if authority._state.adding:
            authority.portal = Authority.Portal.NOT_READY
            authority.save()
    if kind == "joins":
        Membership.objects.create(authority=council, starts_on=day)
        return council
    _open_membership(council).update(ends_on=day - _A_DAY)
    for authority in after:
        Succession.objects.create(before=council, after=authority, takes_effect_on=day, note=note)
        if not Authority.objects.members_between(day, day).filter(pk=authority.pk).exists():
            Membership.objects.create(authority=authority, starts_on=day)
    return council


@transaction.atomic
def call_off_change(*, by, council: Authority) -> None:
    """The council stays, as if nothing had been planned; only before the day. `Refused` afterwards."""
    if not by.can("change_settings"):
        raise Refused("A manager plans changes of councils.")
    ends = Membership.objects.select_for_update().filter(authority=council, ends_on__gte=today()).first()
    if ends is None or ends.ends_on is None:
        raise Refused(f"Nothing is planned for {council} that could still be called off.")
    day = ends.ends_on + _A_DAY
    planned = Succession.objects.filter(before=council, takes_effect_on=day)
    for succession in planned:
        shared = Succession.objects.filter(after=succession.after).exclude(before=council).exists()
        if not shared:
            Membership.objects.filter(authority=succession.after, starts_on=day).delete()
    planned.delete()
    Membership.objects.filter(pk=ends.pk).update(ends_on=None)


def _open_membership(council: Authority):
    return Membership.objects.filter(authority=council, ends_on__isnull=True)


def _refuse_impossible(kind: str, council: Authority, day: datetime.date, after: Sequence[Authority]) -> None:
    if kind not in KINDS:
        raise Refused("Say what happens: it leaves, joins, is divided or becomes part of another.")
    if day <= today():
        raise Refused("Enter a day that is still to come: a change is planned before it happens.")
    is_member = council.pk is not None and _open_membership(council).exists()
    if kind == "joins":
        if is_member:
            raise Refused(f"{council} is a member already.")
        if after:
            raise Refused("A council that joins has nobody after it. Plan the change of the one before it instead.")
        return
    if not is_member or not _open_membership(council).filter(starts_on__lt=day).exists():
        raise Refused(f"{council} is no member on the day before, or ends already.")
    wanted = {"leaves": (0, 0), "merges": (1, 1), "splits": (2, 9)}[kind]
    if not wanted[0] <= len(after) <= wanted[1] or council in after:
        raise Refused(
            {
                "leaves": "Nobody comes after a council that leaves. Choose that it becomes part of another.",
                "merges": "Enter the one council that it becomes part of.",
                "splits": "Enter the councils that it is divided into, at least two.",
            }[kind]
        )
