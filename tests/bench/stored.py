"""A labelled set in the database, and the pairs that the product itself finds in it."""

from collections import defaultdict
from collections.abc import Iterator

from tests.bench.labelled import Asked

Pairs = set[tuple[int, int]]
_AT_ONCE = 500


def household_of(asked: Asked):
    from enquiries.duplicates.keys import Household, Someone

    people = (Someone(p.first_name, p.last_name, p.email, p.phone, p.born_on) for p in asked.people)
    return Household(tuple(people), asked.postcode)


def true_pairs(asked: list[Asked]) -> Pairs:
    of = defaultdict(list)
    for place, one in enumerate(asked):
        of[one.household].append(place)
    return {(a, b) for places in of.values() for a in places for b in places if a < b}


def likenesses(asked: list[Asked]) -> Iterator[tuple[tuple[int, int], "object"]]:
    """Every pair that the product looks at, by place in the set, with its likeness: each enquiry is looked up among
    those before it, as when it came. The set is stored, and stays in the caller's transaction."""
    from enquiries.duplicates.candidates import find_for_many

    place_of = {pk: place for place, pk in enumerate(store(asked))}
    pks = list(place_of)
    for start in range(0, len(pks), _AT_ONCE):
        seeking = {pk: household_of(asked[place_of[pk]]) for pk in pks[start : start + _AT_ONCE]}
        for seeker, candidates in find_for_many(seeking, before=True).items():
            for candidate in candidates:
                # Whoever is there besides the set is not asked about.
                if candidate.enquiry_id in place_of:
                    yield (place_of[candidate.enquiry_id], place_of[seeker]), candidate.likeness


def store(asked: list[Asked]) -> list[int]:
    """The set as enquiries with their people and keys, in order: their ids."""
    from django.utils import timezone

    from enquiries.duplicates.candidates import keep_keys
    from enquiries.models import Applicant, Enquiry

    now, first = timezone.now(), Enquiry.objects.count()
    made = Enquiry.objects.bulk_create(
        Enquiry(reference=f"S{first + place}", received_at=now, channel="web", postcode=one.postcode)
        for place, one in enumerate(asked)
    )
    Applicant.objects.bulk_create(
        Applicant(
            enquiry=enquiry, position=position, first_name=person.first_name, last_name=person.last_name,
            email=person.email, phone=person.phone, born_on=person.born_on,
        )
        for enquiry, one in zip(made, asked, strict=True)
        for position, person in enumerate(one.people, start=1)
    )  # fmt: skip
    keep_keys({enquiry.pk: household_of(one) for enquiry, one in zip(made, asked, strict=True)})
    return [enquiry.pk for enquiry in made]
