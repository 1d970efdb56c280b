from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries.models.enquiry import Enquiry
from enquiries.models.household import Applicant


class SignInLink(models.Model):
    """A link sent to an applicant, good once and for a short time. Only the hash of its token is kept."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    applicant = models.ForeignKey(Applicant, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="sign_in_link_lasts_a_while")
        ]

    def __str__(self) -> str:
        return f"Link of {self.made_at}"
