"""The monthly figures of councils: taken, and read for the return (measures.md, L01 to L07)."""

import datetime

from django.db import transaction
from django.utils import timezone

from handover.figures.known import BY_CODE, CODES, LARGEST
from handover.figures.models import MonthlyFigures
from handover.figures.months import is_asked_for, members_in, month_of
from hub.errors import Refused
from hub.isolation import in_place_of_the_hub
from hub.models import Authority, User

MOST_REMARKS = 1000


@in_place_of_the_hub
@transaction.atomic
def record_figures(
    *,
    authority: Authority,
    month: datetime.date,
    values: dict[str, int | None],
    by: User,
    remarks: str = "",
    via: str = "form",
) -> MonthlyFigures:
    """Keep what an authority says of a month as the version that counts; the same again is no other version.

    `month` is any day of it, `values` whole numbers from 0 by code (`CODES`). None, and a code left out, is not
    supplied, never 0. Raises `Refused`: a month to come, or without membership; somebody else's authority.
    """
    month = month_of(month)
    if not (by.can("draft_return") or (by.can("send_figures") and by.authority_id == authority.pk)):
        raise Refused("You can send the figures of your own council.")
    if not is_asked_for(authority, month):
        raise Refused(f"There are no figures of {authority} for {month:%B %Y}: it has not begun, or it was no member.")
    _check(values, remarks, via)
    # Two at once: the second finds the version of the first.
    Authority.objects.select_for_update(no_key=True).get(pk=authority.pk)
    latest = latest_of(authority, month)
    whole = {code: values.get(code) for code in CODES}
    if latest is None and not any(value is not None for value in whole.values()):
        raise Refused("Enter at least one figure.")
    if latest is not None and (latest.values, latest.remarks) == (whole, remarks.strip()):
        return latest
    return MonthlyFigures.objects.create(
        authority=authority,
        month=month,
        version=latest.version + 1 if latest else 1,
        remarks=remarks.strip(),
        via=via,
        sent_by=by,
        **{BY_CODE[code].field: value for code, value in whole.items()},
    )


def _check(values: dict[str, int | None], remarks: str, via: str) -> None:
    for code, value in values.items():
        if code not in BY_CODE:
            raise Refused(f"There is no figure {code} to send. They are: {', '.join(CODES)}.")
        if value is not None and (type(value) is not int or not 0 <= value <= LARGEST):
            raise Refused(f"{code} must be a whole number from 0 to {LARGEST}.")
    if len(remarks) > MOST_REMARKS or "\0" in remarks:
        raise Refused(f"Remarks must be text of at most {MOST_REMARKS} characters.")
    if via not in MonthlyFigures.Via.values:
        raise Refused(f"Figures come by one of: {', '.join(MonthlyFigures.Via.values)}.")


def latest_of(authority: Authority, month: datetime.date) -> MonthlyFigures | None:
    """What counts of the month; None where nothing was sent."""
    return MonthlyFigures.objects.filter(authority=authority, month=month).select_related("sent_by").first()


def figures_for(
    month: datetime.date, *, as_at: datetime.datetime | None = None
) -> dict[Authority, dict[str, int | None] | None]:
    """For the return: what each member in the month supplied, by code; None for one that supplied nothing. What was
    sent after `as_at` does not exist (measures.md, rule 2)."""
    month = month_of(month)
    sent_by_then = MonthlyFigures.objects.filter(month=month, sent_at__lte=as_at or timezone.now())
    latest = {sent.authority_id: sent for sent in sent_by_then.latest_of_each()}
    found: dict[Authority, dict[str, int | None] | None] = {}
    for authority in members_in(month):
        sent = latest.get(authority.pk)
        found[authority] = sent.values if sent is not None and sent.is_supplied else None
    return found
