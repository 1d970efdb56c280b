import datetime

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

MOST_CAPACITY = 500
LONGEST_LANGUAGE = 60


@pghistory.track(exclude=["last_given_at"])
class Caseload(models.Model):
    """How much a caseworker can look after, and whom best. Without a row the defaults hold."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="caseload")
    capacity = models.PositiveSmallIntegerField(default=60, help_text="The most open enquiries")
    takes_new = models.BooleanField(default=True, help_text="Given new enquiries by rotation")
    languages = ArrayField(models.CharField(max_length=LONGEST_LANGUAGE), default=list, blank=True)
    interests = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    councils = ArrayField(models.CharField(max_length=9), default=list, blank=True, help_text="GSS codes")
    last_given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(capacity__lte=MOST_CAPACITY), name="caseload_capacity_sensible")
        ]

    def __str__(self) -> str:
        return f"{self.person}: at most {self.capacity} open"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: datetime.date):
        """Who is away that day."""
        return self.between(day, day)

    def between(self, first: datetime.date, last: datetime.date):
        """Those of which a day falls within these."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Absence(models.Model):
    """Days on which somebody is away, and who looks after their enquiries meanwhile. Why is nobody's business here."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="Last day away")
    cover = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="covers"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=~Q(cover=F("person")), name="absence_covered_by_another"),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                expressions=[
                    # A range of one number, so that no extension of the database is needed.
                    (Func(F("person"), F("person"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} from {self.starts_on} to {self.ends_on}"
