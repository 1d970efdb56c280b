import uuid

from django.db import models

from enquiries.models import Activity, Enquiry


class HouseholdId(models.Model):
    """By which name a household goes in the feeds: drawn at random, so that it says nothing of whose it is.

    The feeds' role cannot read this table; the views join it. It goes with the enquiry. No reference is asked for in
    the database, because derived tables must hold nobody back who erases.
    """

    enquiry = models.OneToOneField(
        Enquiry, on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    feed_id = models.UUIDField(default=uuid.uuid4, unique=True)

    def __str__(self) -> str:
        return str(self.feed_id)


class ReferralId(models.Model):
    """The same for one referral, by the fact of its sending."""

    sent_fact = models.OneToOneField(
        Activity, on_delete=models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    feed_id = models.UUIDField(default=uuid.uuid4, unique=True)

    def __str__(self) -> str:
        return str(self.feed_id)
