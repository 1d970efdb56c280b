"""The first visit, while it is still to come: booked, moved, cancelled. Recording the visit itself ends the booking."""

import datetime

from django.db import transaction
from django.utils import timezone

from enquiries.journey import VISIT_PLACES
from enquiries.models import Activity, Enquiry
from enquiries.services import lock_enquiry, record_activity
from enquiries.state import not_voided, visit_booked
from enquiries.tasks.services import add_task
from hub.errors import Refused
from hub.spoken_dates import moment_in_words
from hub.working_time import LONDON, today

FURTHEST = datetime.timedelta(days=183)


def booked_visit(enquiry: Enquiry) -> Activity | None:
    """The booking of the first visit that is still to be made, or recorded."""
    facts = enquiry.facts.filter(kind__in=("visit_booked", "visit_cancelled", "initial_visit", "voided"))
    return visit_booked(not_voided(facts.select_related("visitor")))


@transaction.atomic
def book_visit(
    *, enquiry: Enquiry, by, at: datetime.datetime, visitor, place: str, note: str = "", version: int | None = None
) -> Activity:
    """Book the first visit for a moment to come; one that is booked already is moved to it.

    `place` is one of `VISIT_PLACES`. `Refused` where there was a first visit, the moment is past or more than half a
    year away, or nothing differs from what is booked.
    """
    locked = lock_enquiry(enquiry.pk)
    now = timezone.now()
    if not now < at <= now + FURTHEST:
        raise Refused("The visit must be at a time to come, within half a year.")
    if place not in VISIT_PLACES:
        raise Refused("Select where the visit is to be.")
    if not visitor.is_hub_staff:
        raise Refused("A visit that we book is made by somebody of the hub.")
    if locked.facts.not_voided().filter(kind="initial_visit").exists():
        raise Refused("The first visit has been made already.")
    booked = booked_visit(locked)
    if booked and (booked.due, booked.visitor_id, booked.channel, booked.note) == (at, visitor.pk, place, note):
        raise Refused("It is booked just so already.")
    return record_activity(
        enquiry=enquiry, kind="visit_booked", by=by, version=version, due=at, visitor=visitor, channel=place, note=note
    )


@transaction.atomic
def cancel_visit(*, enquiry: Enquiry, by, note: str, version: int | None = None) -> Activity:
    """Cancel the first visit that is booked, with the reason. `Refused` where none is."""
    if booked_visit(lock_enquiry(enquiry.pk)) is None:
        raise Refused("There is no first visit to cancel.")
    return record_activity(enquiry=enquiry, kind="visit_cancelled", by=by, version=version, note=note)


def call_off_visit(*, enquiry: Enquiry, by, recorder: str = "person") -> None:
    """A first visit that is booked ends with "not yet", in the caller's transaction. Where they said it by themselves,
    whoever was to visit them is told by a task."""
    booked = booked_visit(enquiry)
    if booked is None or booked.due is None:
        return
    record_activity(enquiry=enquiry, kind="visit_cancelled", by=by, recorder=recorder, note="They said “not yet”")
    if by is None and booked.due > timezone.now():
        when = f"{moment_in_words(booked.due, timezone.now())} at {booked.due.astimezone(LONDON):%H:%M}"
        visitor = booked.visitor if booked.visitor and booked.visitor.is_hub_staff else None
        add_task(
            title=f"They said “not yet”: the first visit of {when} is called off", due_on=today(), enquiry=enquiry,
            to=visitor, kind="visit_called_off", key=f"visit_called_off:{booked.pk}",
        )  # fmt: skip
