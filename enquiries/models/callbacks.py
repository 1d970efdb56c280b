import pghistory
from django.db import models
from django.db.models import F, Q


@pghistory.track()
class CallbackHours(models.Model):
    """On which weekday and when call-backs are offered: every `minutes` a slot, with room for so many calls."""

    class Weekday(models.IntegerChoices):
        MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)

    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    capacity = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ["weekday", "starts_at"]
        verbose_name_plural = "callback hours"
        constraints = [
            models.UniqueConstraint(fields=["weekday", "starts_at"], name="callback_hours_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="callback_hours_end_after_start"),
            models.CheckConstraint(condition=Q(minutes__gte=15), name="callback_hours_quarter_of_an_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M} to {self.ends_at:%H:%M}"


class CallbackSlot(models.Model):
    """How many call-backs are promised for one time. The claim is one conditional update: nobody is promised twice."""

    starts_at = models.DateTimeField(unique=True)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="callback_slot_not_overbooked")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}: {self.taken} of {self.capacity}"
