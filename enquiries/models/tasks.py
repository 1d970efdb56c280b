import datetime

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.enquiry import Enquiry
from hub.people.roles import HUB_ROLES
from hub.spoken_dates import day_in_words
from hub.working_time import local_date, today


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user):
        """Hub staff see every task; nobody else sees any."""
        return self if user.is_authenticated and user.can("read_people") else self.none()

    def open(self):
        return self.filter(done_at__isnull=True)

    def done(self):
        """What is done, and what settled itself; the latest first."""
        return self.filter(done_at__isnull=False).order_by("-done_at", "-pk")

    def of(self, enquiry):
        """The household's: the enquiry's own and those of every enquiry merged into it."""
        both = Q(enquiry=enquiry) | Q(enquiry__merged_into=enquiry)
        return self.filter(both) if enquiry.absorbs else self.filter(enquiry=enquiry)

    def assigned_to(self, person):
        return self.filter(assigned_to=person)

    def everybodys(self):
        """Nobody's in particular, or of somebody who has left: whoever sees it first."""
        left = Q(assigned_to__is_active=False) | ~Q(assigned_to__role__in=sorted(HUB_ROLES))
        return self.filter(Q(assigned_to__isnull=True) | left)

    def due(self, day: datetime.date):
        """Open, and due on the day or before it."""
        return self.open().filter(due_on__lte=day)

    def in_order(self):
        """What is due first comes first."""
        return self.order_by("due_on", "pk")


@pghistory.track()
class Task(models.Model):
    """Something that somebody has to do by a day, mostly about an enquiry. Doing it is a fact on the timeline."""

    MANUAL = "manual"  # a member of staff wrote it down; every other kind the product makes by itself

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    kind = models.CharField(max_length=30, default=MANUAL)
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks",
        db_index=False, help_text="Nobody: everybody's",
    )  # fmt: skip
    key = models.CharField(
        max_length=120, unique=True, null=True, blank=True, help_text="What the product makes by itself it makes once"
    )
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True)
    done_note = models.TextField(blank=True, help_text="What came of it")

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["assigned_to", "due_on", "id"], condition=Q(done_at__isnull=True), name="task_person"),
            models.Index(fields=["enquiry", "due_on"], condition=Q(done_at__isnull=True), name="task_enquiry"),
            models.Index(fields=["kind"], condition=Q(done_at__isnull=True), name="task_kind"),
            models.Index(fields=["done_by", "-done_at"], condition=Q(done_at__isnull=False), name="task_done_lately"),
        ]
        constraints = [
            # What the product made may settle itself; what a person wrote down a person does.
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False)
                | (Q(done_at__isnull=False) & ~Q(kind="manual")),
                name="task_done_by_whom_and_when",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="task_says_what"),
        ]

    def __str__(self) -> str:
        return f"Task {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < today()

    @property
    def due_in_words(self) -> str:
        """'Today', 'Monday 23 November', 'Late since Thursday 19 November'."""
        if self.due_on == today():
            return "Today"
        return f"{'Late since ' if self.is_late else ''}{day_in_words(self.due_on, today())}"

    @property
    def whose(self) -> str:
        return self.assigned_to.name if self.assigned_to else "Anybody"

    @property
    def done_in_words(self) -> str:
        """'Ruth Adeyemi, 20 November 2026'; of what settled itself, by what."""
        if self.done_at is None:
            return ""
        return f"{self.done_by.name if self.done_by else 'Settled by itself'}, {local_date(self.done_at):%-d %B %Y}"
