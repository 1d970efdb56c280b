"""What Today remembers for each person: what they looked at last, since when something is new to them, own lists."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

# Whoever comes back to what is new within this time still looks at the same: nobody vanishes from under their hands.
ONE_LOOK = datetime.timedelta(minutes=30)
# For who never looked.
FIRST_LOOK = datetime.timedelta(days=7)


class TodayQuerySet(models.QuerySet["Today"]):
    def seen_by(self, person) -> "Today":
        """What is remembered for this person; nothing yet, for who is here for the first time."""
        return self.filter(person=person).first() or Today(person=person)


class Today(models.Model):
    """What one person looked at last on Today, and when they last opened “New to me”."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="today")
    asked = models.TextField(blank=True, help_text="List, filters and order, as in the address")
    looked_at = models.DateTimeField(null=True, blank=True, help_text="When “New to me” was opened last")
    new_since = models.DateTimeField(null=True, blank=True, help_text="What came later was new at that look")

    objects = TodayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True, new_since__isnull=True)
                | Q(looked_at__isnull=False, new_since__isnull=False),
                name="today_look_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"Today of {self.person_id}"

    def news_since(self, now: datetime.datetime) -> datetime.datetime:
        """From which moment on something is new to them; a look lasts for half an hour after the list was opened."""
        if self.looked_at is None or self.new_since is None:
            return now - FIRST_LOOK
        return self.new_since if now - self.looked_at < ONE_LOOK else self.looked_at


class OwnList(models.Model):
    """A list that somebody keeps under a name: the queue, filters and order that its address says."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="own_lists")
    name = models.CharField(max_length=60)
    asked = models.TextField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="own_list_name_once_a_person")]

    def __str__(self) -> str:
        return self.name
