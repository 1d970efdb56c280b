import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone

from enquiries import journey
from enquiries.clocks.states import ClockState, clock_state
from enquiries.journey import CLOSED_REASONS, STAGES, Stage
from enquiries.models.enquiry_query import EnquiryQuerySet, facts
from hub.spoken_dates import day_in_words, how_long_ago, moment_in_words
from hub.working_time import LONDON, is_midnight, local_date, today

STAGE_CHOICES = [(stage.value, rule.label) for stage, rule in STAGES.items()]
REASON_CHOICES = [(code, reason.label) for code, reason in CLOSED_REASONS.items()]


def _choices(labels: dict[str, str]) -> list[tuple[str, str]]:
    return list(labels.items())


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
    situation = models.CharField(max_length=20, blank=True, choices=_choices(journey.SITUATIONS))
    age = models.CharField(max_length=12, blank=True, choices=_choices(journey.AGES))
    timing = models.CharField(max_length=10, blank=True, choices=_choices(journey.TIMINGS))
    message = models.TextField(blank=True)

    # Where they live and which council they are for (enquiries/routing.py writes these).
    residence = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chosen_authority = models.ForeignKey(
        "hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    chosen_why = models.CharField(max_length=254, blank=True)
    # A council that must not get to know of it: they work there, or somebody they know does.
    not_authority = models.ForeignKey(
        "hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    not_why = models.CharField(max_length=254, blank=True)
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="enquiries"
    )
    # Kept flat: whatever was merged into an enquiry that is merged itself names the last survivor.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from")
    absorbs = models.BooleanField(default=False, help_text="Other enquiries are merged into it")

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
    callback_at = models.DateTimeField(null=True, blank=True)
    parked_until = models.DateField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(absorbs=False) | Q(merged_into__isnull=True), name="enquiry_survivor_is_not_merged"
            ),
        ]
        indexes = [
            # With what tells the lists of Today apart, and what they are usually narrowed by, so that each is read and
            # counted from the index alone.
            models.Index(
                fields=["due_at", "id"],
                include=[
                    "stage",
                    "turn",
                    "on_hold",
                    "hold_until",
                    "clock",
                    "owner",
                    "authority",
                    "callback_at",
                    "parked_until",
                    "created_at",
                    "first_conversation_at",
                    "channel",
                    "source",
                ],
                name="enquiry_pressing",
                condition=Q(stage__in=sorted(journey.OPEN_STAGES)),
            ),
            models.Index(
                fields=["owner", "due_at", "id"],
                include=["stage", "created_at"],
                name="enquiry_owner",
                condition=Q(stage__in=sorted(journey.OPEN_STAGES)),
            ),
            models.Index(fields=["stage", "due_at", "id"], name="enquiry_stage"),
            models.Index(fields=["received_at"], name="enquiry_received"),
            # The orders of the work list (enquiries/casework/orders.py), and its usual filters.
            models.Index(
                fields=["received_at", "id"],
                name="enquiry_open_received",
                condition=Q(stage__in=sorted(journey.OPEN_STAGES)),
            ),
            models.Index(
                fields=["last_contact_at", "id"],
                name="enquiry_open_contact",
                condition=Q(stage__in=sorted(journey.OPEN_STAGES)),
            ),
            models.Index(
                fields=["authority", "due_at", "id"],
                name="enquiry_open_authority",
                condition=Q(stage__in=sorted(journey.OPEN_STAGES)),
            ),
            models.Index(
                fields=["callback_at", "id"],
                include=["stage"],
                name="enquiry_callback",
                condition=Q(callback_at__isnull=False),
            ),
            models.Index(
                Upper("campaign"), F("received_at").desc(), name="enquiry_campaign", condition=~Q(campaign="")
            ),
            models.Index(fields=["postcode"], name="enquiry_postcode", condition=~Q(postcode="")),
            models.Index(fields=["held_by", "stage"], name="enquiry_held_by", condition=Q(held_by__isnull=False)),
            # What an authority has accepted and not ended, in the order of its list.
            models.Index(
                fields=["held_by", "due_at", "id"],
                name="enquiry_with_authority",
                condition=Q(stage__in=sorted(journey.ACCEPTED_STAGES & journey.OPEN_STAGES)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def facts(self):
        """The household's facts, voided ones and those of merged enquiries included.

        Where nothing was merged, those that were fetched with the enquiry serve.
        """
        return facts().of(self) if self.absorbs else self.activities.all()

    @property
    def ledger(self):
        """What the household said to each purpose, to whichever of its enquiries; the latest counts."""
        from enquiries.models.household import Consent

        return Consent.objects.of(self) if self.absorbs else self.consents.all()

    @property
    def stands_for(self) -> "Enquiry":
        """The enquiry under which the household goes on: this one, or the one that it was merged into."""
        return self.merged_into if self.merged_into is not None else self

    @property
    def references(self) -> list[str]:
        """Its own reference and those of the enquiries merged into it: what messages are about."""
        absorbed = self.merged_from.values_list("reference", flat=True) if self.absorbs else ()
        return [self.reference, *absorbed]

    @property
    def first_received_at(self) -> datetime.datetime:
        """When the household first asked: the earlier of two that were merged (measures.md, rule 3)."""
        if not self.absorbs:
            return self.received_at
        return min(fact.occurred_at for fact in self.facts.filter(kind="received"))

    @property
    def names(self) -> str:
        """Both applicants' names, as staff say them; never in logs or subject lines."""
        return " and ".join(str(a) for a in self.applicants.all() if str(a)) or "Name not given"

    @property
    def is_open(self) -> bool:
        return self.stage in journey.OPEN_STAGES

    @property
    def standing(self) -> journey.Standing:
        return journey.Standing(self.stage, self.on_hold, self.closed_from)

    @property
    def rule(self) -> journey.StageRule:
        return STAGES[Stage(self.stage)]

    @property
    def interests_in_words(self) -> str:
        return ", ".join(journey.INTERESTS.get(code, code) for code in self.interests)

    @property
    def may_be_rung(self) -> bool:
        """Whether there is a number that is theirs, and it is safe to use."""
        safe = getattr(self, "safe_contact", None)
        return (safe is None or safe.by_phone) and any(one.phone_to_ring for one in self.applicants.all())

    @property
    def next_step(self) -> str:
        """What comes next, in words; nobody is told to ring people who must not be rung."""
        if self.on_hold:
            return journey.CLOCKS["hold"].label
        if self.clock == "visit":
            return journey.CLOCKS["visit"].label
        if self.clock == "last_try":
            over = self.is_overdue()
            return "Close: no answer to our last letter" if over else "Wait for their answer, then close"
        return "Write to them" if self.stage == Stage.NEW and not self.may_be_rung else self.rule.next_step

    @property
    def clock_label(self) -> str:
        if self.clock == "first_conversation" and not self.may_be_rung:
            return "Write"
        return journey.CLOCKS[self.clock].label if self.clock else ""

    def is_overdue(self, now: datetime.datetime | None = None) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < (now or timezone.now())

    @property
    def is_their_turn(self) -> bool:
        """Whether the household said it would do the next step, and has still time for it (as `waiting_on` has it)."""
        return self.is_open and self.turn == journey.Turn.HOUSEHOLD and not self.on_hold and not self.is_overdue()

    @property
    def clock_state(self) -> ClockState:
        """On time, due soon, late or paused; in words, its `label`."""
        clock = self.clock if self.is_open else ""
        return clock_state(clock=clock, due_at=self.due_at, now=timezone.now())

    @property
    def due_in_words(self) -> str:
        """'Ring by 11:30', 'Ring: late since Monday 16 November'; empty where no clock runs."""
        if not self.due_at or not self.is_open:
            return ""
        now = timezone.now()
        if self.clock in ("callback", "visit"):
            return self._at_its_time_in_words(self.due_at, now)
        if self.clock == "last_try" and self.is_overdue(now):
            return f"No answer by {moment_in_words(self.due_at, now)}: close?"
        between = ": late since" if self.is_overdue(now) else " by"
        return f"{self.clock_label}{between} {moment_in_words(self.due_at, now)}"

    def _at_its_time_in_words(self, due_at: datetime.datetime, now: datetime.datetime) -> str:
        """'Ring back at 14:00', 'Ring back: late since 09:00', 'First visit Monday 23 November at 18:30'."""
        at, label = due_at.astimezone(LONDON), self.clock_label
        if self.is_overdue(now):
            return f"{label}: late since {moment_in_words(due_at, now)}"
        day = "" if local_date(due_at) == local_date(now) else f" {moment_in_words(due_at, now)}"
        return f"{label}{day} at {at:%H:%M}"

    @property
    def next_try_in_words(self) -> str:
        """'Try again Monday 23 November', where the latest attempt said when; it moves no clock (`with_next_try`)."""
        day = getattr(self, "try_again_on", None)
        if day is None or not self.attempts or not self.is_open or self.on_hold:
            return ""
        if day == today():
            return "Try again today"
        return f"Try again{': was due' if day < today() else ''} {day_in_words(day, today())}"

    @property
    def received_in_words(self) -> str:
        """How long ago they asked, as lists say it."""
        return how_long_ago(self.received_at, timezone.now())

    @property
    def district(self) -> str:
        """The part of the postcode that names the district: "NE8"."""
        return self.postcode.partition(" ")[0]

    @property
    def received_known_at(self) -> datetime.datetime | datetime.date:
        """The moment it was received, or the day where an earlier system knew no more."""
        by_day = self.external_id is not None and is_midnight(self.received_at)
        return local_date(self.received_at) if by_day else self.received_at

    @property
    def waited_in_words(self) -> str:
        """How long ago they asked: 'asked yesterday', 'asked 3 days ago'."""
        return f"asked {how_long_ago(self.received_at, timezone.now())}"

    @property
    def calls_waiting(self):
        """Calls of theirs that nobody took, and that nobody has answered since; the latest first."""
        # Imported only now, as activities are.
        from enquiries.models.telephone import CallEvent

        theirs = CallEvent.objects.unanswered().of(self)
        # Asked first, because hardly anybody has one: the database thinks longer about "waiting" than it reads.
        return CallEvent.objects.waiting().filter(pk__in=theirs)[:3] if theirs.exists() else theirs.none()

    @property
    def asked_to_stop(self):
        """Their latest word that we should stop, if nobody has been in touch about it since; else None."""
        asked = self.facts.not_voided().filter(kind="message_received", outcome="stop")
        if self.last_contact_at:
            asked = asked.filter(occurred_at__gt=self.last_contact_at)
        return asked.newest_first().first()

    @property
    def last_contact_in_words(self) -> str:
        """How long ago we and they were last really in touch; an automatic message is no contact."""
        return how_long_ago(self.last_contact_at, timezone.now()) if self.last_contact_at else "never"

    def may(self, kind: str, user, outcome: str = "") -> bool:
        """Whether this person may record it now: the buttons and the writer ask the same table.

        Of a merged enquiry nothing: what happens is recorded where the household goes on.
        """
        if self.merged_into_id is not None:
            return False
        return journey.move_for(kind, self.standing, can=user.can, outcome=outcome) is not None
