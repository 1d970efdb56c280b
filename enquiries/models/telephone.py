from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.append_only import append_only
from enquiries.models.enquiry import Enquiry


class CallScript(models.Model):
    """One version of what we say and ask on the telephone. A change is a new version; a call keeps the one it used.

    `parts` is a list of {"title", "say", "questions": [{"name", "ask", "hint"}]}; a question's name is that of a field
    of the telephone form, or a word of its own whose answer goes to the note.
    """

    version = models.PositiveIntegerField(unique=True)
    parts = models.JSONField(default=list)
    why = models.CharField(max_length=254, blank=True, help_text="What changed")
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"Version {self.version}"


class PhoneCall(models.Model):
    """A call being taken on the telephone screen: every answer is kept as it is typed, until the call is filed."""

    class State(models.TextChoices):
        OPEN = "open", "Being taken"
        FILED = "filed", "Filed"
        DROPPED = "dropped", "Nothing came of it"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    number = models.CharField(max_length=20, blank=True, help_text="The caller's, E.164")
    dialled = models.CharField(max_length=20, blank=True, help_text="E.164")
    script = models.ForeignKey(CallScript, on_delete=models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="phone_call_ended_when",
            )
        ]

    def __str__(self) -> str:
        return f"Call of {self.started_at}"


class CallEvent(models.Model):
    """What the telephone system told us of a call, as it came; told twice, it is kept once."""

    class Kind(models.TextChoices):
        START = "start", "Ringing"
        MISSED = "missed", "Missed"
        VOICEMAIL = "voicemail", "Voicemail"
        ENDED = "ended", "Ended"

    call_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    caller = models.CharField(max_length=20, blank=True, help_text="E.164; empty where it is withheld")
    dialled = models.CharField(max_length=20, blank=True, help_text="E.164")
    at = models.DateTimeField()
    recording = models.URLField(max_length=500, blank=True)
    told_at = models.DateTimeField(default=timezone.now)
    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True, help_text="A withheld number: when somebody saw to it")
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["call_id", "kind"], name="call_event_once")]
        indexes = [
            models.Index(fields=["caller", "-at"], name="call_event_caller"),
            models.Index(fields=["at"], condition=Q(caller="", seen_at__isnull=True), name="call_withheld_to_see"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"


class LineTest(models.Model):
    """Somebody tried a way in, as an enquirer would, and says whether it worked. Done every week."""

    class Way(models.TextChoices):
        FORM = "form", "The form on the website"
        PHONE = "phone", "The telephone number"
        EMAIL = "email", "The email address"

    way = models.CharField(max_length=10, choices=Way)
    tested_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    worked = models.BooleanField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-tested_at"]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.get_way_display()}: {'worked' if self.worked else 'did not work'}"
