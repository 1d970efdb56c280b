"""Drafting: the figures of a period as known at a moment, in its one draft."""

import datetime
import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from hub.errors import Refused
from hub.models import User
from hub.working_time import local_date, today
from reporting.exports.json import canonical_json
from reporting.measures import Period
from reporting.returns.differences import moved_between
from reporting.returns.documents import build_quarterly_return, build_return, registers_of
from reporting.returns.models import Return

FIRST_VERSION = 1


class Overtaken(Refused):
    """Somebody else wrote the same thing in the meantime."""


def draft_return(*, period: Period, by: User | None, as_at: datetime.datetime | None = None) -> Return:
    """Store the period's figures as at the moment (now, unless given) in its one draft; the narrative stays.

    `by` is None for the system. Refused for a period that has not begun and for one whose return is signed: that is
    restated, not drafted.
    """
    must_hold(by, "draft_return")
    if period.first > today():
        raise Refused(f"{period} has not begun, so there is nothing to report yet.")
    with transaction.atomic():
        as_at = as_at or timezone.now()
        Return.objects.get_or_create(
            kind=kind_of(period),
            period_from=period.first,
            version=FIRST_VERSION,
            defaults={"period_to": period.last, "as_at": as_at, "lines": []},
        )
        ret = locked(period)
        must_be_draft(ret)
        fill_in(ret, as_at, by)
        ret.save()
    return ret


def fill_in(ret: Return, as_at: datetime.datetime, by: User | None) -> None:
    """Put the figures as at the moment into a draft, which the caller holds locked and saves."""
    if ret.lines:
        ret.lines_before, ret.as_at_before = ret.lines, ret.as_at
    document = document_of(ret.period, as_at)
    ret.as_at, ret.lines, ret.registers = as_at, document["lines"], document["registers"]
    ret.definition, ret.hub_name = document["definition"], document["hub"]
    ret.drafted_at, ret.drafted_by = timezone.now(), by
    if ret.version > FIRST_VERSION:
        earlier = version_before(ret)
        ret.restates = {
            "version": earlier.version,
            "sha256": earlier.sha256,
            "as_at": earlier.document["as_at"],
            "moved": moved_between(earlier.lines, ret.lines),
        }


def document_of(period: Period, as_at: datetime.datetime) -> dict[str, Any]:
    """The period's document with its registers, as the database gives it back, so that two can be compared."""
    build = build_quarterly_return if period.is_quarter else build_return
    document = build(period, as_at)
    document["registers"] = registers_of(period, as_at)
    return json.loads(canonical_json(document))


def is_current(ret: Return) -> bool:
    """Whether the figures of a return are those that today's facts give."""
    fresh = document_of(ret.period, timezone.now())
    return (fresh["lines"], fresh["registers"], fresh["definition"]) == (ret.lines, ret.registers, ret.definition)


def kind_of(period: Period) -> str:
    return Return.Kind.QUARTERLY if period.is_quarter else Return.Kind.MONTHLY


def locked(period: Period) -> Return:
    """The period's latest version, held until the transaction ends. Raises `Return.DoesNotExist`.

    Its first version is held as well, one after the other: a version that was begun while we waited is found.
    """
    Return.objects.of(period).select_for_update().get(version=FIRST_VERSION)
    return Return.objects.of(period).select_for_update()[0]


def version_before(ret: Return) -> Return:
    return Return.objects.of(ret.period).get(version=ret.version - 1)


def must_hold(by: User | None, right: str) -> None:
    """Raise unless the person holds the right; None is the system itself."""
    if by is not None and not by.can(right):
        raise PermissionDenied


def must_be_draft(ret: Return) -> None:
    if ret.signed_at is not None:
        raise Refused(
            f"The return for {ret.period_name} was signed by {ret.signed_as} on "
            f"{date_format(local_date(ret.signed_at))} and can no longer be changed."
        )
