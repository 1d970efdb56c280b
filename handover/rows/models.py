"""Dates of an authority without an API, as spreadsheets: what was taken away, and what came back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone


class MilestoneDownload(models.Model):
    """A spreadsheet that was taken away. Its rows were fixed first: none vanishes between two questions."""

    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, related_name="+")
    handovers = ArrayField(models.BigIntegerField())
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.authority}, {self.made_at}"


class MilestoneUpload(models.Model):
    """A spreadsheet of dates: read at once, tried by the worker, and taken when somebody has seen what comes of it.

    The file itself, which may hold names, is never kept.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked, not taken yet"
        TAKING = "taking", "Being taken"
        DONE = "done", "Taken"
        CANCELLED = "cancelled", "Not taken"

    TO_DO = (State.CHECKING, State.TAKING)  # the worker's turn

    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    left_aside = models.CharField(max_length=500, blank=True, help_text="Columns that we do not know")
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["checking", "checked", "taking", "done", "cancelled"]),
                name="milestone_upload_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "cancelled"], finished_at__isnull=False)
                | (~Q(state__in=["done", "cancelled"]) & Q(finished_at__isnull=True)),
                name="milestone_upload_finished_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=["checking", "taking"]), name="milestone_upload_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.TO_DO


class MilestoneUploadRow(models.Model):
    """One date of a file, and what came of it. Gone some weeks after."""

    class Result(models.TextChoices):
        UNDECIDED = "", "Not looked at yet"
        WOULD = "would", "Will be taken"
        TAKEN = "taken", "Taken"
        ALREADY = "already", "Already there"
        REFUSED = "refused", "Not taken"

    upload = models.ForeignKey(MilestoneUpload, on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField(help_text="As in the file: the header is row 1")
    reference = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=30, blank=True)
    occurred_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=30, blank=True)
    result = models.CharField(max_length=10, choices=Result, blank=True, default=Result.UNDECIDED)
    said = models.CharField(max_length=300, blank=True, help_text="Why it is not taken, as a sentence")

    class Meta:
        ordering = ["row", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=["", "would", "taken", "already", "refused"]), name="upload_row_result_known"
            ),
            models.CheckConstraint(condition=~Q(result="refused") | ~Q(said=""), name="upload_row_refused_says_why"),
        ]

    def __str__(self) -> str:
        return f"row {self.row}: {self.reference} {self.kind} {self.result}"

    @property
    def label(self) -> str:
        from handover.milestones import ENDED, MILESTONES

        return "Ended" if self.kind == ENDED else MILESTONES.get(self.kind, "")

    @property
    def colour(self) -> str:
        return {"would": "blue", "taken": "green", "refused": "red"}.get(self.result, "grey")
