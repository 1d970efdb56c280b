from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.enquiry import Enquiry
from hub.contact import format_phone

_DECIDED = Q(decided_at__isnull=False)


class _JudgedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All, for whoever may judge the inbox; nothing for anybody else."""
        return self if user.is_authenticated and user.can("judge_inbox") else self.none()


class InboundMessageQuerySet(_JudgedQuerySet):
    def to_see(self):
        """Nobody has decided what becomes of it."""
        return self.filter(state__in=[InboundMessage.State.SET_ASIDE, InboundMessage.State.QUARANTINED])

    def decided(self):
        """By a person; what was filed at once is where it was filed."""
        return self.filter(decided_at__isnull=False).order_by("-decided_at")


class HeldSubmissionQuerySet(_JudgedQuerySet):
    def held(self):
        return self.filter(state=HeldSubmission.State.HELD)

    def decided(self):
        return self.exclude(state=HeldSubmission.State.HELD).order_by("-decided_at")


class MailboxCursor(models.Model):
    """How far a mailbox has been read: one bad message never makes us read, or skip, the others again."""

    mailbox = models.CharField(max_length=100, unique=True)
    uid_validity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.mailbox


class InboundMessage(models.Model):
    """One email or text that reached us: on somebody's timeline, made an enquiry, or set aside where staff see it."""

    class State(models.TextChoices):
        FILED = "filed", "On the timeline"
        ENQUIRY = "enquiry", "Made an enquiry"
        SET_ASIDE = "set_aside", "Set aside"
        QUARANTINED = "quarantined", "Could not be read"
        DISMISSED = "dismissed", "Not for us"

    mailbox = models.CharField(max_length=100)
    message_id = models.CharField(max_length=254, help_text="Told twice, it is one message")
    channel = models.CharField(max_length=10, default="email", choices=[("email", "Email"), ("text", "Text message")])
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=254, blank=True)
    body = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=State)
    why = models.CharField(max_length=254, blank=True, help_text="Why it was set aside or could not be read")
    raw = models.BinaryField(null=True, help_text="As it came; only while it is quarantined")
    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = InboundMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "message_id"], name="inbound_message_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["filed", "enquiry"]) | Q(enquiry__isnull=False), name="inbound_filed_somewhere"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-taken_at"], condition=Q(state__in=["set_aside", "quarantined"]), name="inbound_to_see"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_state_display()}"

    @property
    def is_undecided(self) -> bool:
        return self.state in (self.State.SET_ASIDE, self.State.QUARANTINED)

    @property
    def address(self) -> str:
        """From where it came: the email address, or the number as it is dialled."""
        return format_phone(self.sender) if self.channel == "text" and self.sender else self.sender

    @property
    def who(self) -> str:
        """The sender as staff say it."""
        return self.sender_name or self.address or "Sender not known"


class HeldSubmission(models.Model):
    """A submission that looked like a machine's: kept for a person to judge, never thrown away."""

    class State(models.TextChoices):
        HELD = "held", "Held"
        RELEASED = "released", "Taken in"
        REJECTED = "rejected", "Not a person"

    class Sign(models.TextChoices):
        TRAP = "trap", "A field that nobody can see was filled in"
        SPEED = "speed", "It was finished faster than anybody reads"
        LINKS = "links", "There are links or code in what was written"
        OFTEN = "often", "Many came from the same email address or telephone number"
        WORDS = "words", "The same words came several times"
        FLOOD = "flood", "Very many came from one internet address at once"

    held_at = models.DateTimeField(default=timezone.now)
    idempotency_key = models.CharField(max_length=80, unique=True)
    reference = models.CharField(max_length=12, unique=True, help_text="The reference that they were given")
    why = ArrayField(models.CharField(max_length=40))
    intake = models.JSONField(help_text="What the one way in would have been given")
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = HeldSubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_at"]
        indexes = [models.Index(fields=["held_at"], condition=Q(state="held"), name="held_to_see")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="held") & ~_DECIDED) | (~Q(state="held") & _DECIDED), name="held_decided_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(enquiry__isnull=False), name="held_released_as_an_enquiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.get_state_display()}"

    @property
    def signs_in_words(self) -> list[str]:
        labels = dict(self.Sign.choices)
        return [labels.get(sign, sign) for sign in self.why]

    @property
    def names(self) -> str:
        people = [f"{one.get('first_name', '')} {one.get('last_name', '')}" for one in self.intake["applicants"]]
        return " and ".join(name.strip() for name in people if name.strip()) or "Name not given"
