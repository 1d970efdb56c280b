import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.append_only import append_only


class DefinitionVersion(models.Model):
    """A version of what the returns hold and how they are laid out, for periods from a day on. Added, never edited.

    `sections` is a list of {"slug", "title", "codes"} in order; `labels` what is called otherwise than in the registry,
    by code or by code and basis (“M28 held”); `left_out` the codes that the returns do not have. What a code computes
    is code.
    """

    version = models.CharField(max_length=20, unique=True, help_text="Like 2027.1")
    applies_from = models.DateField(unique=True)
    sections = models.JSONField()
    labels = models.JSONField(default=dict, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    why = models.CharField(max_length=254, help_text="What changed, and who asked for it")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers = [append_only]
        ordering = ["-applies_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applies_from__gt=datetime.date(2000, 1, 1)), name="definition_after_the_first"
            )
        ]

    def __str__(self) -> str:
        return self.version
