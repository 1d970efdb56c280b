"""Every read of a personal record and every export is a row (brief.md 28)."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from hub.isolation import once_free
from hub.rows import insert


class AccessLog(models.Model):
    """One look at, or one export of, somebody's record. Holds references, never names."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_link = models.CharField(max_length=40, blank=True, help_text="Whose link opened it, where nobody signs in")
    action = models.CharField(max_length=40)
    reference = models.CharField(max_length=40, blank=True, db_index=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, by_link="")
                | (models.Q(user__isnull=True) & ~models.Q(by_link="")),
                name="access_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.by_link} {self.action} {self.reference}"


def log_access(*, by=None, action: str, reference: str = "", by_link: str = "") -> None:
    """Note that `by`, or whoever has the link that `by_link` names ("buddy 12"), looked at or took away the record with
    the reference."""
    look = AccessLog(user=by, by_link=by_link, action=action, reference=reference)
    once_free(lambda: insert(look))


def log_access_once(*, by, action: str, reference: str, since: datetime.datetime) -> None:
    """The same for a page that asks again by itself: one row for what `by` has had before them since the moment."""
    if not AccessLog.objects.filter(user=by, action=action, reference=reference, at__gte=since).exists():
        log_access(by=by, action=action, reference=reference)
