import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self):
        """Not yet sent and not given up."""
        return self.filter(state=Message.State.WAITING)

    def due(self, now: datetime.datetime):
        """Waiting messages whose next try has come and that no worker holds."""
        return self.waiting().filter(next_try_at__lte=now)

    def failed(self):
        """Given up: somebody must reach the person in another way."""
        return self.filter(state=Message.State.FAILED)

    def about(self, *references: str):
        return self.filter(reference__in=references).order_by("-created_at")


class Message(models.Model):
    """One message to one person: a row in the same transaction as what it tells, sent after the commit."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Could not be delivered"
        CANCELLED = "cancelled", "Not sent: they asked us not to email"

    class Channel(models.TextChoices):
        EMAIL = "email", "Email"

    template = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    # What only the receiver may read is not in the body: it is made of this seed while it is sent, and the seed goes.
    seed = models.CharField(max_length=43, blank=True)
    reference = models.CharField(max_length=40, blank=True, db_index=True, help_text="The enquiry it is about")
    to_household = models.BooleanField(default=False, help_text="To the people who enquired, not to staff or a council")
    idempotency_key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="message_waiting"),
            models.Index(fields=["reference"], condition=Q(state="failed"), name="message_failed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="message_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="failed", failed_at__isnull=False) | (~Q(state="failed") & Q(failed_at__isnull=True)),
                name="message_failed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.state}"
