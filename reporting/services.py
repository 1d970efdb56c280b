"""Every write of a return, and the figures that a person may see."""

import datetime
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.models import Enquiry
from hub.audit import log_access
from hub.errors import Refused
from hub.models import User
from hub.working_time import local_date, today
from reporting import overview
from reporting.exports.json import canonical_json
from reporting.layout import Cell, ReturnTable
from reporting.measures import Period, data_quality
from reporting.models import NARRATIVE, Return
from reporting.months import month_before, this_month
from reporting.returns import build_return
from reporting.suppression import suppress

FIRST_VERSION = 1


class Overtaken(Refused):
    """Somebody else wrote the same thing in the meantime."""


def figures_for(*, user: User, period: Period) -> dict[str, Any]:
    """The period's document as known now; small numbers are hidden from whoever may not see them (measures.md)."""
    document = build_return(period, timezone.now())
    return document if user.can("see_small_numbers") else suppress(document)


@dataclass(frozen=True)
class Month:
    """One month of the overview, as this person may see it."""

    period: Period
    table: ReturnTable

    @property
    def heading(self) -> str:
        return f"{self.period} so far" if self.period.last >= today() else str(self.period)

    @property
    def sentences(self) -> list[overview.Sentence]:
        return overview.sentences(self.table)


@dataclass(frozen=True)
class OverviewPage:
    """What the overview shows: a month or two in sentences, and one of them in a picture and by council."""

    months: list[Month]
    chosen: Month

    @property
    def funnel(self) -> overview.Funnel:
        return overview.funnel(self.chosen.table)

    @property
    def councils(self) -> list[tuple[str, list[Cell]]]:
        return overview.councils(self.chosen.table)

    @property
    def councils_caption(self) -> str:
        return f"Councils side by side, {self.chosen.heading}"

    @property
    def council_columns(self) -> list[str]:
        return [label for _, label in overview.SIDE_BY_SIDE]

    @property
    def has_hidden(self) -> bool:
        return any(overview.has_hidden(month.table) for month in self.months)


def overview_for(*, user: User, period: Period | None = None) -> OverviewPage:
    """The month, or without one this month so far and the last full month, which the picture then shows."""
    _must_hold(user, "see_reports")
    periods = [period] if period else [this_month(), month_before(this_month())]
    months = [Month(one, ReturnTable(figures_for(user=user, period=one))) for one in periods]
    return OverviewPage(months=months, chosen=months[-1])


@dataclass(frozen=True)
class Finding:
    """Something to look at before signing, with the records that it is about."""

    label: str
    references: list[str]


def findings_of(*, ret: Return, user: User) -> list[Finding]:
    """What contradicts itself or is missing in a return's figures (measures.md, rule 10 and M19), as at its moment."""
    found = data_quality(ret.period, ret.as_at)
    ids = {pk for finding in found for pk in finding["enquiries"]}
    references = dict(Enquiry.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "reference"))
    return [
        Finding(finding["label"], sorted(references[pk] for pk in finding["enquiries"] if pk in references))
        for finding in found
    ]


def draft_return(*, period: Period, by: User, as_at: datetime.datetime | None = None) -> Return:
    """Store the month's figures as at the moment (now, unless given) in its one draft; the narrative stays.

    Refused for a month that has not begun and for one whose return is signed.
    """
    _must_hold(by, "draft_return")
    if period.first > today():
        raise Refused(f"{period} has not begun, so there is nothing to report yet.")
    with transaction.atomic():
        as_at = as_at or timezone.now()
        ret, _ = Return.objects.select_for_update().get_or_create(
            kind=Return.Kind.MONTHLY,
            period_from=period.first,
            version=FIRST_VERSION,
            defaults={"period_to": period.last, "as_at": as_at, "lines": []},
        )
        _must_be_draft(ret)
        document = _plain(build_return(period, as_at))
        ret.as_at, ret.lines = as_at, document["lines"]
        ret.definition, ret.hub_name = document["definition"], document["hub"]
        ret.drafted_at, ret.drafted_by = timezone.now(), by
        ret.save()
    return ret


