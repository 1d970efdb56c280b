import datetime

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from enquiries import journey
from enquiries.journey import Stage
from enquiries.models.enquiry import Enquiry
from enquiries.models.household import Applicant, Consent
from hub.contact import format_phone


class BuddyQuerySet(models.QuerySet["Buddy"]):
    def with_load(self):
        """With `load`: how many they accompany or are asked to."""
        return self.annotate(load=Count("matches", filter=Q(matches__state__in=Match.OPEN), distinct=True))


@pghistory.track()
class Buddy(models.Model):
    """An experienced carer who speaks with people that think about fostering."""

    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    areas = models.ManyToManyField("hub.Authority", related_name="+", blank=True)
    interests = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    most_at_once = models.PositiveSmallIntegerField(default=2)
    active = models.BooleanField(default=True)
    # That we keep their details and write to them: when they agreed, to which words, and who heard it.
    agreed_at = models.DateTimeField(default=timezone.now)
    agreed_wording = models.TextField()
    agreed_recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = BuddyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "buddies"
        constraints = [
            models.CheckConstraint(condition=Q(most_at_once__gte=1, most_at_once__lte=20), name="buddy_most_at_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """What the people they accompany are told."""
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def phone_shown(self) -> str:
        return format_phone(self.phone) if self.phone else ""

    @property
    def interests_in_words(self) -> str:
        return ", ".join(journey.INTERESTS.get(code, code) for code in self.interests)


class MatchQuerySet(models.QuerySet["Match"]):
    def visible_to(self, user):
        return self.filter(enquiry__in=Enquiry.objects.visible_to(user))

    def of(self, enquiry):
        """The household's, those made before its enquiries were merged included."""
        return self.filter(Q(enquiry=enquiry) | Q(enquiry__merged_into=enquiry))

    def open(self):
        """The buddy is asked, or accompanies them."""
        return self.filter(state__in=Match.OPEN)


class Match(models.Model):
    """A buddy and a household: asked, accepted, over. The buddy learns who they are only by accepting."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Said no"
        ENDED = "ended", "Ended"

    class Why(models.TextChoices):
        DONE = "done", "They have talked enough"
        BUDDY_CANNOT = "buddy_cannot", "The buddy cannot at the moment"
        NO_ANSWER = "no_answer", "The buddy did not answer"
        HOUSEHOLD = "household", "The household does not want it any more"
        OVER = "over", "The enquiry has ended"

    class ReachBy(models.TextChoices):
        PHONE = "phone", "By telephone"
        EMAIL = "email", "By email"

    OPEN = (State.ASKED, State.ACCEPTED)

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="buddy_matches")
    buddy = models.ForeignKey(Buddy, on_delete=models.PROTECT, related_name="matches")
    applicant = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="+", help_text="Who is reached")
    reach_by = models.CharField(max_length=10, choices=ReachBy)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+", help_text="The household's yes")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    last_spoke_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True, choices=Why)

    objects = MatchQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name_plural = "matches"
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry"], condition=Q(state__in=["asked", "accepted"]), name="match_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False), name="match_accepted_when"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declined", "ended"], ended_at__isnull=False)
                | (~Q(state__in=["declined", "ended"]) & Q(ended_at__isnull=True)),
                name="match_ended_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buddy} and {self.enquiry}"

    @property
    def household(self) -> Enquiry:
        """The enquiry on which anything about it is recorded."""
        return self.enquiry.stands_for

    @property
    def is_live(self) -> bool:
        """Whether the buddy may see whom they accompany: accepted, not over, and the people go on."""
        return self.state == self.State.ACCEPTED and self.household.stage != Stage.CLOSED


class BuddyLinkQuerySet(models.QuerySet["BuddyLink"]):
    def good(self, now: datetime.datetime):
        """Not run out, of a match that is open."""
        return self.filter(expires_at__gt=now, match__state__in=Match.OPEN)


class BuddyLink(models.Model):
    """A link sent to a buddy about one match, good as often as they like until it runs out or the match ends. Only the
    hash of its token is kept."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = BuddyLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="buddy_link_lasts_a_while")
        ]

    def __str__(self) -> str:
        return f"Link of {self.made_at}"
