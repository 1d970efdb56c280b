import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

# How a message's state may move, whoever writes it: what is told late or twice changes nothing. A receipt may overtake
# our own note that the message was taken; what was called back while it was being sent may have gone all the same.
FORWARD = [
    ("waiting", "sent"), ("waiting", "delivered"), ("waiting", "failed"), ("waiting", "cancelled"),
    ("sent", "delivered"), ("sent", "failed"), ("cancelled", "sent"),
]  # fmt: skip


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

    def unnoticed(self):
        """Given up, and nobody is known to have taken notice: few, however many were sent over the years."""
        return self.failed().filter(noticed_at__isnull=True)

    def about(self, *references: str):
        return self.filter(reference__in=references).order_by("-created_at")


class Message(models.Model):
    """One message to one person: a row in the same transaction as what it tells, sent after the commit."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be sent"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Could not be delivered"
        CANCELLED = "cancelled", "Not sent: they asked us not to email"

    class Channel(models.TextChoices):
        EMAIL = "email", "Email"
        TEXT = "text", "Text message"
        LETTER = "letter", "Letter"

    template = models.CharField(max_length=60)
    template_version = models.PositiveIntegerField(
        null=True, help_text="Of a template that staff can edit; none where the words come with the product"
    )
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    to = models.CharField(max_length=500, help_text="An address, a number (E.164), or the lines on an envelope")
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
    provider_id = models.CharField(max_length=100, blank=True, help_text="What GOV.UK Notify calls it")
    delivered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=200, blank=True)
    noticed_at = models.DateTimeField(
        null=True, help_text="When it was found that somebody has taken notice of its failure, or that nobody need"
    )  # fmt: skip

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        triggers = [pgtrigger.FSM(name="only_forward", field="state", transitions=FORWARD)]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="message_waiting"),
            models.Index(fields=["reference"], condition=Q(state="failed"), name="message_failed"),
            models.Index(
                fields=["reference"], condition=Q(state="failed", noticed_at__isnull=True), name="message_unnoticed"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "delivered"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "delivered"]) & Q(sent_at__isnull=True)),
                name="message_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at__isnull=True)),
                name="message_delivered_has_time",
            ),
            models.CheckConstraint(condition=Q(channel__in=["email", "text", "letter"]), name="message_channel_known"),
            models.CheckConstraint(
                condition=Q(state="failed", failed_at__isnull=False) | (~Q(state="failed") & Q(failed_at__isnull=True)),
                name="message_failed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.state}"
