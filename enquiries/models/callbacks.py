import datetime

import pghistory
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from enquiries.models.activity import Activity
from enquiries.models.enquiry import Enquiry


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


class CallbackSlotQuerySet(models.QuerySet["CallbackSlot"]):
    def count_again(self, *times: datetime.datetime | None) -> None:
        """Make the places taken at these times what the enquiries add up to, in the caller's transaction.

        What the product promised by itself takes no place. Where more is promised than fits, as when an entry that
        gave a place back is voided, the promise stands and the slot is full.
        """
        chosen = Activity.objects.filter(kind="callback_booked", due=OuterRef("callback_at")).exclude(recorder="system")
        own, absorbed = chosen.filter(enquiry=OuterRef("pk")), chosen.filter(enquiry__merged_into=OuterRef("pk"))
        for slot in self.locked(*times):
            promised = Enquiry.objects.filter(Exists(own) | Exists(absorbed), callback_at=slot.starts_at)
            slot.taken = promised.count()
            slot.capacity = max(slot.capacity, slot.taken)
            slot.save(update_fields=["taken", "capacity"])

    def locked(self, *times: datetime.datetime | None):
        """The slots of these times, in one order for everybody."""
        return self.select_for_update().filter(starts_at__in=[at for at in times if at]).order_by("starts_at")


class CallbackSlot(models.Model):
    """How many call-backs are promised for one time: counted anew, with its row locked, whenever one begins or ends."""

    starts_at = models.DateTimeField(unique=True)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)

    objects = CallbackSlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="callback_slot_not_overbooked")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at}: {self.taken} of {self.capacity}"
