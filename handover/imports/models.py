from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class PastImport(models.Model):
    """A CSV of past enquiries brought in by the browser: tried first, then imported, with its report."""

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked, not imported"
        IMPORTING = "importing", "Being imported"
        DONE = "done", "Imported"
        REFUSED = "refused", "Could not be read"
        CANCELLED = "cancelled", "Not imported"

    file_name = models.CharField(max_length=254)
    content = models.BinaryField(null=True, help_text="The file; gone once it is imported or cancelled")
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    rows = models.PositiveIntegerField(null=True)
    done_rows = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    already_there = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    report = models.TextField(blank=True, help_text="CSV: row, column and reason")
    why = models.CharField(max_length=254, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at"]
        indexes = [
            models.Index(
                fields=["uploaded_at"], condition=Q(state__in=["checking", "importing"]), name="past_import_to_do"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"
