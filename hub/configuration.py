"""What differs between regions and over time: dated rows in the database with sensible defaults."""

import datetime

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hub.current import changes_the_configuration


@pghistory.track()
class Hub(models.Model):
    """The one hub of this deployment: its name and how to reach it."""

    name = models.CharField(max_length=100)
    strapline = models.CharField(max_length=200, blank=True)
    region_name = models.CharField(max_length=60, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    opens_at = models.TimeField(default=datetime.time(9))
    closes_at = models.TimeField(default=datetime.time(17))
    unallocated_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who looks after enquiries for which no council was found",
    )
    handover_desk = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who looks after what a council gives back, where its owner has left",
    )
    asks_after = models.PositiveSmallIntegerField(
        default=10, help_text="Working days after sending: then they are asked whether the council has been in touch"
    )
    most_attempts = models.PositiveSmallIntegerField(
        default=5, help_text="After so many attempts in vain the closing letter is proposed; nothing closes by itself"
    )
    shares_out = models.BooleanField(default=False, help_text="New enquiries get an owner by rotation")
    only = models.BooleanField(default=True, editable=False)

    class Meta:
        triggers = [changes_the_configuration()]
        constraints = [
            models.UniqueConstraint(fields=["only"], name="hub_only_one"),
            models.CheckConstraint(condition=Q(only=True), name="hub_only_true"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="hub_closes_after_opening"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Closure(models.Model):
    """A day on which the hub differs from England's bank holidays: closed besides them, or open in spite of one."""

    day = models.DateField(unique=True)
    open_instead = models.BooleanField(default=False)
    reason = models.CharField(max_length=100)

    class Meta:
        triggers = [changes_the_configuration()]
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.reason}"


@pghistory.track()
class Standard(models.Model):
    """How many working days a step may take, from a date on. The journey table names the clock, this says how long."""

    clock = models.CharField(max_length=40)
    working_days = models.PositiveSmallIntegerField()
    applies_from = models.DateField(default=datetime.date(2000, 1, 1))

    class Meta:
        triggers = [changes_the_configuration()]
        constraints = [
            models.UniqueConstraint(fields=["clock", "applies_from"], name="standard_one_per_clock_and_date")
        ]

    def __str__(self) -> str:
        return f"{self.clock}: {self.working_days} working days from {self.applies_from}"
