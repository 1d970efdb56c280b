import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries.models.enquiry import Enquiry
from enquiries.models.household import Applicant


class LinkRequest(models.Model):
    """Somebody asked for a link, whether we know the address or not. The worker answers it, and the row goes."""

    address = models.EmailField(max_length=254)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["asked_at"]

    def __str__(self) -> str:
        return f"Asked at {self.asked_at}"


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def good(self, now: datetime.datetime):
        """Not used and not run out."""
        return self.filter(used_at__isnull=True, expires_at__gt=now)


class SignInLink(models.Model):
    """A link sent to an applicant, good once and for a short time. Only the hash of its token is kept."""

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", "Sign in"
        NEW_ADDRESS = "new_address", "Confirm a new address"

    token_sha256 = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.SIGN_IN)
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    applicant = models.ForeignKey(Applicant, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(max_length=254, help_text="Where it was sent")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = SignInLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="sign_in_link_lasts_a_while")
        ]

    def __str__(self) -> str:
        return f"Link of {self.made_at}"
