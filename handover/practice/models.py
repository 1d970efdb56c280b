from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class PracticeCase(models.Model):
    """What somebody at an authority has tried out with one of the invented households (invented.py).

    About nobody who enquired, and in no figure.
    """

    class State(models.TextChoices):
        SENT = "sent", "Sent"
        OPENED = "opened", "Opened"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        RETURNED = "returned", "Returned for information"

    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    household = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    reason = models.CharField(max_length=30, blank=True)
    # By kind: day, outcome, places and reason, as `Milestone` has them.
    milestones = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    # Stays when practice is started again: it was done once.
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["household"]
        constraints = [
            models.UniqueConstraint(fields=["person", "household"], name="practice_once_per_household"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "opened", "accepted", "declined", "returned"]),
                name="practice_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"Practice {self.household}"
