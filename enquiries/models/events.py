import datetime
import hashlib
import re

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from enquiries.models.activity import Activity
from enquiries.models.enquiry import Enquiry
from hub.spoken_dates import span_in_words

_A_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) +([0-9][A-Z]{2})\b", re.IGNORECASE)


def postcode_held_together(place: str) -> str:
    """The place with its postcode held together, which no line may break."""
    return _A_POSTCODE.sub("\\1\u00a0\\2", place)


class EventQuerySet(models.QuerySet["Event"]):
    def to_come(self, now: datetime.datetime):
        """Not over, and not cancelled."""
        return self.filter(ends_at__gt=now, cancelled_at__isnull=True)

    def public(self, now: datetime.datetime):
        """What everybody may read of."""
        return self.to_come(now).filter(published=True).prefetch_related("sessions")

    def with_places(self):
        """With `booked` and `waiting`, how many persons; and `came`: how many came, in all sessions together."""
        of = {state: Sum("bookings__persons", filter=Q(bookings__state=state)) for state in ("booked", "waiting")}
        # Apart from the bookings, which it would multiply.
        came = Event.objects.filter(pk=OuterRef("pk")).values("pk").annotate(n=Sum("sessions__attendances__persons"))
        counted = {state: Coalesce(total, 0) for state, total in of.items()}
        known = self.annotate(**counted, came=Coalesce(Subquery(came.values("n")), 0))
        # Said once more: sums leave the order of the model out.
        return known.prefetch_related("sessions").order_by("starts_at", "pk")


@pghistory.track()
class Event(models.Model):
    """An information session, open day or training course: of one session or several (models/sessions.py).

    `starts_at` and `ends_at` are the first start and the last end, `place` is where all are: the service keeps them.
    """

    class Kind(models.TextChoices):
        INFORMATION = "information", "Information session"
        OPEN_DAY = "open_day", "Open day"
        TRAINING = "training", "Training"

    code = models.SlugField(max_length=40, unique=True, help_text="In its address; for signing up on the day")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.INFORMATION)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, help_text="Where, or “Online”, or “Several places”")
    about = models.TextField(blank=True)
    capacity = models.PositiveSmallIntegerField(help_text="Persons")
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published = models.BooleanField(default=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = EventQuerySet.as_manager()
    SAID = ("title", "kind", "about", "capacity", "authority_id", "published")

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def fingerprint(self) -> str:
        """What it says, with its sessions, as it is kept: another one means that somebody has changed it."""
        when = self.sessions.order_by("pk").values_list("pk", "starts_at", "ends_at", "place", "join_link")
        said = [getattr(self, name) for name in self.SAID]
        return hashlib.sha256(repr((said, list(when))).encode()).hexdigest()[:32]

    @property
    def places_in_words(self) -> str:
        """Of an event fetched `with_places`."""
        waiting = getattr(self, "waiting", 0)
        return f"of {self.capacity} places" + (f", {waiting} waiting" if waiting else "")

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def is_course(self) -> bool:
        return len(self.sessions.all()) > 1

    @property
    def when(self) -> str:
        """'Tuesday 24 November, 6pm to 8pm'; of a course '3 sessions from Tuesday 24 November, 6pm to 8pm'."""
        sessions = self.sessions.all()
        if len(sessions) < 2:
            return span_in_words(self.starts_at, self.ends_at, timezone.now())
        return f"{len(sessions)} sessions from {sessions[0].when}"

    @property
    def where(self) -> str:
        return postcode_held_together(self.place)


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user):
        return self.filter(enquiry__in=Enquiry.objects.visible_to(user))

    def of(self, enquiry):
        """The household's, those made before its enquiries were merged included."""
        return self.filter(Q(enquiry=enquiry) | Q(enquiry__merged_into=enquiry))

    def to_come(self):
        """Booked or waiting for an event that has not begun."""
        return self.exclude(state=Booking.State.CANCELLED).filter(event__starts_at__gt=timezone.now())

    def not_over(self):
        """Booked or waiting for an event of which something is still to come."""
        return self.exclude(state=Booking.State.CANCELLED).filter(event__ends_at__gt=timezone.now())


class Booking(models.Model):
    """A household's places at an event. A cancelled one stays, and they may book again."""

    class State(models.TextChoices):
        BOOKED = "booked", "Booked"
        WAITING = "waiting", "On the waiting list"
        CANCELLED = "cancelled", "Cancelled"

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="bookings")
    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="bookings")
    persons = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.BOOKED)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    completed_fact = models.OneToOneField(
        Activity, on_delete=models.PROTECT, null=True, related_name="booking", help_text="That they did the training"
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "enquiry"], condition=~Q(state="cancelled"), name="booking_once_per_household"
            ),
            models.CheckConstraint(condition=Q(persons__in=[1, 2]), name="booking_of_one_or_two"),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="booking_cancelled_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry} at {self.event}"

    @property
    def household(self) -> Enquiry:
        """The enquiry on which anything about it is recorded."""
        return self.enquiry.merged_into or self.enquiry
