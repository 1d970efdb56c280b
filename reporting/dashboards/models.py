import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.append_only import append_only


class ComparedMeasuresQuerySet(models.QuerySet["ComparedMeasures"]):
    def on(self, day: datetime.date) -> "ComparedMeasures | None":
        """What holds on the day: of several from the same day on the one that was recorded last."""
        return self.filter(applies_from__lte=day).order_by("-applies_from", "-pk").first()


class ComparedMeasures(models.Model):
    """Which figures the member councils agreed to see of each other, from a day on. A change is another row."""

    applies_from = models.DateField()
    measures = ArrayField(models.CharField(max_length=20), help_text="Keys of dashboards/compared.py")
    agreed_where = models.CharField(max_length=200, help_text="For example, board of 3 November 2026")
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ComparedMeasuresQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "compared measures"
        ordering = ["-applies_from", "-pk"]
        triggers = [append_only]
        constraints = [
            models.CheckConstraint(condition=~Q(agreed_where=""), name="compared_measures_agreed_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{len(self.measures)} measures from {self.applies_from}"
