from django.db import models
from django.db.models import Q

from enquiries.models import Activity, Enquiry
from hub.models import Authority
from reporting.measures.period import Period


class HouseholdQuerySet(models.QuerySet["Household"]):
    def counted(self):
        """measures.md, rule 4."""
        return self.filter(is_counted=True)

    def received_in(self, period: Period):
        return self.filter(received_on__range=(period.first, period.last))


def _counted_by(name: str) -> models.Index:
    condition = Q(is_counted=True, **{f"{name}__isnull": False})
    return models.Index(fields=[name], name=f"household_{name}", condition=condition)


class Household(models.Model):
    """What the facts say of one household as known now: the columns of `household` and `counted` in facts.sql.

    Derived, never edited: it can be dropped and built again, and so asks the database for no references. The dates are
    those that measures.md counts by.
    """

    enquiry = models.OneToOneField(
        Enquiry, on_delete=models.CASCADE, primary_key=True, related_name="+", db_column="id", db_constraint=False
    )
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False,
        help_text="By rule 5, whether a member or not",
    )  # fmt: skip
    is_counted = models.BooleanField()
    is_merged = models.BooleanField()
    own_received_on = models.DateField(help_text="Of this enquiry alone (M01)")
    received_on = models.DateField(help_text="The earliest of all that were merged (rule 3)")
    channel = models.CharField(max_length=10)
    source = models.CharField(max_length=254, blank=True)
    campaign = models.CharField(max_length=254, blank=True, help_text="In capitals")
    conversation_on = models.DateField(null=True)
    visit_on = models.DateField(null=True)
    eoi_submitted_on = models.DateField(null=True)
    eoi_authorised_on = models.DateField(null=True)
    sent_on = models.DateField(null=True, help_text="First referral")
    accepted_on = models.DateField(null=True, help_text="First referral accepted")
    application_on = models.DateField(null=True)
    applying_from = models.DateField(null=True)
    assessed_from = models.DateField(null=True)
    first_decided_on = models.DateField(null=True)
    decided_on = models.DateField(null=True, help_text="Latest decision")
    decision = models.CharField(max_length=20, null=True)
    places = models.PositiveSmallIntegerField(null=True)
    closed_on = models.DateField(null=True)
    closed_reason = models.CharField(max_length=30, null=True)
    closed_by = models.CharField(max_length=20, null=True, help_text="To whom the reason belongs")
    closed_ofsted = models.CharField(max_length=10, null=True)
    is_unended = models.BooleanField(help_text="Neither closed nor decided")
    held_on = models.DateField(null=True)
    is_held = models.BooleanField()
    day_zero = models.IntegerField(null=True, help_text="Working days up to it, of a counted household")
    conversation_days = models.IntegerField(null=True, help_text="Working days from the enquiry to it")
    visit_days = models.IntegerField(null=True)
    stage = models.CharField(max_length=20, null=True, help_text="Now, or from which it was closed")

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        indexes = [
            *(_counted_by(name) for name in (
                "received_on", "conversation_on", "visit_on", "eoi_submitted_on", "eoi_authorised_on",
                "application_on", "decided_on", "closed_on",
            )),
            models.Index(fields=["own_received_on"], name="household_own_received_on"),
            models.Index(fields=["stage"], name="household_open", condition=Q(is_counted=True, is_unended=True)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"household of {self.received_on}"


class Referral(models.Model):
    """One handover of a counted household: the columns of `referral` in facts.sql. Derived likewise."""

    sent_fact = models.OneToOneField(
        Activity, on_delete=models.CASCADE, primary_key=True, related_name="+", db_column="id", db_constraint=False
    )
    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False,
        help_text="To whom it was sent",
    )  # fmt: skip
    received_on = models.DateField()
    sent_on = models.DateField(db_index=True)
    answer = models.CharField(max_length=30, null=True, help_text="The authority's: kind of the fact")
    answered_on = models.DateField(null=True, db_index=True)
    answer_days = models.IntegerField(null=True, help_text="Working days from sending to the answer")

    def __str__(self) -> str:
        return f"referral of {self.sent_on}"


class Changed(models.Model):
    """An enquiry about which something was written that the derived tables do not know yet.

    The database itself notes it (a trigger on facts, routing and what an enquiry was given), in the transaction of
    what was written: so nothing can be missed, whoever writes and however late it is committed.
    """

    enquiry_id = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "changed"

    def __str__(self) -> str:
        return str(self.enquiry_id)


class Upkeep(models.Model):
    """When the derived tables were last seen to be up to date, and by which calendar; one row."""

    caught_up_at = models.DateTimeField(null=True)
    calendar = models.CharField(max_length=64, blank=True, help_text="Hash of the opening hours and closures")
    only = models.BooleanField(default=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["only"], name="upkeep_only_one"),
            models.CheckConstraint(condition=Q(only=True), name="upkeep_only_true"),
        ]

    def __str__(self) -> str:
        return f"up to date at {self.caught_up_at}"
