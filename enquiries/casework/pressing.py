"""The most pressing first, page by page.

Three bands, one after the other: never spoken with and late (the worst breach, brief.md 11), then by due time, then
those without a clock. Within a band the order is (due_at, id), which an index serves, so that a deep page costs what
the first one does. The cursor carries the moment of the first page: nobody changes band between two pages.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Q, Value

from enquiries.journey import Stage
from enquiries.models import Enquiry, EnquiryQuerySet

PAGE_SIZE = 25
_LATE_AND_NEW, _BY_DUE_TIME, _NO_CLOCK = 0, 1, 2


@dataclass(frozen=True)
class Cursor:
    """Where the page before ended."""

    as_at: datetime.datetime
    band: int
    due_at: datetime.datetime | None
    pk: int

    def __str__(self) -> str:
        return "_".join([_stamp(self.as_at), str(self.band), _stamp(self.due_at), str(self.pk)])

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor of an address; None for one that makes no sense, which then shows the first page."""
        try:
            as_at, band, due_at, pk = text.split("_")
            first_seen, due = _moment(as_at), _moment(due_at)
            if first_seen is None:
                return None
            cursor = cls(first_seen, int(band), due, int(pk))
        except (ValueError, OverflowError, OSError):
            return None
        makes_sense = (cursor.due_at is None) == (cursor.band == _NO_CLOCK)
        return cursor if makes_sense and cursor.band in (0, 1, 2) and 0 <= cursor.pk < 2**63 else None


@dataclass(frozen=True)
class Page:
    rows: list[Enquiry]
    following: Cursor | None


def page_of(enquiries: EnquiryQuerySet, *, now: datetime.datetime, after: Cursor | None = None) -> Page:
    """One page of the enquiries, most pressing first, in a constant number of queries."""
    as_at = after.as_at if after else now
    bands = [
        band.annotate(band=Value(number)).order_by("due_at", "pk").values_list("band", "due_at", "pk")[: PAGE_SIZE + 1]
        for number, band in _bands(enquiries, as_at, after)
    ]
    together = bands[0].union(*bands[1:], all=True).order_by("band", "due_at", "pk") if bands[1:] else bands[0]
    keys = list(together[: PAGE_SIZE + 1])
    shown = keys[:PAGE_SIZE]
    found = enquiries.with_next_try().select_related("authority", "held_by", "owner", "safe_contact")
    by_pk = found.prefetch_related("applicants").in_bulk([pk for *_, pk in shown])
    following = Cursor(as_at, *shown[-1]) if len(keys) > PAGE_SIZE else None
    return Page([by_pk[pk] for *_, pk in shown if pk in by_pk], following)


def _bands(
    enquiries: EnquiryQuerySet, as_at: datetime.datetime, after: Cursor | None
) -> list[tuple[int, EnquiryQuerySet]]:
    """The bands from the cursor on, by number; they share no enquiry."""
    late_and_new = Q(stage=Stage.NEW, due_at__lt=as_at)
    bands = {
        _LATE_AND_NEW: enquiries.filter(late_and_new),
        _BY_DUE_TIME: enquiries.filter(~late_and_new, due_at__isnull=False),
        _NO_CLOCK: enquiries.filter(due_at__isnull=True),
    }
    if after is None:
        return list(bands.items())
    bands[after.band] = _after(bands[after.band], after)
    return [(number, band) for number, band in bands.items() if number >= after.band]


def _after(band: EnquiryQuerySet, after: Cursor) -> EnquiryQuerySet:
    if after.due_at is None:
        return band.filter(pk__gt=after.pk)
    # Said in two steps so that the index is entered at the due time and only its ties are looked through.
    return band.filter(due_at__gte=after.due_at).exclude(due_at=after.due_at, pk__lte=after.pk)


def _stamp(moment: datetime.datetime | None) -> str:
    return str(round(moment.timestamp() * 1_000_000)) if moment else ""


def _moment(stamp: str) -> datetime.datetime | None:
    if not stamp:
        return None
    seconds, microseconds = divmod(int(stamp), 1_000_000)
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(microsecond=microseconds)
