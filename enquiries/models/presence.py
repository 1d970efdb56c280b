import datetime

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from enquiries.models.enquiry import Enquiry
from hub.working_time import LONDON

# The page says every half minute that it is still looked at; one that fell silent for so long is closed.
SEEN_WITHIN = datetime.timedelta(minutes=2)


class PresenceQuerySet(models.QuerySet["Presence"]):
    def here(self, now: datetime.datetime):
        """Those who have it open now."""
        return self.filter(seen_at__gt=now - SEEN_WITHIN)

    def besides(self, user):
        return self.exclude(user=user)

    def forgotten(self, now: datetime.datetime):
        """Of another day: of no use to anybody."""
        return self.filter(seen_at__lt=now - datetime.timedelta(days=1))


class Presence(models.Model):
    """Somebody has the page of an enquiry, or one of its forms, open: told to whoever opens it too. Not a lock."""

    pk = models.CompositePrimaryKey("enquiry", "user")
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "presences"
        constraints = [
            models.CheckConstraint(condition=models.Q(since__lte=F("seen_at")), name="presence_since_before_seen")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.enquiry_id}"

    @property
    def in_words(self) -> str:
        """'Sam Carter has this open (since 14:02)'."""
        return f"{self.user.name} has this open (since {self.since.astimezone(LONDON):%H:%M})"
