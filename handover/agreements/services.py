"""Writes to data-sharing agreements. What was agreed is not edited: another version follows, or it is ended."""

import datetime
import uuid
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.documents.content import content_of
from enquiries.documents.scanning import scan
from handover.agreements.models import A_DAY, Agreement
from handover.parts import ALWAYS, PARTS, all_parts
from hub.errors import Refused
from hub.models import Authority, User
from hub.working_time import today


def record_agreement(
    *,
    authority: Authority,
    version: str,
    signed_by: str,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
    shares: Iterable[str] | None = None,
    document: tuple[str, bytes] | None = None,
    replaces: bool = False,
    by: User | None = None,
) -> Agreement:
    """Keep a data-sharing agreement with a council that is, was or will be a member.

    `shares` are parts of the data set (all where none are named), `document` the signed file's name and content. The
    same version with the same content a second time is one agreement, which may be given its last day. With `replaces`
    those that it overlaps end on the day before it starts. `Refused` where the days cannot be, it overlaps another, a
    part is missing without which nobody can be reached, or the file may not be kept; then no file is left behind.
    """
    named = all_parts() if shares is None else [part for part in PARTS if part in set(shares)]
    if missing := [PARTS[part] for part in PARTS if part in ALWAYS - set(named)]:
        raise Refused(f"An agreement cannot be used without: {'; '.join(missing)}.")
    if ends_on is not None and ends_on < starts_on:
        raise Refused("The agreement cannot end before it starts.")
    agreement = Agreement(
        authority=authority, version=version, signed_by=signed_by, starts_on=starts_on, ends_on=ends_on, shares=named,
        recorded_by=by,
    )  # fmt: skip
    content = _content(document)  # before the transaction: a scanner may take a while
    try:
        with transaction.atomic():
            return _kept(agreement, content, replaces)
    except BaseException:
        if agreement.document:
            agreement.document.delete(save=False)
        raise


@transaction.atomic
def end_agreement(*, agreement: Agreement, by: User, why: str, ends_on: datetime.date | None = None) -> Agreement:
    """Give an agreement an earlier last day, yesterday at the earliest; one that has not begun is called off.

    What was sent under it stays with the council. `Refused` where it has ended already, or by then.
    """
    _lock(agreement.authority)
    current = Agreement.objects.get(pk=agreement.pk)
    if current.has_ended or current.is_called_off:
        raise Refused(f"Version {current.version} has ended already.")
    if current.is_to_come:
        return _end(current, current.starts_on - A_DAY, why, by)
    if ends_on is None or ends_on < max(today(), current.starts_on) - A_DAY:
        raise Refused("The last day can be yesterday or later: what was sent before was sent under it.")
    if current.ends_on is not None and ends_on >= current.ends_on:
        raise Refused(f"It ends on {date_format(current.ends_on)} anyway. Choose an earlier day.")
    return _end(current, ends_on, why, by)


def _content(document: tuple[str, bytes] | None):
    if document is None:
        return None
    name, raw = document
    content = content_of(name=name, raw=raw)
    scan(content.raw)
    return content


def _kept(agreement: Agreement, content, replaces: bool) -> Agreement:
    _lock(agreement.authority)
    there = Agreement.objects.filter(authority=agreement.authority, version=agreement.version).first()
    if there is not None:
        return _the_same_again(there, agreement, content)
    for other in _overlapped(agreement):
        _make_room(other, agreement, replaces)
    if content is not None:
        _attach(agreement, content)
    agreement.save(force_insert=True)
    return agreement


def _attach(agreement: Agreement, content) -> None:
    agreement.document_name = content.name
    agreement.document.save(uuid.uuid4().hex, ContentFile(content.raw), save=False)


def _the_same_again(there: Agreement, said: Agreement, content) -> Agreement:
    """What is there, with its last day and the signed file where it had none yet."""
    alike = ("signed_by", "starts_on", "shares")
    gains_its_end = there.ends_on is None and said.ends_on is not None
    if any(getattr(there, name) != getattr(said, name) for name in alike) or not (
        gains_its_end or there.ends_on == said.ends_on
    ):
        raise Refused(
            f"Version {there.version} with {there.authority} is recorded already, and says something else. "
            "An agreement is not changed afterwards: end it, and record the new one as another version."
        )
    if content is not None and there.document and content.name != there.document_name:
        raise Refused(f"Version {there.version} has its signed file already, “{there.document_name}”.")
    there.ends_on = said.ends_on
    if content is not None and not there.document:
        _attach(there, content)
        said.document = there.document.name  # taken away again, should this come to nothing
    there.save(update_fields=["ends_on", "document", "document_name"])
    return there


def _overlapped(agreement: Agreement):
    others = Agreement.objects.filter(authority=agreement.authority)
    return others.overlapping(agreement.starts_on, agreement.ends_on)


def _make_room(other: Agreement, new: Agreement, replaces: bool) -> None:
    until = f"until {date_format(other.ends_on)}" if other.ends_on else "and has no last day"
    if not replaces:
        raise Refused(
            f"It would overlap version {other.version}, which holds from {date_format(other.starts_on)} {until}. "
            "Start it later, or say that it takes the place of that one."
        )
    if other.starts_on >= new.starts_on and not other.is_to_come:
        raise Refused(
            f"Version {other.version} has held since {date_format(other.starts_on)}. The new one must start after that."
        )
    # One that would begin later never does.
    last = other.starts_on - A_DAY if other.starts_on >= new.starts_on else new.starts_on - A_DAY
    _end(other, last, f"Version {new.version} takes its place", new.recorded_by)


def _end(agreement: Agreement, day: datetime.date, why: str, by: User | None) -> Agreement:
    agreement.ends_on, agreement.ended_at, agreement.ended_by, agreement.ended_why = day, timezone.now(), by, why
    agreement.save(update_fields=["ends_on", "ended_at", "ended_by", "ended_why"])
    return agreement


def _lock(authority: Authority) -> None:
    # Two at once would each find room; the database would refuse the second, in words for nobody.
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
