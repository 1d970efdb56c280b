import calendar
import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.append_only import append_only
from reporting.measures.period import Period
from reporting.value.known import ASSUMPTIONS

MOST_MONTHS = 12


class HubCostQuerySet(models.QuerySet["HubCost"]):
    def counting(self):
        """All but those that another row has taken the place of."""
        return self.filter(replaced_by__isnull=True)


class HubCost(models.Model):
    """What the hub cost in a month or several, as somebody entered it. Never edited: another row takes its place."""

    class Kind(models.TextChoices):
        STAFF = "staff", "Staff"
        ADVERTISING = "advertising", "Advertising and campaigns"
        SYSTEMS = "systems", "Website and telephone"
        EVENTS = "events", "Events and training"
        PREMISES = "premises", "Premises and overheads"
        OTHER = "other", "Other"

    kind = models.CharField(max_length=20, choices=Kind)
    first_month = models.DateField(help_text="Its first day")
    months = models.PositiveSmallIntegerField(default=1, help_text="How many months it is for")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    evidence = models.CharField(max_length=200, help_text="Where the amount comes from: a ledger, an invoice, a budget")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    why = models.CharField(max_length=200, blank=True, help_text="Why it takes the other's place")

    objects = HubCostQuerySet.as_manager()

    class Meta:
        ordering = ["-first_month", "kind", "pk"]
        triggers = [append_only]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="hub_cost_not_negative"),
            models.CheckConstraint(condition=Q(first_month__day=1), name="hub_cost_of_whole_months"),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=MOST_MONTHS), name="hub_cost_a_year_at_most"),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, why="") | (Q(replaces__isnull=False) & ~Q(why="")),
                name="hub_cost_replaced_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["staff", "advertising", "systems", "events", "premises", "other"]),
                name="hub_cost_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.period}"

    @property
    def period(self) -> Period:
        ends = self.first_month.year * 12 + self.first_month.month - 1 + self.months - 1
        year, month = ends // 12, ends % 12 + 1
        return Period(self.first_month, datetime.date(year, month, calendar.monthrange(year, month)[1]))


class AssumptionQuerySet(models.QuerySet["Assumption"]):
    def on(self, day: datetime.date):
        """Of each the value that applies on the day: the latest to begin, and of those the one recorded last."""
        found = self.filter(applies_from__lte=day).order_by("key", "-applies_from", "-recorded_at", "-pk")
        return found.distinct("key")


class Assumption(models.Model):
    """What is taken for true when the saving is worked out, from a day on, with who says so and why."""

    key = models.CharField(max_length=30, choices=[(known.key, known.label) for known in ASSUMPTIONS.values()])
    value = models.DecimalField(max_digits=9, decimal_places=2)
    source = models.CharField(max_length=300)
    why = models.CharField(max_length=300)
    applies_from = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AssumptionQuerySet.as_manager()

    class Meta:
        ordering = ["-applies_from", "-recorded_at"]
        triggers = [append_only]
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="assumption_not_negative"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(why=""), name="assumption_with_source_and_reason"),
            models.CheckConstraint(condition=Q(key__in=list(ASSUMPTIONS)), name="assumption_key_known"),
        ]

    def __str__(self) -> str:
        return f"{ASSUMPTIONS[self.key].label}: {self.value} from {self.applies_from}"
