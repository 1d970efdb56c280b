import datetime

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from enquiries.models.activity import Activity
from enquiries.models.enquiry import Enquiry
from enquiries.models.enquiry_query import EnquiryQuerySet
from enquiries.models.household import Consent
from hub.messages.models import Message


class ComeBackLinkQuerySet(models.QuerySet["ComeBackLink"]):
    def good(self, now: datetime.datetime):
        """Not used, and not run out."""
        return self.filter(used_at__isnull=True, expires_at__gt=now)


class ComeBackLink(models.Model):
    """The link of a check-in after “not yet”: it answers that one question, once, and opens nothing else. Only the
    hash of its token is kept."""

    class Choice(models.TextChoices):
        BACK = "back", "They would like to go on"
        LATER = "later", "Not yet: another day"
        STOP = "stop", "No longer"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="come_back_links")
    hold = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="come_back_links")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="come_back_link")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    chose = models.CharField(max_length=10, blank=True, choices=Choice)

    objects = ComeBackLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, chose="")
                | Q(used_at__isnull=False, chose__in=["back", "later", "stop"]),
                name="come_back_link_used_for_what",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="come_back_link_lasts_a_while"),
        ]

    def __str__(self) -> str:
        return f"Check-in of {self.made_at}"


def with_what_was_said(held: EnquiryQuerySet) -> EnquiryQuerySet:
    """Those on hold with `why` they wait, whether they `said` yes to being asked again, and until when that counts:
    the household's latest word, its own before what was merged into it."""
    holds = Activity.objects.not_voided().filter(kind="hold_started").newest_first()
    asked = Consent.objects.filter(purpose=Consent.Purpose.ASK_AGAIN).order_by("-at", "-pk")
    latest = {"why": (holds, "reason"), "said": (asked, "given"), "counts_until": (asked, "expires_on")}
    return held.annotate(**{name: _latest(rows, field) for name, (rows, field) in latest.items()})


def _latest(rows: models.QuerySet, field: str) -> Case:
    own = Subquery(rows.filter(enquiry=OuterRef("pk")).values(field)[:1])
    absorbed = Subquery(rows.filter(enquiry__merged_into=OuterRef("pk")).values(field)[:1])
    return Case(When(absorbs=True, then=Coalesce(own, absorbed)), default=own)
