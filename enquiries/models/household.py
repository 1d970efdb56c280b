import datetime

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse, Upper
from django.utils import timezone

from enquiries.models.append_only import append_only
from enquiries.models.enquiry import Enquiry
from enquiries.models.name_words import WORDS_OF_CHANGED_PEOPLE, WORDS_OF_NEW_PEOPLE
from hub.contact import format_phone


@pghistory.track()
class Applicant(models.Model):
    """One of the one or two people who would foster."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="applicants")
    position = models.PositiveSmallIntegerField(default=1)
    first_name = models.CharField(max_length=254, blank=True)
    last_name = models.CharField(max_length=254, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    phone_wrong_on = models.DateField(null=True, blank=True, help_text="The day on which somebody else answered it")
    born_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "position"], name="applicant_once_per_position"),
            models.CheckConstraint(condition=Q(position__in=[1, 2]), name="applicant_first_or_second"),
        ]
        indexes = [
            models.Index(fields=["email"], name="applicant_email"),
            models.Index(fields=["phone"], name="applicant_phone"),
            models.Index(Upper("email"), name="applicant_email_any_case"),
            # Read backwards, so that its last digits find it.
            models.Index(OpClass(Reverse("phone"), name="text_pattern_ops"), name="applicant_phone_backwards"),
        ]
        triggers = [WORDS_OF_NEW_PEOPLE, WORDS_OF_CHANGED_PEOPLE]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def phone_shown(self) -> str:
        return format_phone(self.phone) if self.phone else ""

    @property
    def phone_to_ring(self) -> str:
        """The number, unless somebody else answered it: nobody rings or texts a stranger about fostering."""
        return "" if self.phone_wrong_on else self.phone


class SafeContactQuerySet(models.QuerySet["SafeContact"]):
    def with_rule(self):
        """Those that tell staff something to keep to."""
        said = ~Q(language="") | ~Q(adjustments="") | ~Q(notes="") | Q(interpreter=True)
        by_phone = Q(by_phone=True) & (Q(leave_message=False) | Q(say_who=False) | ~Q(when=SafeContact.When.ANY))
        return self.filter(Q(by_phone=False) | Q(by_email=False) | by_phone | said)


@pghistory.track()
class SafeContact(models.Model):
    """How to reach this household safely: shown wherever staff dial or send; an unsafe channel is blocked."""

    class When(models.TextChoices):
        ANY = "any", "Any time"
        MORNING = "morning", "Morning"
        AFTERNOON = "afternoon", "Afternoon"
        EVENING = "evening", "Evening"

    enquiry = models.OneToOneField(Enquiry, on_delete=models.CASCADE, related_name="safe_contact")
    by_phone = models.BooleanField(default=True)
    by_text = models.BooleanField(default=False)
    by_email = models.BooleanField(default=True)
    when = models.CharField(max_length=10, choices=When, default=When.ANY)
    leave_message = models.BooleanField(default=True)
    say_who = models.BooleanField(default=True)
    language = models.CharField(max_length=60, blank=True)
    interpreter = models.BooleanField(default=False)
    adjustments = models.TextField(blank=True, help_text="What makes it easier for them: large print, a relay call")
    notes = models.TextField(blank=True)

    objects = SafeContactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["enquiry"], condition=Q(interpreter=True), name="safe_contact_interpreter"),
        ]

    def __str__(self) -> str:
        return "; ".join(self.rules) or "No special rule"

    def allows(self, channel: str) -> bool:
        """Whether we may use this way of reaching them: phone, text or email."""
        return {"phone": self.by_phone, "text": self.by_text, "email": self.by_email}[channel]

    @property
    def may_leave_message(self) -> bool:
        return self.by_phone and self.leave_message

    @property
    def rules(self) -> list[str]:
        """The rules a member of staff must keep, in short sentences; empty where there is none."""
        return [*self.chosen_rules, *(words.strip().rstrip(".") for words in (self.notes, self.adjustments) if words)]

    @property
    def chosen_rules(self) -> list[str]:
        """Those that are chosen from what there is, the most dangerous to break first: a list may show only the first.

        What is written beside them may say anything: it is for staff."""
        rules = []
        if not self.by_phone:
            rules.append("Do not ring: send a text message" if self.by_text else "Do not ring")
        if self.by_phone and not self.leave_message:
            rules.append("Do not leave a message")
        if self.by_phone and not self.say_who:
            rules.append("Do not say who is calling")
        if self.by_phone and self.when != self.When.ANY:
            rules.append(f"{self.get_when_display()} only")
        if not self.by_email:
            rules.append("Do not email")
        if self.language:
            rules.append(f"Speak {self.language}{', with' if self.interpreter else ', or use'} an interpreter")
        elif self.interpreter:
            rules.append("Use an interpreter")
        return rules


class ConsentQuerySet(models.QuerySet["Consent"]):
    def of(self, enquiry):
        """Everything the household said, to its enquiry and to those merged into it."""
        return self.filter(Q(enquiry=enquiry) | Q(enquiry__merged_into=enquiry))


class Consent(models.Model):
    """One yes or no to one purpose, with the words that were shown. A ledger: the latest entry counts."""

    class Purpose(models.TextChoices):
        SHARE = "share_with_authority", "Share with a council"
        KEEP_IN_TOUCH = "keep_in_touch", "Keep in touch"
        RESEARCH = "research", "Research"
        ASK_AGAIN = "ask_again", "Ask again later"  # after “not yet”, or once it has ended: no news comes of it
        BUDDY = "buddy", "Introduce to a buddy"
        CHECKS = "checks", "Checks, if they apply"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=30, choices=Purpose)
    given = models.BooleanField()
    wording = models.TextField()
    channel = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(null=True, blank=True, help_text="From this day on it no longer counts")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {'yes' if self.given else 'no'}"

    def holds_on(self, day: datetime.date) -> bool:
        """Whether it is a yes that still counts on the day."""
        return self.given and (self.expires_on is None or day < self.expires_on)