def save_narrative(*, ret: Return, by: User, seen: str, progress: str, risks: str, communications: str) -> Return:
    """Keep what was written about the figures of a draft. `seen` is the narrative's mark when it was opened.

    Refused when somebody else has written since, so that nobody's work is silently overwritten.
    """
    _must_hold(by, "draft_return")
    with transaction.atomic():
        ret = Return.objects.select_for_update().get(pk=ret.pk)
        _must_be_draft(ret)
        if seen != ret.narrative_mark:
            raise Overtaken(
                "Somebody else changed the narrative while you were writing. Put the two together, then save again."
            )
        ret.progress, ret.risks, ret.communications = progress, risks, communications
        ret.save(update_fields=NARRATIVE)
    return ret


def sign_return(*, ret: Return, by: User, reviewed: str) -> Return:
    """Freeze a draft exactly as it was reviewed: `reviewed` is the fingerprint of what the signer saw.

    Refused before the month is over, when the draft was changed or signed meanwhile, and when the facts have changed
    since it was made. From then on the database refuses every change.
    """
    _must_hold(by, "sign_return")
    with transaction.atomic():
        ret = Return.objects.select_for_update().get(pk=ret.pk)
        _must_be_draft(ret)
        if ret.period_to >= today():
            raise Refused(f"{ret.month_name} is not over. You can sign its return from the first day after it.")
        if reviewed != ret.fingerprint:
            raise Refused("The return changed while you were reading it. Look at it again, then sign.")
        if not is_current(ret):
            raise Refused(
                "The facts have changed since these figures were made. Refresh the figures, look at them again, "
                "then sign."
            )
        ret.status, ret.signed_at, ret.signed_by, ret.signed_as = Return.Status.SIGNED, timezone.now(), by, by.name
        ret.sha256 = ret.fingerprint
        ret.save()
    return ret


def is_current(ret: Return) -> bool:
    """Whether the figures of a return are those that today's facts give."""
    fresh = _plain(build_return(ret.period, timezone.now()))
    return (fresh["lines"], fresh["definition"]) == (ret.lines, ret.definition)


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    content: bytes


def export_return(*, ret: Return, by: User, form: str) -> File:
    """The return as a file: json, csv, xlsx or pdf. Every export is logged (brief.md 28)."""
    _must_hold(by, "see_small_numbers")
    content_type, write = FORMATS[form]
    content = write(ret)
    log_access(by=by, action="return_exported", reference=f"{ret.period_from:%Y-%m} {form}")
    draft = "" if ret.is_signed else "-draft"
    return File(f"return-{ret.period_from:%Y-%m}{draft}.{form}", content_type, content)


def _json(ret: Return) -> bytes:
    return canonical_json(ret.document).encode()


def _csv(ret: Return) -> bytes:
    from reporting.exports.csv import to_csv

    # The mark tells a spreadsheet program that this is UTF-8.
    return to_csv(ret.document).encode("utf-8-sig")


def _xlsx(ret: Return) -> bytes:
    from reporting.exports.xlsx import to_xlsx

    return to_xlsx(ret.document)


def _pdf(ret: Return) -> bytes:
    from reporting.exports.pdf import to_pdf

    return to_pdf(ret.document, sha256=ret.sha256)


FORMATS = {
    "pdf": ("application/pdf", _pdf),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "csv": ("text/csv; charset=utf-8", _csv),
    "json": ("application/json", _json),
}


def _must_hold(by: User, right: str) -> None:
    if not by.can(right):
        raise PermissionDenied


def _must_be_draft(ret: Return) -> None:
    if ret.signed_at is not None:
        raise Refused(
            f"The return for {ret.month_name} was signed by {ret.signed_as} on "
            f"{date_format(local_date(ret.signed_at))} and can no longer be changed."
        )


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """The document as the database gives it back, so that the two can be compared."""
    return json.loads(canonical_json(document))
