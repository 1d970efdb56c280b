import datetime

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q, Value
from django.utils import timezone

from enquiries.models.documents import documents_storage
from handover.parts import ALWAYS, PARTS, all_parts
from hub.working_time import today

WARNED_BEFORE = datetime.timedelta(days=60)
A_DAY = datetime.timedelta(days=1)

# As ranges, so that one index holds a council beside days without an extension of the database. Of one that was called
# off before it began the last day is the one before the first: no day at all.
_COUNCIL = Func(
    "authority_id", "authority_id", RangeBoundary(True, True), function="INT8RANGE", output_field=BigIntegerRangeField()
)
_DAYS = Func(
    "starts_on",
    ExpressionWrapper(F("ends_on") + Value(1), output_field=models.DateField()),
    RangeBoundary(),
    function="DATERANGE",
    output_field=DateRangeField(),
)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def current(self, day: datetime.date):
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def not_called_off(self):
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")))

    def overlapping(self, starts_on: datetime.date, ends_on: datetime.date | None):
        """Those that hold on any of these days, ends included."""
        found = self.not_called_off().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        return found.filter(starts_on__lte=ends_on) if ends_on else found

    def ending_soon(self, day: datetime.date):
        """That hold on the day, end within the time of warning, and have none that follows on the next day."""
        following = Agreement.objects.not_called_off().filter(
            authority=models.OuterRef("authority"),
            starts_on=ExpressionWrapper(models.OuterRef("ends_on") + A_DAY, output_field=models.DateField()),
        )
        soon = self.current(day).filter(ends_on__lte=day + WARNED_BEFORE)
        return soon.exclude(models.Exists(following)).order_by("ends_on", "pk")


@pghistory.track()
class Agreement(models.Model):
    """A data-sharing agreement with an authority: without a current one nothing is handed over to it.

    What was agreed is not changed afterwards: another version follows. Only its last day may become known, or come
    sooner, and then it says why.
    """

    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, related_name="agreements")
    version = models.CharField(max_length=20)
    signed_by = models.CharField(max_length=150)
    # Of the parts of the data set (handover/parts.py) those that it names: nothing else is sent.
    shares = ArrayField(models.CharField(max_length=30), default=all_parts)
    document = models.FileField(storage=documents_storage, upload_to="agreements/", blank=True)
    document_name = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When somebody gave it an earlier last day")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_why = models.CharField(max_length=200, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True, help_text="When the managers were told that it ends")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on"))
                | Q(ends_on=F("starts_on") - A_DAY, ended_at__isnull=False),
                name="agreement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(shares__contains=sorted(ALWAYS)), name="agreement_names_what_is_always_needed"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="")
                | (Q(ended_at__isnull=False, ends_on__isnull=False) & ~Q(ended_why="")),
                name="agreement_ended_says_why",
            ),
            models.UniqueConstraint(fields=["authority", "version"], name="agreement_version_once"),
            ExclusionConstraint(
                name="agreement_one_at_a_time",
                expressions=[(_COUNCIL, RangeOperators.OVERLAPS), (_DAYS, RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}, version {self.version}"

    @property
    def names(self) -> list[str]:
        """The parts that it names, in words and in the order of the record."""
        return [words for code, words in PARTS.items() if code in self.shares]

    @property
    def leaves_out(self) -> list[str]:
        return [words for code, words in PARTS.items() if code not in self.shares]

    @property
    def is_current(self) -> bool:
        return self.starts_on <= today() and not self.has_ended

    @property
    def has_ended(self) -> bool:
        return self.ends_on is not None and self.ends_on < today()

    @property
    def is_called_off(self) -> bool:
        """Ended before it began: it never held."""
        return self.ends_on is not None and self.ends_on < self.starts_on

    @property
    def is_to_come(self) -> bool:
        return self.starts_on > today() and not self.is_called_off

    @property
    def status(self) -> str:
        if self.is_called_off:
            return "Called off"
        return "Ended" if self.has_ended else "To come" if self.is_to_come else "Current"

    @property
    def colour(self) -> str:
        """Of its status's tag."""
        return {"Current": "green", "To come": "blue"}.get(self.status, "grey")
