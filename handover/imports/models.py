from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class PastImport(models.Model):
    """A CSV of past enquiries brought in by the browser: tried first, then imported, with its report."""

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked, not imported yet"
        IMPORTING = "importing", "Being imported"
        DONE = "done", "Imported"
        REFUSED = "refused", "Could not be read"
        CANCELLED = "cancelled", "Not imported"
        STOPPED = "stopped", "Stopped by a fault"

    TO_DO = (State.CHECKING, State.IMPORTING)  # a worker's turn
    OPEN = (*TO_DO, State.CHECKED)

    file_name = models.CharField(max_length=254)
    content = models.BinaryField(null=True, help_text="The file; gone once it is imported or cancelled")
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    rows = models.PositiveIntegerField(null=True)
    done_rows = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0, help_text="Would be imported, while it is only checked")
    already_there = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    before_received = models.PositiveIntegerField(default=0)
    still_open = models.PositiveIntegerField(null=True, help_text="Of those that would be imported: the check says")
    late_at_once = models.PositiveIntegerField(null=True, help_text="Of the open ones: the check says")
    unknown_columns = models.TextField(blank=True)
    why = models.CharField(max_length=254, blank=True)
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at"]
        indexes = [
            models.Index(
                fields=["uploaded_at"], condition=Q(state__in=["checking", "importing"]), name="past_import_to_do"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["checking", "checked", "importing", "done", "refused", "cancelled", "stopped"],
                ),
                name="past_import_state_known",
            ),
            # Nobody keeps a file of names longer than it is worked on.
            models.CheckConstraint(
                condition=Q(
                    state__in=["checking", "checked", "importing"], content__isnull=False, finished_at__isnull=True
                )
                | Q(
                    state__in=["done", "refused", "cancelled", "stopped"],
                    content__isnull=True,
                    finished_at__isnull=False,
                ),
                name="past_import_file_goes_with_it",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, started_by__isnull=True)
                | Q(started_at__isnull=False, started_by__isnull=False),
                name="past_import_started_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["importing", "done"]) | Q(started_at__isnull=False),
                name="past_import_imported_was_started",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.TO_DO

    @property
    def percent_done(self) -> int:
        return self.done_rows * 100 // self.rows if self.rows else 0


class PastImportLine(models.Model):
    """One line of the report on a file: a row of it that needs somebody's eye. Gone some weeks after the import."""

    class Kind(models.TextChoices):
        BAD = "bad", "Needs mending"
        ALREADY_THERE = "already", "Already there"
        BEFORE_RECEIVED = "before", "Imported, with a date before it was received"

    past_import = models.ForeignKey(PastImport, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind)
    row = models.PositiveIntegerField(help_text="As in the file: the header is row 1")
    external_id = models.CharField(max_length=254, blank=True)
    column = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=101, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["row", "pk"]

    def __str__(self) -> str:
        return f"row {self.row}: {self.column} {self.reason}"
