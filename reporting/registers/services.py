"""Writing the registers: hours are added and taken back, risks and milestones get another version."""

import datetime
from typing import Any

from django.db import transaction

from hub.errors import Refused
from hub.models import Authority, Hub, User
from hub.working_time import today
from reporting.registers.models import (
    MOST_QUARTERS,
    PlanMilestone,
    Risk,
    SupportHours,
    SupportHoursVoid,
    SupportKind,
)

# Longer ago is a slip of the pen; what was forgotten for a year belongs in a sentence of the narrative.
LONGEST_AGO = datetime.timedelta(days=365)
MAY_RECORD, MAY_CHANGE, MAY_SET_UP = "record_casework", "draft_return", "change_settings"


class Overtaken(Refused):
    """Somebody else changed the same entry in the meantime."""


@transaction.atomic
def record_hours(
    *,
    by: User,
    on: datetime.date,
    kind: SupportKind,
    quarters: int,
    authority: Authority | None = None,
    note: str = "",
    key: str = "",
) -> SupportHours:
    """Note hours of support given on a day (M27), in quarters of an hour; `authority` None is for all of them.

    The same `key` again gives the same entry. `Refused` for a day to come or more than a year ago, a kind that is no
    longer offered, and an authority that was no member that day.
    """
    _must_hold(by, MAY_RECORD, "Staff of the hub record hours.")
    if on > today() or on < today() - LONGEST_AGO:
        raise Refused("Hours can be recorded for any day of the last year up to today.")
    if not kind.offered:
        raise Refused(f"Hours are no longer recorded as “{kind}”. Choose another kind.")
    if not 1 <= quarters <= MOST_QUARTERS:
        raise Refused(f"Hours must be from a quarter of an hour to {MOST_QUARTERS // 4}.")
    if authority and not Authority.objects.members_between(on, on).filter(pk=authority.pk).exists():
        raise Refused(f"{authority} was not part of the hub on that day.")
    fields = {"on": on, "kind": kind, "quarters": quarters, "authority": authority, "note": note.strip()}
    if not key:
        return SupportHours.objects.create(**fields, recorded_by=by)
    entry, _ = SupportHours.objects.get_or_create(key=key, defaults={**fields, "recorded_by": by})
    return entry


@transaction.atomic
def void_hours(*, entry: SupportHours, by: User, reason: str) -> SupportHoursVoid:
    """Take a wrong entry back, saying why. Returns signed before keep it. `Refused` where it was taken back already."""
    _must_hold(by, MAY_RECORD, "Staff of the hub record hours.")
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the entry is taken back.")
    # Two at once: the second finds what the first did.
    SupportHours.objects.select_for_update(no_key=True).get(pk=entry.pk)
    if SupportHoursVoid.objects.filter(entry=entry).exists():
        raise Refused("This entry was taken back already.")
    return SupportHoursVoid.objects.create(entry=entry, reason=reason, voided_by=by)


@transaction.atomic
def save_kind(
    *, by: User, label: str, kind: SupportKind | None = None, code: str = "", offered: bool = True
) -> SupportKind:
    """Add a kind of support, or rename one, withdraw it or offer it again; its code never changes.

    `Refused` where another has the code, and where no kind would be left.
    """
    _must_hold(by, MAY_SET_UP, "A hub manager sets up the kinds of support.")
    if kind is None:
        if SupportKind.objects.filter(code=code).exists():
            raise Refused(f"There is a kind with the code “{code}” already.")
        last = SupportKind.objects.order_by("position").last()
        return SupportKind.objects.create(code=code, label=label, position=last.position + 1 if last else 1)
    others = SupportKind.objects.select_for_update().filter(offered=True).exclude(pk=kind.pk)
    if not offered and not list(others):
        raise Refused("This is the only kind there is. Add another first.")
    kind.label, kind.offered = label, offered
    kind.save()
    return kind


def save_risk(*, by: User, number: int | None = None, seen: int = 0, **fields: Any) -> Risk:
    """Keep a new risk or issue, or the next version of the one with the number; `seen` is the version that was changed.

    `Overtaken` where somebody else saved another version meanwhile.
    """
    return _save(Risk, by, number, seen, fields)


def save_milestone(*, by: User, number: int | None = None, seen: int = 0, **fields: Any) -> PlanMilestone:
    """The same for a milestone of the hub's plan. `Refused` where it is done on a day to come."""
    done_on = fields.get("done_on")
    if done_on and done_on > today():
        raise Refused("It cannot be done on a day that is still to come.")
    return _save(PlanMilestone, by, number, seen, fields)


@transaction.atomic
def _save(model: Any, by: User, number: int | None, seen: int, fields: dict[str, Any]) -> Any:
    _must_hold(by, MAY_CHANGE, "Hub managers and data officers keep this list.")
    # One after the other: numbers and versions are counted up.
    Hub.objects.select_for_update(no_key=True).first()
    if number is None:
        last = model.objects.order_by("number").last()
        return model.objects.create(number=last.number + 1 if last else 1, recorded_by=by, **fields)
    latest = model.objects.filter(number=number).newest_first().first()
    if latest is None:
        raise Refused("There is no such entry.")
    if latest.version != seen:
        raise Overtaken(
            f"{latest.recorded_by.name} changed this while you were writing. Put the two together, then save again."
        )
    if all(getattr(latest, name) == value for name, value in fields.items()):
        return latest
    return model.objects.create(number=number, version=latest.version + 1, recorded_by=by, **fields)


def _must_hold(by: User, right: str, sentence: str) -> None:
    if not by.can(right):
        raise Refused(sentence)
