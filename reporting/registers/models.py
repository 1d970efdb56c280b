import datetime
import uuid
from decimal import Decimal

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from enquiries.models.append_only import append_only
from hub.working_time import today
from reporting.measures.period import Period
from reporting.registers.stands import how_it_stands

# Of one entry: a week's work of two people, typed at once, still fits.
MOST_QUARTERS = 400


@pghistory.track()
class SupportKind(models.Model):
    """A kind of support, as hours are recorded by it. Its code never changes: returns carry it."""

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=1)
    offered = models.BooleanField(default=True, help_text="Whether hours can be recorded by it now")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label


class SupportHoursQuerySet(models.QuerySet["SupportHours"]):
    def standing(self, as_at: datetime.datetime):
        """Those known at the moment: recorded by then, and not taken back by then (measures.md, rule 2)."""
        taken_back = SupportHoursVoid.objects.filter(entry=OuterRef("pk"), voided_at__lte=as_at)
        return self.filter(~Exists(taken_back), recorded_at__lte=as_at)

    def of(self, period: Period):
        """Those of a day of the period."""
        return self.filter(on__range=(period.first, period.last))


class SupportHours(models.Model):
    """Hours of support given on a day, of one kind, for one authority or for all. Added, and never edited."""

    on = models.DateField()
    kind = models.ForeignKey(SupportKind, on_delete=models.PROTECT, related_name="hours")
    quarters = models.PositiveSmallIntegerField(help_text="Of an hour")
    authority = models.ForeignKey(
        "hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="None is for all"
    )
    note = models.CharField(max_length=254, blank=True)
    # A form that was sent twice is one.
    key = models.CharField(max_length=60, unique=True, default=uuid.uuid4)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = SupportHoursQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        triggers = [append_only]
        indexes = [models.Index(fields=["on"], name="support_hours_on")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quarters__gte=1, quarters__lte=MOST_QUARTERS), name="support_hours_believable"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hours} hours on {self.on}"

    @property
    def hours(self) -> Decimal:
        return Decimal(self.quarters) / 4


class SupportHoursVoid(models.Model):
    """An entry that was wrong, taken back with the reason. The entry stays, for returns that were signed with it."""

    entry = models.OneToOneField(SupportHours, on_delete=models.PROTECT, related_name="void")
    reason = models.CharField(max_length=254)
    voided_at = models.DateTimeField(default=timezone.now)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = [append_only]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="support_hours_void_says_why")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.reason}"


class VersionQuerySet(models.QuerySet):
    def as_known(self, as_at: datetime.datetime):
        """Of each the version that counted at the moment."""
        known = self.filter(recorded_at__lte=as_at)
        return known.order_by("number", "-version").distinct("number")

    def newest_first(self):
        return self.order_by("-version")


class Version(models.Model):
    """One version of an entry of a register: a change is another version, the latest counts."""

    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Risk(Version):
    """A version of a risk, which may come, or an issue, which is there: what it is, whose, how bad, what we do."""

    class Kind(models.TextChoices):
        RISK = "risk", "Risk"
        ISSUE = "issue", "Issue"

    kind = models.CharField(max_length=5, choices=Kind)
    title = models.CharField(max_length=160)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    mitigation = models.TextField(blank=True)
    review_on = models.DateField()
    is_open = models.BooleanField(default=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        triggers = [append_only]
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="risk_version_once"),
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)), name="risk_scored_from_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def score(self) -> int:
        return self.likelihood * self.impact

    @property
    def level(self) -> str:
        """'High' from 15, 'Medium' from 8, else 'Low'."""
        return "High" if self.score >= 15 else "Medium" if self.score >= 8 else "Low"

    @property
    def colour(self) -> str:
        return {"High": "red", "Medium": "yellow", "Low": "green"}[self.level]

    @property
    def is_overdue(self) -> bool:
        """Whether its review should have been before today."""
        return self.is_open and self.review_on < today()


class PlanMilestone(Version):
    """A version of something that the hub plans to have done by a day."""

    what = models.CharField(max_length=160)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    is_dropped = models.BooleanField(default=False, help_text="No longer planned")

    objects = VersionQuerySet.as_manager()

    class Meta:
        triggers = [append_only]
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="plan_milestone_version_once"),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(is_dropped=False), name="plan_milestone_done_or_dropped"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def state(self) -> str:
        """How it stands today, or that it is no longer planned."""
        return "No longer planned" if self.is_dropped else how_it_stands(self.due_on, self.done_on, today())

    @property
    def colour(self) -> str:
        return {"Done": "green", "Done late": "green", "Late": "red", "To do": "blue"}.get(self.state, "grey")
