"""What is booked on one day: call-backs and first visits, which a day that is closed would break."""

import datetime
from dataclasses import dataclass

from django.db.models import Q

from enquiries.models import Activity, Enquiry, EnquiryQuerySet
from enquiries.visits.services import booked_visit
from hub.models import User
from hub.working_time import LONDON, start_of_day


@dataclass(frozen=True)
class Booked:
    """Somebody was promised a call or a visit at a time."""

    enquiry: Enquiry
    at: datetime.datetime
    fact: Activity | None = None  # of a visit
    visitor: User | None = None

    @property
    def what(self) -> str:
        """'the first visit at 18:30'."""
        return f"the {'first visit' if self.fact else 'call-back'} at {self.at.astimezone(LONDON):%H:%M}"


def booked_on(day: datetime.date, enquiries: EnquiryQuerySet) -> list[Booked]:
    """The call-backs and visits of the day among these enquiries, in the order of their times."""
    begins, ends = start_of_day(day), start_of_day(day + datetime.timedelta(days=1))
    theirs = enquiries.open().prefetch_related("applicants").select_related("owner")
    booked = [Booked(one, one.callback_at) for one in theirs.filter(callback_at__gte=begins, callback_at__lt=ends)]
    visits = {"kind": "visit_booked", "due__gte": begins, "due__lt": ends}
    own = Q(**{f"activities__{name}": value for name, value in visits.items()})
    absorbed = Q(**{f"merged_from__activities__{name}": value for name, value in visits.items()})
    for one in theirs.filter(pk__in=enquiries.filter(own | absorbed).order_by().values("pk")):
        visit = booked_visit(one)
        if visit and visit.due and begins <= visit.due < ends:
            visitor = visit.visitor if visit.visitor and visit.visitor.is_hub_staff else None
            booked.append(Booked(one, visit.due, visit, visitor))
    return sorted(booked, key=lambda one: (one.at, one.enquiry.pk))
