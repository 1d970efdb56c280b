from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from enquiries.models.enquiry import Enquiry


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def visible_to(self, user):
        """One's own; a manager sees everybody's."""
        if not (user.is_authenticated and user.can("record_casework")):
            return self.none()
        return self if user.can("assign_anyone") else self.filter(by=user)

    def to_do(self):
        """What the worker has still to look at, or to do."""
        return self.filter(state__in=[BulkRun.State.CHECKING, BulkRun.State.RUNNING]).order_by("pk")


class BulkRun(models.Model):
    """One thing to be done to many: gathered, looked at one by one, and done once somebody has seen the counts."""

    class Work(models.TextChoices):
        ASSIGN = "assign", "Give them to somebody"
        MESSAGE = "message", "Write to them"
        TASK = "task", "Add a task to each"
        CLOSE = "close", "Close them"

    class State(models.TextChoices):
        CHECKING = "checking", "Being looked at"
        CHECKED = "checked", "Waiting for your word"
        RUNNING = "running", "Being done"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Stopped"

    work = models.CharField(max_length=10, choices=Work)
    details = models.JSONField(default=dict, help_text="Owner, template with its version, title and day, or reason")
    chosen = models.CharField(max_length=254, help_text="Which list it was, in words")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "cancelled"], finished_at__isnull=False)
                | (~Q(state__in=["done", "cancelled"]) & Q(finished_at__isnull=True)),
                name="bulk_run_finished_when",
            ),
        ]

    def __str__(self) -> str:
        said = self.details.get("in_words")
        return f"{self.get_work_display()}: {said}" if said else self.get_work_display()

    @property
    def counts(self) -> dict[str, int]:
        """How many of its items are in each state."""
        found = self.items.order_by().values("state").annotate(number=Count("pk"))
        numbers = {row["state"]: row["number"] for row in found}
        return {state: numbers.get(state, 0) for state in BulkItem.State.values}


class BulkItem(models.Model):
    """One enquiry of a run, with what came of it. Each is done once at most, and each person once."""

    class State(models.TextChoices):
        WAITING = "waiting", "To be looked at"
        READY = "ready", "To be done"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Left out"
        FAILED = "failed", "A fault of ours"

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    person = models.CharField(max_length=64, blank=True, help_text="Of a message: a digest of where it goes")
    why = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "state", "id"], name="bulk_item_next")]
        constraints = [
            models.UniqueConstraint(fields=["run", "enquiry"], name="bulk_item_once_per_enquiry"),
            models.UniqueConstraint(
                fields=["run", "person"],
                condition=Q(state__in=["ready", "done"]) & ~Q(person=""),
                name="bulk_item_once_per_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["skipped", "failed"]) | ~Q(why=""), name="bulk_item_left_out_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id}: {self.state}"
