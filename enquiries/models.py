import datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone

from enquiries import journey
from enquiries.journey import CLOSED_REASONS, KINDS, STAGES, Stage
from hub.contact import format_phone
from hub.spoken_dates import how_long_ago, moment_in_words
from hub.working_time import LocalDate


def _choices(labels: dict[str, str]) -> list[tuple[str, str]]:
    return list(labels.items())


STAGE_CHOICES = [(stage.value, rule.label) for stage, rule in STAGES.items()]
KIND_CHOICES = [(kind, rule.label) for kind, rule in KINDS.items()]
REASON_CHOICES = [(code, reason.label) for code, reason in CLOSED_REASONS.items()]

# Facts are added, never edited: the database refuses, whoever asks.
append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, user):
        """The enquiries whose record this person may read.

        Hub staff: all. An authority's staff: those it has accepted, and no others. Everyone else: none.
        """
        if user.is_authenticated and user.can("read_people"):
            return self
        if user.is_authenticated and user.is_authority_staff:
            return self.accepted_by(user.authority_id)
        return self.none()

    def accepted_by(self, authority_id: int):
        """Those the authority holds: accepted, and not given back."""
        return self.filter(held_by_id=authority_id).exclude(stage__in=journey.HUB_STAGES | {Stage.HANDED_OVER})

    def open(self):
        return self.filter(stage__in=journey.OPEN_STAGES)

    def new(self):
        """Never spoken with."""
        return self.filter(stage=Stage.NEW, on_hold=False)

    def owned_by(self, user):
        return self.open().filter(owner=user)

    def unassigned(self):
        return self.open().filter(owner__isnull=True, stage__in=journey.HUB_STAGES)

    def unallocated(self):
        """No authority of the hub found: somebody must find one or refer the person elsewhere."""
        return self.open().filter(authority__isnull=True)

    def overdue(self, now: datetime.datetime):
        return self.open().filter(due_at__lt=now)

    def waiting_on(self, turn: str):
        """Whose turn it is, "not yet" left aside."""
        return self.open().filter(turn=turn, on_hold=False)

    def on_hold(self):
        return self.open().filter(on_hold=True)

    def to_authorise(self):
        return self.filter(stage=Stage.EOI, on_hold=False)

    def silent(self, now: datetime.datetime):
        """Handed over, and the authority has let its time for an answer pass."""
        return self.filter(stage=Stage.HANDED_OVER, due_at__lt=now)

    def most_pressing_first(self):
        """By due time; those without a clock last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")


class Enquiry(models.Model):
    """One household's approach, from first contact. The fields under "State" are kept by the single writer."""

    reference = models.CharField(max_length=12, unique=True)
    idempotency_key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    received_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1)

    # Where it came from, kept from first contact to approval.
    channel = models.CharField(max_length=10, choices=_choices(journey.CHANNELS))
    # An imported source may be a word of its own: it counts as "other" (measures.md, M04).
    source = models.CharField(max_length=254, blank=True, choices=_choices(journey.SOURCES))
    campaign = models.CharField(max_length=254, blank=True)
    external_id = models.CharField(
        max_length=254, null=True, blank=True, unique=True, help_text="Its id in an earlier system"
    )

    # What they said.
    postcode = models.CharField(max_length=8, blank=True)
    spare_room = models.CharField(
        max_length=10, blank=True, choices=[("yes", "Yes"), ("no", "No"), ("not_yet", "Not yet")]
    )
    interests = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    message = models.TextField(blank=True)

    # Where they live and which council they are for (enquiries/routing.py writes these).
    residence = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chosen_authority = models.ForeignKey(
        "hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    chosen_why = models.CharField(max_length=254, blank=True)
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="enquiries"
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from")

    # State: what the activities add up to (enquiries/state.py), worked out by `keep_state`.
    stage = models.CharField(max_length=20, choices=STAGE_CHOICES, default=Stage.NEW)
    turn = models.CharField(max_length=10, default="hub")
    on_hold = models.BooleanField(default=False)
    hold_until = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_reason = models.CharField(max_length=30, blank=True, choices=REASON_CHOICES)
    closed_from = models.CharField(max_length=20, blank=True, choices=STAGE_CHOICES)
    decision = models.CharField(max_length=20, blank=True, choices=_choices(journey.OUTCOMES))
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    held_by = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    first_conversation_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    clock = models.CharField(max_length=30, blank=True)
    clock_started_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name_plural = "enquiries"
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=[*Stage]), name="enquiry_stage_known"),
            models.CheckConstraint(condition=Q(channel__in=[*journey.CHANNELS]), name="enquiry_channel_known"),
            models.CheckConstraint(
                condition=Q(closed_reason__in=["", *CLOSED_REASONS]), name="enquiry_closed_reason_known"
            ),
            models.CheckConstraint(
                condition=~Q(stage="closed") | ~Q(closed_reason="") | Q(decision="not_approved"),
                name="enquiry_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(stage="closed", closed_on__isnull=False) | (~Q(stage="closed") & Q(closed_on__isnull=True)),
                name="enquiry_closed_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(stage="approved") | Q(decision="approved"), name="enquiry_approved_was_decided"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="enquiry_not_merged_into_itself"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="enquiry_pressing",
                condition=Q(stage__in=sorted(journey.OPEN_STAGES)),
            ),
            models.Index(
                fields=["owner", "due_at", "id"],
                name="enquiry_owner",
                condition=Q(stage__in=sorted(journey.OPEN_STAGES)),
            ),
            models.Index(fields=["stage", "due_at", "id"], name="enquiry_stage"),
            models.Index(fields=["received_at"], name="enquiry_received"),
            models.Index(fields=["postcode"], name="enquiry_postcode", condition=~Q(postcode="")),
            models.Index(fields=["held_by", "stage"], name="enquiry_held_by", condition=Q(held_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def names(self) -> str:
        """Both applicants' names, as staff say them; never in logs or subject lines."""
        return " and ".join(str(a) for a in self.applicants.all() if str(a)) or "Name not given"

    @property
    def is_open(self) -> bool:
        return self.stage in journey.OPEN_STAGES

    @property
    def rule(self) -> journey.StageRule:
        return STAGES[Stage(self.stage)]

    @property
    def interests_in_words(self) -> str:
        return ", ".join(journey.INTERESTS.get(code, code) for code in self.interests)

    @property
    def clock_label(self) -> str:
        return journey.CLOCKS[self.clock].label if self.clock else ""

    def is_overdue(self, now: datetime.datetime | None = None) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < (now or timezone.now())

    @property
    def due_in_words(self) -> str:
        """'Ring by 11:30', 'Ring: late since Monday 16 November'; empty where no clock runs."""
        if not self.due_at or not self.is_open:
            return ""
        now = timezone.now()
        between = ": late since" if self.is_overdue(now) else " by"
        return f"{self.clock_label}{between} {moment_in_words(self.due_at, now)}"

    @property
    def last_contact_in_words(self) -> str:
        """How long ago we and they were last really in touch; an automatic message is no contact."""
        return how_long_ago(self.last_contact_at, timezone.now()) if self.last_contact_at else "never"

    def moves_by(self, user) -> list[journey.Move]:
        """What this person may record now: the buttons and the writer ask the same table."""
        return journey.moves_for(self.stage, on_hold=self.on_hold, can=user.can)

    def may(self, kind: str, user, outcome: str = "") -> bool:
        return journey.move_for(kind, self.stage, on_hold=self.on_hold, can=user.can, outcome=outcome) is not None


@pghistory.track()
class Applicant(models.Model):
    """One of the one or two people who would foster."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="applicants")
    position = models.PositiveSmallIntegerField(default=1)
    first_name = models.CharField(max_length=254, blank=True)
    last_name = models.CharField(max_length=254, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")

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
            GinIndex(SearchVector("first_name", "last_name", config="simple"), name="applicant_names"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def phone_shown(self) -> str:
        return format_phone(self.phone) if self.phone else ""


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
    notes = models.TextField(blank=True)

    def __str__(self) -> str:
        return "; ".join(self.rules) or "No special rule"

    @property
    def may_leave_message(self) -> bool:
        return self.by_phone and self.leave_message

    @property
    def rules(self) -> list[str]:
        """The rules a member of staff must keep, in short sentences; empty where there is none."""
        rules = []
        if not self.by_phone:
            rules.append("Do not ring")
        if not self.by_email:
            rules.append("Do not email")
        if self.by_phone and not self.leave_message:
            rules.append("Do not leave a message")
        if self.by_phone and not self.say_who:
            rules.append("Do not say who is calling")
        if self.by_phone and self.when != self.When.ANY:
            rules.append(f"{self.get_when_display()} only")
        if self.language:
            rules.append(f"Speak {self.language}, or use an interpreter")
        if self.notes:
            rules.append(self.notes)
        return rules


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user):
        return self.filter(enquiry__in=Enquiry.objects.visible_to(user))

    def not_voided(self):
        """The facts that stand."""
        return self.exclude(kind="voided").filter(voided_by__isnull=True)

    def newest_first(self):
        return self.order_by("-occurred_at", "-pk")


class Activity(models.Model):
    """One dated fact about an enquiry. Append-only: a mistake is voided by another activity, never edited away."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=30, choices=KIND_CHOICES)
    occurred_at = models.DateTimeField()
    occurred_on = models.GeneratedField(
        expression=LocalDate("occurred_at"), output_field=models.DateField(), db_persist=True
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorder = models.CharField(max_length=20, default="person", help_text="person, enquirer, import or system")

    # Details, each only where the kind has it.
    note = models.TextField(blank=True)
    reason = models.CharField(max_length=30, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="Held until; next step on")
    channel = models.CharField(max_length=20, blank=True, help_text="How: phone, email, visit, video")
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    voids = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="voided_by")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        triggers = [append_only]
        indexes = [
            models.Index(fields=["kind", "occurred_on"], name="activity_kind_date"),
            models.Index(fields=["enquiry", "occurred_at"], name="activity_timeline"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[*KINDS]), name="activity_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="voided", voids__isnull=False) | (~Q(kind="voided") & Q(voids__isnull=True)),
                name="activity_voided_names_what",
            ),
            models.CheckConstraint(
                condition=~Q(kind="decided") | Q(outcome__in=[*journey.OUTCOMES]),
                name="activity_decided_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | Q(kind="decided", outcome="approved"),
                name="activity_places_only_when_approved",
            ),
            models.CheckConstraint(
                condition=~Q(kind="closed") | Q(reason__in=[*CLOSED_REASONS]),
                name="activity_closed_has_reason",
            ),
            # Of a handover long ago an import may know that it was made, and not to whom.
            models.CheckConstraint(
                condition=~Q(kind="handover_sent") | Q(authority__isnull=False) | Q(recorder="import"),
                name="activity_sent_names_authority",
            ),
            models.UniqueConstraint(fields=["enquiry"], condition=Q(kind="received"), name="activity_received_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return KINDS[self.kind].label

    @property
    def is_voided(self) -> bool:
        return hasattr(self, "voided_by")

    def may_be_voided_by(self, user) -> bool:
        return not self.is_voided and journey.may_void(self.kind, can=user.can)

    @property
    def reason_label(self) -> str:
        reason = CLOSED_REASONS.get(self.reason)
        return reason.label if reason else self.reason.replace("_", " ")

    @property
    def outcome_label(self) -> str:
        return {**journey.OUTCOMES, **journey.ATTEMPT_OUTCOMES}.get(self.outcome, "")

    @property
    def channel_label(self) -> str:
        labels = journey.CHANNELS if self.kind in ("received", "message_sent") else journey.CONTACT_CHANNELS
        return labels.get(self.channel, "")

    @property
    def title(self) -> str:
        """What happened, in words: 'Spoke with them: by telephone', 'Closed: moving home'."""
        parts = [self.outcome_label, self.reason_label, self.channel_label]
        said = ", ".join(part[:1].lower() + part[1:] for part in parts if part)
        if self.authority is not None:
            said = f"{self.authority}, {said}" if said else str(self.authority)
        return f"{self.label}: {said}" if said else self.label

    @property
    def look(self) -> str:
        """How the timeline draws it: what the product did by itself stands back."""
        return {"message_sent": "message", "routed": "system"}.get(self.kind, "")

    @property
    def voided_in_words(self) -> str:
        """Why it no longer counts and who said so; empty while it stands."""
        return f"{self.voided_by.note} ({self.voided_by.who}, {self.voided_by.ago})" if self.is_voided else ""

    @property
    def ago(self) -> str:
        return how_long_ago(self.occurred_at, timezone.now())

    @property
    def has_time(self) -> bool:
        """Whether the time of day is known; a fact recorded by its date has none to show."""
        return self.kind not in journey.DATED_KINDS

    @property
    def who(self) -> str:
        if self.recorded_by is not None:
            return self.recorded_by.name
        return {"enquirer": "the enquirer", "import": "import"}.get(self.recorder, "the system")


class RoutingDecision(models.Model):
    """Why an enquiry belongs to an authority: the rule, what it knew and which postcode directory it used."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="routing")
    at = models.DateTimeField(default=timezone.now)
    rule = models.CharField(max_length=30)
    explanation = models.CharField(max_length=254)
    residence = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, related_name="+")
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, related_name="+")
    directory = models.ForeignKey("hub.PostcodeDirectory", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = [append_only]

    def __str__(self) -> str:
        return self.explanation


class Consent(models.Model):
    """One yes or no to one purpose, with the words that were shown. A ledger: the latest entry counts."""

    class Purpose(models.TextChoices):
        SHARE = "share_with_authority", "Share with a council"
        KEEP_IN_TOUCH = "keep_in_touch", "Keep in touch"
        RESEARCH = "research", "Research"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=30, choices=Purpose)
    given = models.BooleanField()
    wording = models.TextField()
    channel = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = [append_only]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {'yes' if self.given else 'no'}"
