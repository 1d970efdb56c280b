import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries import journey
from enquiries.models.activity import Activity
from enquiries.models.enquiry import Enquiry
from enquiries.models.events import Booking


class SurveyQuerySet(models.QuerySet["Survey"]):
    def open(self, now: datetime.datetime):
        """Not answered, and the link still works."""
        return self.filter(answered_at__isnull=True, expires_at__gt=now)


class Survey(models.Model):
    """One question and a comment, asked once at each moment of the journey by an emailed link; after the end, with it,
    the exit interview. Only the hash of its token is kept.

    `score` is what they say now, `answered_at` and `fact` when they said it first: changed answers are facts about it.
    """

    class Occasion(models.TextChoices):
        FIRST_CONTACT = "first_contact", "After the first conversation"
        EVENT = "event", "After an event"
        HANDOVER = "handover", "After the handover"
        CLOSING = "closing", "After the end"

    class Better(models.TextChoices):
        SOONER = "sooner", "Be in touch sooner"
        CLEARER = "clearer", "Explain better what fostering means"
        LISTEN = "listen", "Listen more to what we need"
        REPEAT = "repeat", "Not ask the same thing twice"
        SUPPORT = "support", "More help on the way"
        NOTHING = "nothing", "Nothing: it was fine"
        OTHER = "other", "Something else"

    class Score(models.IntegerChoices):
        VERY_BAD = 1, "Very bad"
        BAD = 2, "Bad"
        NEITHER = 3, "Neither good nor bad"
        GOOD = 4, "Good"
        VERY_GOOD = 5, "Very good"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="surveys")
    occasion = models.CharField(max_length=20, choices=Occasion)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, related_name="surveys")
    idempotency_key = models.CharField(max_length=80, unique=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True, choices=Score)
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Who wrote down what they said on the telephone",
    )  # fmt: skip
    # The exit interview.
    reason = models.CharField(max_length=30, blank=True, help_text="Their main reason, of journey.THEIR_REASONS")
    better = models.CharField(max_length=20, blank=True, choices=Better)
    contact_again = models.BooleanField(null=True, blank=True)
    call_asked_at = models.DateTimeField(null=True, blank=True, help_text="They would rather tell us on the telephone")
    fact = models.OneToOneField(Activity, on_delete=models.PROTECT, null=True, related_name="survey")

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["sent_at"], name="survey_sent")]
        constraints = [
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__in=[1, 2, 3, 4, 5]), name="survey_score"),
            models.CheckConstraint(
                condition=Q(score__isnull=True, answered_at__isnull=True)
                | Q(score__isnull=False, answered_at__isnull=False),
                name="survey_answered_when",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="survey_lasts_a_while"),
            models.UniqueConstraint(
                fields=["enquiry", "occasion"], condition=Q(booking__isnull=True), name="survey_once_at_each_moment"
            ),
            models.CheckConstraint(
                condition=Q(occasion="closing")
                | Q(reason="", better="", contact_again__isnull=True, call_asked_at__isnull=True),
                name="survey_exit_interview_after_the_end",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["", *journey.THEIR_REASONS]), name="survey_reason_is_theirs"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()} of {self.sent_at}"

    @property
    def about(self) -> str:
        """What was asked about, in words, as it goes on after “How was …”."""
        return f"“{self.booking.event.title}”" if self.booking else _ABOUT[self.occasion]

    @property
    def is_exit_interview(self) -> bool:
        return self.occasion == self.Occasion.CLOSING

    @property
    def reason_in_words(self) -> str:
        return journey.CLOSED_REASONS[self.reason].label if self.reason else ""


_ABOUT: dict[str, str] = {
    Survey.Occasion.FIRST_CONTACT: "your first talk with us",
    Survey.Occasion.HANDOVER: "the way with us up to your council",
    Survey.Occasion.CLOSING: "your time with us",
}
