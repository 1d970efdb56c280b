import datetime

import pghistory
from django.db import models
from django.db.models import F, Q

from hub.current import changes_the_configuration


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def members_on(self, day: datetime.date):
        """Authorities that are members of the hub on the day."""
        return self.members_between(day, day)

    def members_between(self, first: datetime.date, last: datetime.date):
        """Authorities that are members on any day of the period, ends included (measures.md, rule 5)."""
        return self.filter(
            Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gte=first),
            memberships__starts_on__lte=last,
        ).distinct()

    def ever_members(self):
        return self.filter(memberships__isnull=False).distinct()


@pghistory.track()
class Authority(models.Model):
    """A local authority with children's services; a member of the hub while a membership lasts."""

    class Portal(models.TextChoices):
        """How far its team has come with the portal; one that has left is no member any more."""

        NOT_READY = "not_ready", "Not ready"
        LIVE = "live", "Live"
        PAUSED = "paused", "Paused"

    gss_code = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=100)
    region = models.CharField(max_length=40, blank=True)
    portal = models.CharField(
        max_length=10, choices=Portal, default=Portal.LIVE, help_text="Nothing is sent to it unless it is live"
    )
    portal_why = models.CharField(max_length=200, blank=True, help_text="Why it is paused")

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        triggers = [changes_the_configuration()]
        ordering = ["name"]
        verbose_name_plural = "authorities"
        constraints = [
            models.CheckConstraint(
                condition=Q(portal__in=["not_ready", "live", "paused"]), name="authority_portal_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Membership(models.Model):
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Last day of membership")

    class Meta:
        triggers = [changes_the_configuration()]
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["authority"],
                condition=Q(ends_on__isnull=True),
                name="membership_one_open_per_authority",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} from {self.starts_on}"


@pghistory.track()
class Succession(models.Model):
    """From a day on one authority stands in the place of another: all of it after a merger, a part after a split."""

    before = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="successions")
    after = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="predecessions")
    takes_effect_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        triggers = [changes_the_configuration()]
        ordering = ["takes_effect_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="succession_once"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="succession_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.after} for {self.before} from {self.takes_effect_on}"


@pghistory.track()
class NeighbourHub(models.Model):
    """Another region's hub: where people who live there are referred, and how it is reached."""

    name = models.CharField(max_length=100, unique=True)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    authorities = models.ManyToManyField(Authority, related_name="neighbour_hubs", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PostcodeDirectory(models.Model):
    """One loaded vintage of the ONS postcode directory: every routing decision names the one it used."""

    vintage = models.CharField(max_length=60)
    loaded_at = models.DateTimeField()
    postcodes = models.PositiveIntegerField()
    areas = models.CharField(max_length=200, blank=True, help_text="First letters loaded; empty means all")

    class Meta:
        triggers = [changes_the_configuration()]
        get_latest_by = "loaded_at"
        verbose_name_plural = "postcode directories"

    def __str__(self) -> str:
        return self.vintage


class Postcode(models.Model):
    """A live English postcode and the authority with children's services there. Loaded with COPY."""

    postcode = models.CharField(max_length=7, primary_key=True, help_text="Upper case, no space")
    authority_code = models.CharField(max_length=9)
    easting = models.PositiveIntegerField(null=True)
    northing = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.postcode
