"""What must always hold of enquiries. Each check gives a sentence for each thing that does not hold."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from enquiries.duplicates.invariants import keys_are_those_of_the_people, merged_as_the_facts_say
from enquiries.models import Activity, Enquiry
from enquiries.services import standard_days_from_database
from enquiries.state import STATE_FIELDS, state_of
from hub.working_time import working_time

_AT_ONCE = 1000


def state_kept_is_state_rebuilt() -> Iterator[str]:
    """The state on the enquiry is what its facts add up to (enquiries/state.py)."""
    calendar, standard_days = working_time(), standard_days_from_database()
    for enquiries in _in_batches():
        facts: dict[int, list[Activity]] = {enquiry.pk: [] for enquiry in enquiries}
        for fact in Activity.objects.filter(enquiry__in=facts).defer("note"):
            facts[fact.enquiry_id].append(fact)
        for enquiry in enquiries:
            of_household = enquiry.facts if enquiry.absorbs else facts[enquiry.pk]
            state = state_of(of_household, calendar=calendar, standard_days=standard_days)
            wrong = [name for name in STATE_FIELDS if getattr(enquiry, name) != getattr(state, name)]
            if wrong:
                yield f"{enquiry.reference}: {', '.join(wrong)} kept is not what the facts give."


def _in_batches() -> Iterator[list[Enquiry]]:
    last = 0
    while batch := list(Enquiry.objects.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        yield batch
        last = batch[-1].pk


def received_exactly_once() -> Iterator[str]:
    """Every enquiry has one `received` fact, of the moment that the enquiry carries."""
    received = Count("activities", filter=Q(activities__kind="received"))
    for reference, count in (
        Enquiry.objects.order_by("pk")
        .annotate(received=received)
        .exclude(received=1)
        .values_list("reference", "received")
    ):
        yield f"{reference} was received {count} times."
    facts = Activity.objects.filter(kind="received").exclude(occurred_at=F("enquiry__received_at"))
    for reference in facts.values_list("enquiry__reference", flat=True):
        yield f"{reference} and its received fact differ about when that was."


CHECKS = {
    "Every enquiry is looked up by what its people are now": keys_are_those_of_the_people,
    "Every merge is what the facts say": merged_as_the_facts_say,
    "The state of every enquiry is what its facts give": state_kept_is_state_rebuilt,
    "Every enquiry was received exactly once": received_exactly_once,
}
