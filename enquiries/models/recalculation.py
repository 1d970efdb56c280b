from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone


class Recalculation(models.Model):
    """One working out of every open clock, after a change of holidays, closures, opening hours or standards."""

    why = models.CharField(max_length=254, help_text="What was changed, in words")
    basis = models.CharField(max_length=64, help_text="A hash of the calendar and standards that it goes by")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    last_fact = models.BigIntegerField(help_text="The latest fact when it was asked for")
    last_enquiry = models.BigIntegerField(default=0, help_text="How far it is")
    to_do = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # A later change makes the earlier run needless: it would set times that no longer hold.
            models.UniqueConstraint(
                Value(True), condition=Q(finished_at__isnull=True), name="recalculation_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.why

    @property
    def is_under_way(self) -> bool:
        return self.finished_at is None
