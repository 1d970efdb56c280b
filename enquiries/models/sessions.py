import datetime

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries.models.activity import Activity
from enquiries.models.events import Booking, Event, postcode_held_together
from hub.spoken_dates import span_in_words
from hub.working_time import LONDON, WorkingTime, local_date, working_time

ONLINE = "Online"
MIDDAY = datetime.time(12)


class SessionQuerySet(models.QuerySet["Session"]):
    def to_come(self, now: datetime.datetime):
        """Not begun, of an event that takes place."""
        return self.filter(starts_at__gt=now, event__cancelled_at__isnull=True)

    def booked_by(self, enquiry):
        """Those at which the household has a place."""
        theirs = Booking.objects.of(enquiry).filter(state=Booking.State.BOOKED)
        return self.filter(event__bookings__in=theirs)

    def held(self, first: datetime.date, last: datetime.date):
        """Those that began on a day from `first` to `last`, of events that were not called off (measures.md, M28)."""
        moments = [datetime.datetime.combine(day, datetime.time(), tzinfo=LONDON) for day in (first, last)]
        until = moments[1] + datetime.timedelta(days=1)
        return self.filter(starts_at__gte=moments[0], starts_at__lt=until, event__cancelled_at__isnull=True)


@pghistory.track()
class Session(models.Model):
    """One time at which people meet: an event has one, a course several. Numbered in the order of time."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, help_text="Where, or “Online”")
    # Given only to those booked, and shortly before.
    join_link = models.URLField(max_length=500, blank=True)
    # How often it was changed: what calendars go by (RFC 5545, SEQUENCE).
    sequence = models.PositiveIntegerField(default=0)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at"], name="session_starts")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"], name="session_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(join_link="") | Q(join_link__startswith="https://"), name="session_join_link_is_safe"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event}, session {self.number}"

    @property
    def title(self) -> str:
        """The event's, of a course with the number: 'Skills to Foster, session 2 of 3'."""
        of = len(self.event.sessions.all())
        return f"{self.event.title}, session {self.number} of {of}" if of > 1 else self.event.title

    @property
    def when(self) -> str:
        """'Tuesday 24 November, 6pm to 8pm'."""
        return span_in_words(self.starts_at, self.ends_at, timezone.now())

    @property
    def where(self) -> str:
        return postcode_held_together(self.place)

    @property
    def is_online(self) -> bool:
        return self.place.strip().casefold() == ONLINE.casefold()

    @property
    def where_for_booked(self) -> str:
        """The same for whoever has a place: of one online also how to join, or when we say so."""
        if not self.is_online:
            return self.where
        if self.link_now:
            return f"{ONLINE}. To join: {self.link_now}"
        if self.join_link and self.morning_before(working_time()) > timezone.now():
            return f"{ONLINE}. We send you the link in the morning before it begins"
        return f"{ONLINE}. Our team tells you how to join before it starts"

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    def is_on(self, day: datetime.date) -> bool:
        return local_date(self.starts_at) <= day <= local_date(self.ends_at)

    def days_before(self, calendar: WorkingTime) -> datetime.datetime:
        """When the first reminder goes: two working days before its day, as we open."""
        day = local_date(self.starts_at)
        for _ in range(2):
            day -= datetime.timedelta(days=1)
            while not calendar.is_working_day(day):
                day -= datetime.timedelta(days=1)
        return datetime.datetime.combine(day, calendar.opens_at, tzinfo=LONDON)

    def morning_before(self, calendar: WorkingTime) -> datetime.datetime:
        """When the second reminder goes, and the join link with it: in the morning of its day where it begins after
        midday, else in that of the day before."""
        local = self.starts_at.astimezone(LONDON)
        day = local.date() - datetime.timedelta(days=0 if local.time() > MIDDAY else 1)
        return datetime.datetime.combine(day, calendar.opens_at, tzinfo=LONDON)

    @property
    def link_now(self) -> str:
        """The join link for whoever has a place, from the second reminder until it is over; "" at other times."""
        now = timezone.now()
        given = self.is_online and self.morning_before(working_time()) <= now < self.ends_at
        return self.join_link if given else ""


class Attendance(models.Model):
    """How many of a household came to one session. Nobody is a row too: that it was recorded is known."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="attendances")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    persons = models.PositiveSmallIntegerField()
    made_up = models.BooleanField(default=False, help_text="Of a course: they did it at another time or place")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    fact = models.OneToOneField(
        Activity, on_delete=models.PROTECT, null=True, related_name="attendance", help_text="That they came"
    )

    class Meta:
        verbose_name_plural = "attendances"
        constraints = [
            models.UniqueConstraint(fields=["booking", "session"], name="attendance_once_per_session"),
            models.CheckConstraint(condition=Q(persons__in=[0, 1, 2]), name="attendance_of_at_most_two"),
            models.CheckConstraint(condition=Q(made_up=False) | Q(persons=0), name="attendance_made_up_was_absent"),
        ]

    def __str__(self) -> str:
        return f"{self.persons} of {self.booking}"

    @property
    def said(self) -> str:
        """As the register has it: "made_up", or how many; "" where the entry on the timeline was voided since."""
        if self.made_up:
            return "made_up"
        return "" if self.fact is not None and self.fact.is_voided else str(self.persons)
