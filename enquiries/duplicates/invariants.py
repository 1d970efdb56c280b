"""What must always hold of keys and merges."""

from collections.abc import Iterator

from enquiries.duplicates.candidates import household_of
from enquiries.duplicates.keys import keys_of
from enquiries.models import Activity, Enquiry, HouseholdKey

_AT_ONCE = 1000


def keys_are_those_of_the_people() -> Iterator[str]:
    """Every enquiry is looked up by what its people and postcode are now."""
    last = 0
    while batch := list(Enquiry.objects.filter(pk__gt=last).order_by("pk").prefetch_related("applicants")[:_AT_ONCE]):
        kept: dict[int, set[int]] = {enquiry.pk: set() for enquiry in batch}
        for key, pk in HouseholdKey.objects.filter(enquiry__in=kept).values_list("key", "enquiry_id"):
            kept[pk].add(key)
        for enquiry in batch:
            if kept[enquiry.pk] != keys_of(household_of(enquiry)):
                yield f"{enquiry.reference}: its keys are not those of its people (duplicate_candidates --rebuild)."
        last = batch[-1].pk


def merged_as_the_facts_say() -> Iterator[str]:
    """`merged_into` names the last survivor, by the `merged` facts that stand, and survivors say that they absorb."""
    into = dict(Activity.objects.not_voided().filter(kind="merged").values_list("enquiry_id", "into_id"))
    survivors = set()
    merged = dict(Enquiry.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
    for pk in into.keys() | merged.keys():
        last = pk
        while last in into:
            last = into[last]
        survivors.add(last)
        if merged.get(pk) != (last if last != pk else None):
            yield f"Enquiry {pk} is merged into {merged.get(pk)} and by its facts into {last}."
    absorbing = set(Enquiry.objects.filter(absorbs=True).values_list("pk", flat=True))
    for pk in absorbing ^ (survivors - {None}):
        yield f"Enquiry {pk}: whether others are merged into it is not what it says."
