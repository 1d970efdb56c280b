import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hub.api.scopes import SCOPES
from hub.people.models import User
from hub.places.models import Authority


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def in_use(self, now: datetime.datetime):
        """Those that open something now, the one that runs out next first."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now).order_by("expires_at", "pk")

    def out_of_use(self, now: datetime.datetime):
        """Revoked or run out, the latest first."""
        return self.filter(Q(revoked_at__isnull=False) | Q(expires_at__lte=now)).order_by("-made_at", "-pk")


class ApiToken(models.Model):
    """What another system proves itself with: an authority's, or the hub's own. Only its hash is kept."""

    name = models.CharField(max_length=100, help_text="Which system uses it")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, null=True, blank=True, related_name="api_tokens")
    # Who does what is done with it: a user of the authority that stands for its system. The hub's own has none.
    acts_as = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="token")
    scopes = ArrayField(models.CharField(max_length=30))
    token_sha256 = models.CharField(max_length=64, unique=True)
    ends_with = models.CharField(max_length=4)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True)
    form_key = models.UUIDField(null=True, unique=True, help_text="Of the form it was asked for with, which gives one")

    objects = ApiTokenQuerySet.as_manager()

    SOON = datetime.timedelta(days=30)  # before it runs out, whoever uses it needs the next one

    class Meta:
        ordering = ["name", "-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="api_token_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ends_with})"

    @property
    def whose(self) -> str:
        return str(self.authority) if self.authority is not None else "The hub"

    @property
    def scopes_in_words(self) -> str:
        return ", ".join(SCOPES.get(scope, scope) for scope in self.scopes)


class ApiAnswer(models.Model):
    """What we answered to one Idempotency-Key: the same question gets the same answer."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    asked_sha256 = models.CharField(max_length=64, help_text="Of method, path and body")
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty while the first is being answered")
    answer = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_answer_once_per_key")]
        indexes = [models.Index(fields=["at"], name="api_answer_age")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.status}"
