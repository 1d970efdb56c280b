import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.append_only import append_only


class DatedQuerySet(models.QuerySet):
    def known(self, as_at: datetime.datetime):
        """Those recorded by the moment, the one that counts first."""
        return self.filter(recorded_at__lte=as_at).order_by("-recorded_at", "-pk")


class Dated(models.Model):
    """A figure set by hand, with when and by whom. Added, never edited: what is set again counts from then on."""

    code = models.CharField(max_length=4)
    authority = models.ForeignKey(
        "hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="None is the hub"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    # Nobody's are the defaults.
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class Target(Dated):
    """What a measure should be from a day on: a share in percent, a median in days, a count in a financial year.

    None is that there is no target any more.
    """

    value = models.DecimalField(max_digits=9, decimal_places=1, null=True, blank=True)
    applies_from = models.DateField()

    class Meta:
        triggers = [append_only]
        ordering = ["code", "-applies_from", "-recorded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="target_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.value} from {self.applies_from}"


class Baseline(Dated):
    """What a count was in a quarter of the financial year before the hub began; with whose word that is."""

    quarter = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField()
    source = models.CharField(max_length=160)
    source_on = models.DateField(help_text="Of the source")

    class Meta:
        triggers = [append_only]
        ordering = ["code", "quarter", "-recorded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(quarter__range=(1, 4)), name="baseline_of_a_quarter"),
            models.CheckConstraint(condition=~Q(source=""), name="baseline_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.value} in quarter {self.quarter}"
