"""The orders in which a list can be read, page by page.

An order is one or more bands, one after the other; within a band it is (a moment, id), which an index serves, so that a
deep page costs what the first one does. The most pressing first, for one, are three bands: never spoken with and late
(the worst breach, brief.md 11), then by due time, then those without a clock. The cursor carries the moment of the
first page: nobody changes band between two pages.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Value

from enquiries.journey import OPEN_STAGES, STAGES, Stage
from enquiries.models import Enquiry, EnquiryQuerySet
from hub.models import User

PAGE_SIZE = 25
_AT_ONCE = 8  # bands in one query: the first few nearly always fill the page


@dataclass(frozen=True)
class Band:
    """Enquiries that stand together. Those of a band with a moment are in its order, the others in that of their id."""

    key: str
    holds: Q
    has_moment: bool = True


@dataclass(frozen=True)
class Order:
    code: str
    label: str
    moment: str  # the column of moments
    bands: Callable[[EnquiryQuerySet, datetime.datetime], list[Band]]
    upwards: str  # what comes first when it goes up, in words
    downwards: str
    descending: bool = False

    @property
    def sign(self) -> str:
        return "-" if self.descending else ""

    @property
    def name(self) -> str:
        """As an address says it: "received", "-received"."""
        return f"{self.sign}{self.code}"

    @property
    def in_words(self) -> str:
        return self.downwards if self.descending else self.upwards


def _most_pressing(enquiries: EnquiryQuerySet, as_at: datetime.datetime) -> list[Band]:
    never_and_late = Q(stage=Stage.NEW, due_at__lt=as_at)
    return [Band("never", never_and_late), Band("due", ~never_and_late & Q(due_at__isnull=False)), _no_clock()]


def _no_clock(key: str = "none", **others) -> Band:
    return Band(key, Q(due_at__isnull=True, **others), has_moment=False)


def _by_due_time(key: str, **others) -> list[Band]:
    return [Band(f"{key}", Q(due_at__isnull=False, **others)), _no_clock(f"{key}-none", **others)]


def _received(enquiries: EnquiryQuerySet, as_at: datetime.datetime) -> list[Band]:
    return [Band("all", Q())]


def _last_contact(enquiries: EnquiryQuerySet, as_at: datetime.datetime) -> list[Band]:
    never = Band("never", Q(last_contact_at__isnull=True), has_moment=False)
    return [never, Band("spoke", Q(last_contact_at__isnull=False))]


def _stages(enquiries: EnquiryQuerySet, as_at: datetime.datetime) -> list[Band]:
    return [band for stage in STAGES if stage in OPEN_STAGES for band in _by_due_time(stage.value, stage=stage)]


def _owners(enquiries: EnquiryQuerySet, as_at: datetime.datetime) -> list[Band]:
    owners = User.objects.filter(Exists(enquiries.filter(owner=OuterRef("pk"))))
    owners = owners.order_by("name", "pk").values_list("pk", flat=True)
    nobody = _by_due_time("nobody", owner__isnull=True)
    return [*(band for owner in owners for band in _by_due_time(str(owner), owner=owner)), *nobody]


_ORDERS = (
    Order("due", "Due", "due_at", _most_pressing, "most pressing first", "least pressing first"),
    Order("received", "Received", "received_at", _received, "longest with us first", "newest first"),
    Order("contact", "Last contact", "last_contact_at", _last_contact, "never or longest ago first", "latest first"),
    Order("stage", "Stage", "due_at", _stages, "from new to assessment", "from assessment to new"),
    Order("owner", "Owner", "due_at", _owners, "owners from A to Z", "owners from Z to A"),
)  # fmt: skip
ORDERS = {
    order.name: order
    for upward in _ORDERS
    for order in (upward, Order(**{**vars(upward), "descending": True}))
}  # fmt: skip
MOST_PRESSING = ORDERS["due"]


@dataclass(frozen=True)
class Cursor:
    """Where the page before ended."""

    as_at: datetime.datetime
    band: str
    moment: datetime.datetime | None
    pk: int

    def __str__(self) -> str:
        return "~".join([_stamp(self.as_at), self.band, _stamp(self.moment), str(self.pk)])

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor of an address; None for one that makes no sense, which then shows the first page."""
        try:
            as_at, band, moment, pk = text.split("~")
            first_seen = _moment(as_at)
            cursor = cls(first_seen, band, _moment(moment), int(pk)) if first_seen else None
        except (ValueError, OverflowError, OSError):
            return None
        return cursor if cursor and 0 <= cursor.pk < 2**63 else None


