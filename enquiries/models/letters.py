"""What we write to households: the words (templates, in versions), where letters go, and what is planned."""

import datetime

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.append_only import append_only
from enquiries.models.enquiry import Enquiry
from hub.messages.models import Message


class Purpose(models.TextChoices):
    """Why we write: what somebody agreed to, and how they stand with us, decides which of these may go."""

    SERVICE = "service", "About their enquiry"
    ASKED = "asked", "They asked for it themselves"
    CLOSING = "closing", "That we have closed their enquiry"
    NUDGE = "nudge", "A gentle reminder"
    KEEP_IN_TOUCH = "keep_in_touch", "Keeping in touch"
    ASK_AGAIN = "ask_again", "Asking again after “not yet”"
    RESEARCH = "research", "Feedback and research"


class MessageTemplate(models.Model):
    """One version of the words of one message, under its code; the latest counts, and none is ever changed.

    The versions that the product brings (enquiries/letters/defaults.py) are kept here once one is used or edited.
    """

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField()
    channel = models.CharField(max_length=10, choices=Message.Channel)
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.SERVICE)
    name = models.CharField(max_length=80, help_text="As staff call it")
    subject = models.CharField(max_length=150, blank=True, help_text="Of an email; the heading of a letter")
    body = models.TextField()
    offered = models.BooleanField(default=True, help_text="Whether staff may choose it")
    why = models.CharField(max_length=200, blank=True, help_text="What this version changes")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["code", "-version"]
        triggers = [append_only]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="message_template_version_once"),
            models.CheckConstraint(condition=Q(channel__in=[*Message.Channel]), name="message_template_channel_known"),
            models.CheckConstraint(condition=Q(purpose__in=[*Purpose]), name="message_template_purpose_known"),
            models.CheckConstraint(
                condition=Q(channel="text", subject="") | (~Q(channel="text") & ~Q(subject="")),
                name="message_template_has_subject_unless_text",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PostalAddress(models.Model):
    """Where letters to a household go: the lines under their names, the last of them the postcode."""

    enquiry = models.OneToOneField(Enquiry, on_delete=models.CASCADE, related_name="postal_address")
    lines = models.TextField()

    def __str__(self) -> str:
        return ", ".join(self.lines.splitlines())


class NudgeQuerySet(models.QuerySet["Nudge"]):
    def planned(self):
        return self.filter(state=Nudge.State.PLANNED)

    def due(self, now: datetime.datetime):
        return self.planned().filter(next_try_at__lte=now)

    def of(self, enquiry: Enquiry):
        """Those of a household, whichever of its enquiries they were planned for."""
        return self.filter(Q(enquiry=enquiry) | Q(enquiry__merged_into=enquiry))


class Nudge(models.Model):
    """A message that is planned for later. Whether it still holds is asked when its time has come."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Not sent"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="nudges")
    kind = models.CharField(max_length=40, help_text="Of enquiries/letters/nudges.py")
    key = models.CharField(max_length=100, unique=True)
    template = models.CharField(max_length=40, help_text="The code of a template: its latest version is sent")
    at = models.DateTimeField()
    good_until = models.DateTimeField(null=True, blank=True, help_text="Later it would come too late")
    planned_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    next_try_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=250, blank=True, help_text="Why it was not sent")
    called_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.OneToOneField(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="nudge")

    objects = NudgeQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["next_try_at"], condition=Q(state="planned"), name="nudge_planned")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", decided_at__isnull=True)
                | Q(state__in=["sent", "skipped"], decided_at__isnull=False),
                name="nudge_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", message__isnull=False) | (~Q(state="sent") & Q(message__isnull=True)),
                name="nudge_sent_is_a_message",
            ),
            models.CheckConstraint(condition=~Q(state="skipped") | ~Q(why=""), name="nudge_skipped_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
