"""Setting a hub up: what a real one runs once, and the demo with it."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from hub.contact import normalise_phone
from hub.errors import Refused
from hub.models import Authority, Hub, Membership, User
from hub.places.england import AUTHORITIES, authority_of
from hub.places.neighbours import make_neighbour_hubs

# Without a date members count from before any record, so that imported history stands in their columns.
OF_OLD = datetime.date(2000, 1, 1)


@transaction.atomic
def set_up_hub(*, name: str, members: Iterable[str], since: datetime.date | None = None) -> tuple[Hub, bool]:
    """Make the hub, England's authorities and the memberships (GSS codes) from `since`, or of old where not said.

    The same again changes nothing; True in the answer says that something was made. `Refused` where a code is not an
    authority's, or where another hub, or the same with other members, is set up already.
    """
    name = " ".join(name.split())
    codes = _member_codes(members)
    if not name:
        raise Refused("The hub needs a name.")
    known = Hub.objects.select_for_update().first()
    if known is not None and Membership.objects.exists():
        _refuse_other(known, name, codes, since)
        make_neighbour_hubs()
        return known, False
    hub = known or Hub.objects.create(name=name)
    if hub.name != name:
        raise Refused(f"This database already has a hub, “{hub.name}”. Nothing was changed.")
    make_authorities()
    Membership.objects.bulk_create(
        Membership(authority=authority, starts_on=since or OF_OLD)
        for authority in Authority.objects.filter(gss_code__in=codes)
    )
    make_neighbour_hubs()
    return hub, True


@transaction.atomic
def configure_hub(*, unallocated_owner: str | None = None, **changes) -> Hub:
    """Change how the hub is reached, when it is open and who looks after enquiries without a council; the rest stays.

    `changes` are fields of `Hub`; `unallocated_owner` is the email address of somebody who may own an enquiry.
    `Refused` where there is no hub yet, or something cannot be right.
    """
    hub = Hub.objects.select_for_update(of=("self",)).first()
    if hub is None:
        raise Refused("There is no hub yet: run set_up_hub first.")
    if unallocated_owner is not None:
        owner = User.objects.caseworkers().filter(email=unallocated_owner.strip().lower()).first()
        if owner is None:
            raise Refused(f"{unallocated_owner} is no hub worker or manager who can sign in: run add_person first.")
        hub.unallocated_owner = owner
    for name, value in changes.items():
        setattr(hub, name, value)
    _refuse_impossible(hub, changes)
    hub.save()
    return hub


def _refuse_impossible(hub: Hub, changes: dict) -> None:
    if changes.get("telephone"):
        try:
            normalise_phone(hub.telephone)
        except ValueError as fault:
            raise Refused(f"{hub.telephone} is not a telephone number.") from fault
    if changes.get("email"):
        try:
            validate_email(hub.email)
        except ValidationError as fault:
            raise Refused(f"{hub.email} is not an email address.") from fault
    if hub.closes_at <= hub.opens_at:
        raise Refused("The hub must close later than it opens.")


def make_authorities() -> None:
    """The authorities of England, each once; what is there stays as it is."""
    Authority.objects.bulk_create(
        (Authority(gss_code=code, name=name, region=region) for code, (name, region) in AUTHORITIES.items()),
        ignore_conflicts=True,
    )


def _member_codes(members: Iterable[str]) -> set[str]:
    codes = {code.strip().upper() for code in members} - {""}
    if not codes:
        raise Refused("Name at least one member authority by its GSS code, as in E08000037.")
    if wrong := sorted(codes - AUTHORITIES.keys()):
        raise Refused("Not an authority with children's services: " + ", ".join(map(_with_hint, wrong)) + ".")
    return codes


def _with_hint(code: str) -> str:
    now = authority_of(code)
    return f"{code} (use {now}, {AUTHORITIES[now][0]})" if now else code


def _refuse_other(hub: Hub, name: str, codes: set[str], since: datetime.date | None) -> None:
    there = Membership.objects.filter(ends_on__isnull=True).values_list("authority__gss_code", "starts_on")
    same = hub.name == name and {code for code, _ in there} == codes and all(since in (None, day) for _, day in there)
    if not same:
        raise Refused(
            f"This database already has a hub, “{hub.name}”, with {len(there)} members. Nothing was changed:"
            " memberships that begin or end later are dated rows, added by an administrator."
        )
