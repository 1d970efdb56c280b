import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries.models.activity import Activity
from enquiries.models.enquiry import Enquiry


@pghistory.track()
class Event(models.Model):
    """An information session, open day or training course."""

    class Kind(models.TextChoices):
        INFORMATION = "information", "Information session"
        OPEN_DAY = "open_day", "Open day"
        TRAINING = "training", "Training"

    code = models.SlugField(max_length=40, unique=True, help_text="In its address; for signing up on the day")
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.INFORMATION)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, help_text="Where, or “Online”")
    about = models.TextField(blank=True)
    capacity = models.PositiveSmallIntegerField(help_text="Persons")
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published = models.BooleanField(default=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="event_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.title


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
    attended = models.BooleanField(null=True)
    attended_fact = models.OneToOneField(
        Activity, on_delete=models.PROTECT, null=True, related_name="booking", help_text="What that is on the timeline"
    )

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
