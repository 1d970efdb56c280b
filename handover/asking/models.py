"""What people say of their council: whether it has been in touch with them."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from enquiries.journey import HEARD

CHANGEABLE_FOR = datetime.timedelta(days=2)


class CouncilCheckQuerySet(models.QuerySet["CouncilCheck"]):
    def to_settle(self):
        """What they said and nobody has seen to."""
        return self.filter(answered_at__isnull=False, settled_at__isnull=True)


class CouncilCheck(models.Model):
    """Of one handover: when they were asked whether the council has been in touch, and what they say now.

    Each answer is a fact (`council_heard`) besides; here is the latest, and whether somebody has seen to it. It exists
    without a question where they told us of their own accord. Of the link only the hash of its token is kept.
    """

    handover = models.OneToOneField("handover.Handover", on_delete=models.PROTECT, related_name="check_with_them")
    message = models.ForeignKey("hub.Message", on_delete=models.PROTECT, null=True, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True, null=True)
    asked_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    answer = models.CharField(max_length=5, blank=True, choices=list(HEARD.items()))
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, help_text="When they said what they say now")
    first_answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="Who wrote down what they said on the telephone",
    )  # fmt: skip

    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_how = models.CharField(max_length=2000, blank=True)

    objects = CouncilCheckQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["answer", "answered_at"], name="check_to_settle",
                condition=Q(answered_at__isnull=False, settled_at__isnull=True),
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=["", *HEARD]), name="check_answer_known"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, first_answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, first_answered_at__isnull=False)),
                name="check_answered_when",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, expires_at__isnull=True, token_sha256__isnull=True)
                | Q(asked_at__isnull=False, expires_at__gt=F("asked_at"), token_sha256__isnull=False),
                name="check_asked_with_a_link",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, settled_how="")
                | (Q(settled_at__isnull=False, answered_at__isnull=False) & ~Q(settled_how="")),
                name="check_settled_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover}: {self.answer or 'no answer yet'}"

    @property
    def needs_somebody(self) -> bool:
        return self.answered_at is not None and self.settled_at is None
