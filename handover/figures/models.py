from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.append_only import append_only
from handover.figures.known import FIGURES


class MonthlyFiguresQuerySet(models.QuerySet["MonthlyFigures"]):
    def latest_of_each(self):
        """Of each authority and month the version that counts."""
        return self.order_by("authority_id", "month", "-version").distinct("authority_id", "month")


def _figure() -> models.PositiveIntegerField:
    return models.PositiveIntegerField(null=True, blank=True)


class MonthlyFigures(models.Model):
    """What an authority said of one month, once: the latest version counts. An empty figure was not supplied."""

    class Via(models.TextChoices):
        FORM = "form", "In the portal"
        API = "api", "By your own system"
        HUB = "hub", "Recorded by the hub"

    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, related_name="monthly_figures")
    month = models.DateField(help_text="Its first day")
    version = models.PositiveIntegerField()
    approved_households = _figure()
    deregistered_households = _figure()
    approved_carers = _figure()
    children_placed = _figure()
    constellations = _figure()
    satellites = _figure()
    remarks = models.TextField(blank=True)
    via = models.CharField(max_length=4, choices=Via, default=Via.FORM)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = MonthlyFiguresQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-version"]
        triggers = [append_only]
        constraints = [
            models.UniqueConstraint(fields=["authority", "month", "version"], name="figures_version_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="figures_of_a_whole_month"),
            models.CheckConstraint(condition=Q(version__gte=1), name="figures_versions_from_one"),
            models.CheckConstraint(condition=Q(via__in=["form", "api", "hub"]), name="figures_via_known"),
        ]

    def __str__(self) -> str:
        return f"{self.authority}, {self.month:%B %Y}, version {self.version}"

    @property
    def values(self) -> dict[str, int | None]:
        """By code; None is not supplied."""
        return {figure.code: getattr(self, figure.field) for figure in FIGURES}

    @property
    def is_supplied(self) -> bool:
        """Whether it says anything: figures can be taken back."""
        return any(value is not None for value in self.values.values())
