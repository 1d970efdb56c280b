"""Where an authority's systems are told what happens, what they were told, and how each try went."""

import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

# What an endpoint may be told of. The ping is sent by hand, to try an endpoint out.
EVENTS: dict[str, str] = {
    "handover.sent": "A referral was sent to us",
    "handover.withdrawn": "The hub took a referral back",
    "enquiry.updated": "Details of somebody who is with us were changed",
}
PING = "ping"
DAYS_KEPT = 90  # what was told, and how each try went; then it is forgotten (forgetting.py)


def _kept_still(moment: str) -> pgtrigger.Condition:
    """The database lets nobody delete it before its time."""
    return pgtrigger.Condition(f"OLD.{moment} > now() - interval '{DAYS_KEPT} days'")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def of(self, authority_id: int):
        """Those that the authority has now."""
        return self.filter(authority_id=authority_id).exclude(state=Endpoint.State.REMOVED)


class Endpoint(models.Model):
    """An address of an authority's own system that is told of events, signed with a secret of its own."""

    class State(models.TextChoices):
        ACTIVE = "active", "On"
        PAUSED = "paused", "Paused"
        DISABLED = "disabled", "Switched off"
        REMOVED = "removed", "Removed"

    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, related_name="endpoints")
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=30))
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    why = models.CharField(max_length=300, blank=True, help_text="Why it is switched off")
    # The secret is made of the seed and the deployment's key (secrets.py): the database alone does not give it.
    seed = models.CharField(max_length=60)
    secret_sha256 = models.CharField(max_length=64)
    seed_before = models.CharField(max_length=60, blank=True)
    secret_before_sha256 = models.CharField(max_length=64, blank=True)
    before_until = models.DateTimeField(null=True, blank=True, help_text="Until then we sign with the one before too")
    failing_since = models.DateTimeField(null=True, blank=True, help_text="The first try in vain since one that went")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["active", "paused", "disabled", "removed"]), name="endpoint_state_known"
            ),
            models.CheckConstraint(condition=~Q(state="disabled") | ~Q(why=""), name="endpoint_disabled_says_why"),
            models.CheckConstraint(
                condition=Q(seed_before="", before_until__isnull=True)
                | (~Q(seed_before="") & Q(before_until__isnull=False)),
                name="endpoint_secret_before_ends",
            ),
            models.UniqueConstraint(
                fields=["authority", "url"], condition=~Q(state="removed"), name="endpoint_once_per_address"
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def colour(self) -> str:
        """Of its state's tag."""
        return {"active": "green", "paused": "yellow", "disabled": "red"}.get(self.state, "grey")

    @property
    def events_in_words(self) -> str:
        return ", ".join(EVENTS.get(event, event) for event in self.events)

    @property
    def signs_with_both(self) -> bool:
        """Whether the secret before this one still counts."""
        return self.before_until is not None and self.before_until > timezone.now()


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime.datetime):
        return self.filter(state=Delivery.State.WAITING, next_try_at__lte=now)


class Delivery(models.Model):
    """One event told to one endpoint: a row in the transaction of what happened, sent after its commit."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        GIVEN_UP = "given_up", "Given up"

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries")
    event_id = models.CharField(max_length=70)
    kind = models.CharField(max_length=30)
    # Text and no JSON field: the very characters that are signed, each time the same.
    body = models.TextField(help_text="JSON")
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Since it was made, or sent again by hand")
    next_try_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="delivery_once_per_endpoint"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "delivered", "given_up"]), name="delivery_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False), name="delivery_delivered_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["endpoint", "-id"], name="delivery_log"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="told_is_told", fields=["endpoint", "event_id", "kind", "body", "made_at"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete, condition=_kept_still("made_at")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"

    @property
    def label(self) -> str:
        return "A test" if self.kind == PING else EVENTS.get(self.kind, self.kind)

    @property
    def colour(self) -> str:
        return {"delivered": "green", "given_up": "red"}.get(self.state, "blue")


class Attempt(models.Model):
    """One try to deliver: what the other side answered, or what was in the way."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True, help_text="Of HTTP; empty where no answer came")
    milliseconds = models.PositiveIntegerField()
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete, condition=_kept_still("at")),
        ]

    def __str__(self) -> str:
        return f"{self.status or 'no answer'} {self.fault}".strip()


class ChangesTold(models.Model):
    """Up to which moment councils' systems were told of changed details: the sweep's one cursor."""

    up_to = models.DateTimeField()
    only = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["only"], name="changes_told_only_one"),
            models.CheckConstraint(condition=Q(only=True), name="changes_told_only_true"),
        ]

    def __str__(self) -> str:
        return f"up to {self.up_to}"
