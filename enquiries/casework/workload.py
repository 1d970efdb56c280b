"""Who has how much to do, for the manager's view."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from enquiries.casework.forms import FilterForm
from enquiries.casework.work_list import address
from enquiries.models import EnquiryQuerySet
from hub.models import User


@dataclass(frozen=True)
class Load:
    """One owner's share; the numbers are those of the lists that the addresses open."""

    name: str
    open: int
    late: int
    open_href: str
    late_href: str


def load_by_owner(enquiries: EnquiryQuerySet, *, now: datetime.datetime) -> list[Load]:
    """Every caseworker with what they own, most late first, and what nobody owns at the end."""
    counts = {
        row["owner"]: row
        for row in enquiries.open()
        .order_by()
        .values("owner")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    }
    people = {person.pk: person.name for person in User.objects.filter(pk__in=[pk for pk in counts if pk])}
    people |= {person.pk: person.name for person in User.objects.caseworkers()}
    loads = [_load(name, str(pk), counts.get(pk)) for pk, name in people.items()]
    loads.sort(key=lambda load: (-load.late, -load.open, load.name))
    return [*loads, _load("Nobody yet", FilterForm.NOBODY, counts.get(None))]


def _load(name: str, owner: str, counts: dict | None) -> Load:
    counts = counts or {"open": 0, "late": 0}
    return Load(
        name, counts["open"], counts["late"], address(queue="open", owner=owner), address(queue="overdue", owner=owner)
    )
