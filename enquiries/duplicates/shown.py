"""What the pages show about enquiries that may be, or are, one household."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from enquiries.duplicates.merging import UNDONE_WITHIN
from enquiries.journey import OPEN_STAGES
from enquiries.models import DuplicatePair, Enquiry, EnquiryQuerySet, Merge
from hub.contact import format_phone
from hub.working_time import local_date

MOST_LISTED = 50


@dataclass(frozen=True)
class Notice:
    """One line on an enquiry's page: the other enquiry, and why it may be the same household."""

    pair: DuplicatePair
    other: Enquiry


@dataclass(frozen=True)
class Joined:
    """A merge that stands, as either of the two sees it."""

    merge: Merge
    other: Enquiry
    may_be_undone: bool


def pairs_to_decide(enquiries: EnquiryQuerySet) -> "QuerySet[DuplicatePair]":
    """Suggestions nobody has decided on, where both can be merged: the likeliest first."""
    open_ones = enquiries.filter(stage__in=OPEN_STAGES)
    suggested = DuplicatePair.objects.filter(state=DuplicatePair.State.SUGGESTED)
    return suggested.filter(first__in=open_ones, second__in=open_ones)


def listed(enquiries: EnquiryQuerySet) -> list[DuplicatePair]:
    """The first to decide, with both enquiries and their people; one more than are shown, to know of others."""
    pairs = pairs_to_decide(enquiries).select_related("first__authority", "second__authority")
    return list(pairs.prefetch_related("first__applicants", "second__applicants")[: MOST_LISTED + 1])


def notices_of(enquiry: Enquiry) -> list[Notice]:
    """Whom it may be the same household as; ended ones too, which tell that they have asked before."""
    about = DuplicatePair.objects.filter(Q(first=enquiry) | Q(second=enquiry), state=DuplicatePair.State.SUGGESTED)
    pairs = about.select_related("first", "second").prefetch_related("first__applicants", "second__applicants")
    notices = [Notice(pair, pair.second if pair.first_id == enquiry.pk else pair.first) for pair in pairs]
    return [notice for notice in notices if notice.other.merged_into_id is None]


def merges_of(enquiry: Enquiry) -> list[Joined]:
    """The merges that stand and that it is part of: those into it, or the one into another."""
    if not enquiry.absorbs and enquiry.merged_into_id is None:
        return []
    standing = Merge.objects.filter(Q(survivor=enquiry) | Q(absorbed=enquiry), undone_at__isnull=True)
    now = timezone.now()
    return [
        Joined(
            merge,
            merge.absorbed if merge.survivor_id == enquiry.pk else merge.survivor,
            now <= merge.at + UNDONE_WITHIN and merge.survivor.merged_into_id is None,
        )
        for merge in standing.select_related("survivor", "absorbed", "by")
    ]


def pair_of(one: Enquiry, other: Enquiry) -> DuplicatePair | None:
    """What is kept about the two, in whichever order."""
    first, second = sorted((one.pk, other.pk))
    return DuplicatePair.objects.filter(first=first, second=second).select_related("decided_by").first()


@dataclass(frozen=True)
class Line:
    """One line of two enquiries side by side."""

    label: str
    ours: str
    theirs: str

    @property
    def alike(self) -> bool:
        """Only what tells people apart: that two enquiries are of one council says nothing."""
        tells = self.label == "Postcode" or "person" in self.label
        return tells and bool(self.ours) and self.ours == self.theirs


def side_by_side(one: Enquiry, other: Enquiry) -> list[Line]:
    """What is known of each, line by line; lines that neither has are left out."""
    ours, theirs = _said_of(one), _said_of(other)
    return [Line(label, ours[label], theirs[label]) for label in ours if ours[label] or theirs[label]]


def _said_of(enquiry: Enquiry) -> dict[str, str]:
    people = list(enquiry.applicants.all())
    said: dict[str, str] = {}
    for number, whose in enumerate(("First person", "Second person")):
        person = people[number] if number < len(people) else None
        said[whose] = str(person) if person else ""
        said[f"{whose}: telephone"] = format_phone(person.phone) if person and person.phone else ""
        said[f"{whose}: email"] = person.email if person else ""
        said[f"{whose}: born"] = date_format(person.born_on) if person and person.born_on else ""
    return said | {
        "Postcode": enquiry.postcode,
        "Received": date_format(local_date(enquiry.received_at)),
        "Stage": enquiry.get_stage_display(),
        "Council": str(enquiry.held_by or enquiry.authority or ""),
        "Owner": enquiry.owner.name if enquiry.owner else "",
        "Came by": enquiry.get_channel_display(),
        "They wrote": enquiry.message,
    }
