import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from enquiries import journey
from enquiries.models.activity import Activity
from enquiries.models.append_only import append_only
from enquiries.models.enquiry import Enquiry
from hub.contact import format_phone

# For so long a call is shown as ringing, should the telephone system never say what became of it.
RINGS_FOR = datetime.timedelta(minutes=5)


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


class ScriptHidden(models.Model):
    """Whoever knows the script by heart has hidden it beside the form, until they show it again."""

    by = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"Hidden for {self.by_id}"


class PhoneCallQuerySet(models.QuerySet["PhoneCall"]):
    def visible_to(self, user):
        """A call belongs to whoever takes it; a manager may open any."""
        if not (user.is_authenticated and user.can("record_casework")):
            return self.none()
        return self if user.can("assign_anyone") else self.filter(by=user)

    def unfinished(self):
        return self.filter(state=PhoneCall.State.OPEN)


class PhoneCall(models.Model):
    """A call on the telephone screen: every answer is kept as it is typed, whether the call is ever filed or not.

    `answers` is {name: {"said": [...], "n": ..., "in": ..., "at": ...}}: what was typed, the running number of the
    save, the window that it was typed in, and when. They stay with the call that was filed; a dropped one has none.
    """

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
    call_id = models.CharField(max_length=100, blank=True, help_text="The telephone system's, where it told us")
    fact = models.OneToOneField(
        Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="call", help_text="What it was filed as"
    )

    objects = PhoneCallQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["call_id"], condition=~Q(call_id=""), name="phone_call_taken_once"),
            models.CheckConstraint(
                condition=~Q(state="filed") | Q(enquiry__isnull=False, fact__isnull=False),
                name="phone_call_filed_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="phone_call_ended_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Call of {self.started_at}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def number_shown(self) -> str:
        return format_phone(self.number) if self.number else "Number withheld"

    @property
    def typed(self) -> dict[str, list[str]]:
        """What was typed, by field, as a form takes it."""
        return {name: answer["said"] for name, answer in self.answers.items()}

    @property
    def first_values(self) -> dict[str, list[str]]:
        """What stands in the form before anybody types: the caller's number, unless we know already whose call it is.

        Left as it stands it is no answer; taken out it is one, and the number is not kept as theirs."""
        return {"phone": [self.number_shown]} if self.number and not self.enquiry_id else {}

    @property
    def says_something(self) -> bool:
        """Whether anybody has written anything of the call."""
        return any(text.strip() for answer in self.answers.values() for text in answer["said"])

    @property
    def version(self) -> int:
        """The running number of the latest save."""
        return max((answer["n"] for answer in self.answers.values()), default=0)


class CallEventQuerySet(models.QuerySet["CallEvent"]):
    def visible_to(self, user):
        """Calls are for hub staff: nobody else may see who rang."""
        return self if user.is_authenticated and user.can("record_casework") else self.none()

    def unanswered(self):
        """Calls that nobody took: missed ones and messages left."""
        return self.filter(kind__in=[CallEvent.Kind.MISSED, CallEvent.Kind.VOICEMAIL])

    def to_see(self):
        """Nobody took the call and it belongs to no enquiry: the number is withheld, or several households share it."""
        return self.unanswered().filter(enquiry__isnull=True, seen_at__isnull=True)

    def waiting(self):
        """To be seen to, or of an open enquiry with which nobody has been in touch since."""
        theirs = self._nobody_was_in_touch("enquiry") | self._nobody_was_in_touch("enquiry__merged_into")
        return self.unanswered().filter(theirs | Q(enquiry__isnull=True, seen_at__isnull=True))

    @staticmethod
    def _nobody_was_in_touch(whose: str) -> Q:
        never = Q(**{f"{whose}__last_contact_at__isnull": True})
        not_since = Q(**{f"{whose}__last_contact_at__lt": F("at")})
        return Q(never | not_since, **{f"{whose}__stage__in": sorted(journey.OPEN_STAGES)})

    def of(self, enquiry):
        """The household's, those that came before its enquiries were merged included."""
        both = Q(enquiry=enquiry) | Q(enquiry__merged_into=enquiry)
        return self.filter(both) if enquiry.absorbs else self.filter(enquiry=enquiry)

    def ringing(self, now: datetime.datetime):
        """Told of as ringing some minutes ago, of which nothing else is known yet and which nobody has taken."""
        others = CallEvent.objects.filter(call_id=OuterRef("call_id")).exclude(kind=CallEvent.Kind.START)
        taken = PhoneCall.objects.filter(call_id=OuterRef("call_id"))
        since = now - RINGS_FOR
        return self.filter(~Exists(others), ~Exists(taken), kind=CallEvent.Kind.START, told_at__gt=since)


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

    objects = CallEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["call_id", "kind"], name="call_event_once")]
        indexes = [
            models.Index(fields=["caller", "-at"], name="call_event_caller"),
            models.Index(fields=["at"], condition=Q(caller="", seen_at__isnull=True), name="call_withheld_to_see"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"

    @property
    def household(self) -> Enquiry | None:
        """The enquiry under which whoever rang goes on."""
        return self.enquiry.stands_for if self.enquiry is not None else None

    @property
    def caller_shown(self) -> str:
        return format_phone(self.caller) if self.caller else "Number withheld"


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
