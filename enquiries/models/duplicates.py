from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries.models.enquiry import Enquiry


class HouseholdKey(models.Model):
    """What an enquiry is looked up by when another may be of the same household (enquiries/duplicates/keys.py).

    Derived, and made again whenever people or postcode change. In the order of the key, so that of one that very many
    share only the newest few are read.
    """

    pk = models.CompositePrimaryKey("key", "enquiry")
    key = models.BigIntegerField()
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="household_keys")

    class Meta:
        verbose_name_plural = "household keys"

    def __str__(self) -> str:
        return f"{self.key} of {self.enquiry_id}"


class DuplicatePair(models.Model):
    """Two enquiries that may be one household: a suggestion with its reasons, and what somebody decided of it."""

    class State(models.TextChoices):
        SUGGESTED = "suggested", "May be the same"
        REFUSED = "refused", "Not the same"
        MERGED = "merged", "Merged"

    first = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField()
    reasons = ArrayField(models.CharField(max_length=60), default=list)
    found_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.SUGGESTED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"),
            models.CheckConstraint(
                condition=Q(state="suggested", decided_at__isnull=True)
                | (~Q(state="suggested") & Q(decided_at__isnull=False)),
                name="duplicate_pair_decided_when",
            ),
        ]
        indexes = [
            models.Index(fields=["second"], name="duplicate_pair_second"),
            models.Index(fields=["-score"], condition=Q(state="suggested"), name="duplicate_pair_open"),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}: {self.get_state_display()}"

    @property
    def why(self) -> str:
        """The weightiest reasons as one phrase: 'Same email, same telephone, same first name'."""
        said = [reason[:1].lower() + reason[1:] for reason in self.reasons[:4]]
        return ", ".join(said).capitalize()


class Merge(models.Model):
    """One enquiry merged into another: by whom, what of the survivor was changed, and whether it was undone."""

    fact = models.OneToOneField("enquiries.Activity", on_delete=models.PROTECT, related_name="+")
    survivor = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="merges")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict, help_text="Of what the merge changed on the survivor: before and after")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="merge_stands_once_per_absorbed"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_when_and_by_whom",
            ),
            models.CheckConstraint(condition=~Q(survivor=F("absorbed")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed} into {self.survivor}"
