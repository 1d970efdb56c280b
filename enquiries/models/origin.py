import datetime

import pghistory
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone

from enquiries.models.activity import Activity
from enquiries.models.append_only import append_only
from hub.working_time import today


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def coded(self, code: str):
        """The campaign with the code, in any case; None where there is none."""
        return self.filter(code__iexact=code.replace("\0", "")).first()


@pghistory.track()
class Campaign(models.Model):
    """Something we do so that people hear of us. Its code is what links carry and what an enquiry keeps."""

    class Channel(models.TextChoices):
        SOCIAL_MEDIA = "social_media", "Social media"
        SEARCH = "search", "Search engines"
        BROADCAST = "broadcast", "Radio or television"
        PRINT = "print", "Print, posters and leaflets"
        EVENT = "event", "Event"
        COUNCIL = "council", "Through a council"
        OTHER = "other", "Something else"

    code = models.SlugField(max_length=60, help_text="As in utm_campaign and in the short link")
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=20, choices=Channel)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    target = models.PositiveIntegerField(null=True, blank=True, help_text="Enquiries that it should bring")
    spend = models.DecimalField(max_digits=10, decimal_places=2, default=0, validators=[MinValueValidator(0)])
    telephone = models.CharField(max_length=20, blank=True, help_text="Number dialled, E.164, where it has its own")
    lands_on = models.CharField(max_length=100, default="/", help_text="Page of ours that its links lead to")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.UniqueConstraint(Upper("code"), name="campaign_code_once_in_any_case"),
            models.UniqueConstraint(fields=["telephone"], condition=~Q(telephone=""), name="campaign_telephone_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="campaign_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(spend__gte=0), name="campaign_spend_not_negative"),
            # A short link must never lead to somebody else's site: "//elsewhere" and "/\\elsewhere" are other hosts.
            models.CheckConstraint(
                condition=Q(lands_on__regex=r"^/($|[a-z])"), name="campaign_lands_on_a_page_of_ours"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def when_in_words(self) -> str:
        """'Runs until 30 November 2026', 'Ended 3 May 2026', 'Starts 1 December 2026', 'Runs since 1 May 2026'."""
        day = today()
        if self.starts_on > day:
            return f"Starts {_written(self.starts_on)}"
        if self.ends_on is None:
            return f"Runs since {_written(self.starts_on)}"
        return f"{'Ended' if self.ends_on < day else 'Runs until'} {_written(self.ends_on)}"


def _written(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"


class Origin(models.Model):
    """Where one approach came from, each sign of it kept by itself; what was concluded is on the enquiry."""

    fact = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="origin")
    heard = models.CharField(max_length=254, blank=True, help_text="How they say they heard of us")
    utm_source = models.CharField(max_length=100, blank=True)
    utm_medium = models.CharField(max_length=100, blank=True)
    utm_campaign = models.CharField(max_length=100, blank=True)
    utm_term = models.CharField(max_length=100, blank=True)
    utm_content = models.CharField(max_length=100, blank=True)
    referrer = models.CharField(max_length=100, blank=True, help_text="The other site's host, never its whole address")
    landed_on = models.CharField(max_length=100, blank=True)
    dialled = models.CharField(max_length=20, blank=True, help_text="E.164")

    class Meta:
        triggers = [append_only]

    def __str__(self) -> str:
        return self.utm_campaign or self.referrer or self.dialled or self.heard