@dataclass(frozen=True)
class Page:
    rows: list[Enquiry]
    following: Cursor | None


def page_of(
    enquiries: EnquiryQuerySet, *, now: datetime.datetime, order: Order = MOST_PRESSING, after: Cursor | None = None
) -> Page:
    """One page of the enquiries in this order, in a constant number of queries."""
    bands = order.bands(enquiries, after.as_at if after else now)
    if order.descending:
        bands.reverse()
    places = {band.key: (place, band.has_moment) for place, band in enumerate(bands)}
    if after and places.get(after.band, (0, None))[1] is not (after.moment is not None):
        # The cursor is of another order, or of an owner who has nothing any more: then it is the first page.
        return page_of(enquiries, now=now, order=order)
    start = places[after.band][0] if after else 0
    keys: list[tuple] = []
    for first in range(start, len(bands), _AT_ONCE):
        together = list(enumerate(bands))[first : first + _AT_ONCE]
        keys += _first_of(enquiries, order, together, after if first == start else None)
        if len(keys) > PAGE_SIZE:
            break
    shown = keys[:PAGE_SIZE]
    by_pk = with_what_rows_show(enquiries).in_bulk([pk for *_, pk in shown])
    rows = [by_pk[pk] for *_, pk in shown if pk in by_pk]
    if len(keys) <= PAGE_SIZE:
        return Page(rows, None)
    place, moment, pk = shown[-1]
    return Page(rows, Cursor(after.as_at if after else now, bands[place].key, moment, pk))


def with_what_rows_show(enquiries: EnquiryQuerySet) -> EnquiryQuerySet:
    """With everything that a row says, so that it asks nothing more."""
    beside = enquiries.with_next_try().select_related("authority", "held_by", "owner", "safe_contact")
    return beside.prefetch_related("applicants").with_tasks_due()


def _first_of(enquiries: EnquiryQuerySet, order: Order, bands: list, after: Cursor | None) -> list[tuple]:
    """(place of the band, moment, id) of as many as a page needs to know of, over these bands."""
    parts = [_part(enquiries.filter(band.holds), order, place, band, after) for place, band in bands]
    if len(parts) == 1:
        return list(parts[0])
    together = parts[0].union(*parts[1:], all=True)
    return list(together.order_by("place", f"{order.sign}{order.moment}", f"{order.sign}pk")[: PAGE_SIZE + 1])


def _part(band: EnquiryQuerySet, order: Order, place: int, about: Band, after: Cursor | None):
    if after and about.key == after.band:
        band = _after(band, order, after)
    # By the moment also where there is none: else the database walks all enquiries by their id.
    ordered = band.annotate(place=Value(place)).order_by(f"{order.sign}{order.moment}", f"{order.sign}pk")
    return ordered.values_list("place", order.moment, "pk")[: PAGE_SIZE + 1]


def _after(band: EnquiryQuerySet, order: Order, after: Cursor) -> EnquiryQuerySet:
    """What follows the cursor in its band."""
    if after.moment is None:
        return band.filter(pk__lt=after.pk) if order.descending else band.filter(pk__gt=after.pk)
    # Said in two steps so that the index is entered at the moment and only its ties are looked through.
    from_there = {f"{order.moment}__{'lte' if order.descending else 'gte'}": after.moment}
    seen = {order.moment: after.moment, f"pk__{'gte' if order.descending else 'lte'}": after.pk}
    return band.filter(**from_there).exclude(**seen)


def _stamp(moment: datetime.datetime | None) -> str:
    return str(round(moment.timestamp() * 1_000_000)) if moment else ""


def _moment(stamp: str) -> datetime.datetime | None:
    if not stamp:
        return None
    seconds, microseconds = divmod(int(stamp), 1_000_000)
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(microsecond=microseconds)
