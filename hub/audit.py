"""Every read of a personal record and every export is a row (brief.md 28)."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone


class AccessLog(models.Model):
    """One look at, or one export of, somebody's record. Holds references, never names."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    reference = models.CharField(max_length=40, blank=True, db_index=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.action} {self.reference}"


def log_access(*, by, action: str, reference: str = "") -> None:
    """Note that `by` looked at or took away the record with the reference."""
    AccessLog.objects.create(user=by, action=action, reference=reference)


def log_access_once(*, by, action: str, reference: str, since: datetime.datetime) -> None:
    """The same for a page that asks again by itself: one row for what `by` has had before them since the moment."""
    if not AccessLog.objects.filter(user=by, action=action, reference=reference, at__gte=since).exists():
        log_access(by=by, action=action, reference=reference)
