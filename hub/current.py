"""What is configured now, read once and kept in the process until somebody changes it.

Every enquiry asks for the calendar, the standards, the members and the hub. A row in the database bears a new version
after each change to them (by trigger, in the transaction of the change), so that asking whether what we hold is still
right costs one small query, and nobody ever works with what was yesterday's.
"""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q

from hub.prepared import prepared

if TYPE_CHECKING:
    from hub.configuration import Hub, Standard
    from hub.places.models import Authority, PostcodeDirectory
    from hub.working_time import WorkingTime

# Called by the triggers of the tables that are kept.
_SAY_IT_CHANGED = """
    INSERT INTO hub_configurationversion ("only", version) VALUES (TRUE, gen_random_uuid())
    ON CONFLICT ("only") DO UPDATE SET version = gen_random_uuid();
    RETURN NULL;
"""


def changes_the_configuration() -> pgtrigger.Trigger:
    """For the Meta of a model that `current()` keeps."""
    return pgtrigger.Trigger(
        name="configuration_changed",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        func=_SAY_IT_CHANGED,
    )


class ConfigurationVersion(models.Model):
    """One row: another version after every change."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    version = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="configuration_version_only_one")]

    def __str__(self) -> str:
        return str(self.version)


@dataclass(frozen=True)
class Current:
    """For reading only: these objects are shared by everything that runs in the process."""

    hub: "Hub | None"
    calendar: "WorkingTime"
    standards: "tuple[Standard, ...]"  # the latest first
    authorities: "dict[str, Authority]"  # by GSS code
    memberships: tuple[tuple[int, datetime.date, datetime.date | None], ...]
    directory: "PostcodeDirectory | None"
    successions: tuple[tuple[int, int, datetime.date], ...] = ()  # before, after, from which day

    def members_on(self, day: datetime.date) -> "list[Authority]":
        """The members of the hub on the day, by name."""
        members = {pk for pk, first, last in self.memberships if first <= day and (last is None or day <= last)}
        return [authority for authority in self.authorities.values() if authority.pk in members]

    def successors(self, authority: "Authority", day: datetime.date) -> "list[Authority]":
        """Who stands in its place on the day, by name; nobody while it is still there."""
        after = {new for old, new, since in self.successions if old == authority.pk and since <= day}
        return [one for one in self.authorities.values() if one.pk in after]

    def in_place_of(self, authority: "Authority | None", day: datetime.date) -> "Authority | None":
        """The member that the authority's part falls to on the day: itself, its one successor, or, of one that is
        still to come, the one before it. Itself where there is none, or several."""
        members = {one.pk for one in self.members_on(day)}
        passed: set[int] = set()
        while authority is not None and authority.pk not in members | passed:
            passed.add(authority.pk)
            to_come = {old for old, new, since in self.successions if new == authority.pk and since > day}
            before = [one for one in self.authorities.values() if one.pk in to_come]
            onward = self.successors(authority, day) or before
            if len(onward) != 1:
                break
            authority = onward[0]
        return authority


_kept: tuple[uuid.UUID, Current] | None = None
_held: ContextVar[list[Current] | None] = ContextVar("held", default=None)
VERSION = "SELECT version FROM hub_configurationversion"


def current() -> Current:
    """What is configured now, as this transaction sees it."""
    held = _held.get()
    if held:
        return held[0]
    with prepared() as cursor:
        cursor.execute(VERSION)
        (version,) = cursor.fetchone() or (None,)
    return current_at(version)


def current_at(version: uuid.UUID | None) -> Current:
    """The same for a statement that has asked for the `VERSION` along with something else."""
    global _kept
    if _kept is None or version is None or _kept[0] != version:
        now = _read()
        _kept = (version, now) if version is not None else _kept
    else:
        now = _kept[1]
    if (held := _held.get()) is not None:
        held[:] = [now]
    return now


@contextmanager
def held_still() -> Iterator[None]:
    """For the length of one write, or of one call: whatever asks within it gets the same answer, and the database is
    asked once, by whoever asks first."""
    token = _held.set(_held.get() or [])
    try:
        yield
    finally:
        _held.reset(token)


def _read() -> Current:
    from hub.configuration import Closure, Hub, Standard
    from hub.places.models import Authority, Membership, PostcodeDirectory, Succession
    from hub.working_time import WorkingTime

    hub = Hub.objects.first()
    days = list(Closure.objects.values_list("day", "open_instead"))
    hours = {"opens_at": hub.opens_at, "closes_at": hub.closes_at} if hub else {}
    return Current(
        hub=hub,
        calendar=WorkingTime(
            **hours,
            closed=frozenset(day for day, open_instead in days if not open_instead),
            opened=frozenset(day for day, open_instead in days if open_instead),
        ),
        standards=tuple(Standard.objects.order_by("-applies_from")),
        authorities={authority.gss_code: authority for authority in Authority.objects.order_by("name")},
        memberships=tuple(Membership.objects.values_list("authority", "starts_on", "ends_on")),
        directory=PostcodeDirectory.objects.order_by("-loaded_at").first(),
        successions=tuple(Succession.objects.values_list("before", "after", "takes_effect_on")),
    )
