import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from enquiries import journey
from enquiries.journey import CLOSED_REASONS, KINDS
from enquiries.models.append_only import append_only
from enquiries.models.enquiry import Enquiry
from hub.people.roles import AUTHORITY_ROLES
from hub.spoken_dates import how_long_ago
from hub.working_time import LocalDate, is_midnight, local_date

KIND_CHOICES = [(kind, rule.label) for kind, rule in KINDS.items()]


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user):
        return self.filter(enquiry__in=Enquiry.objects.visible_to(user))

    def not_voided(self):
        """The facts that stand."""
        return self.exclude(kind="voided").filter(voided_by__isnull=True)

    def of(self, enquiry):
        """The facts of a household: the enquiry's own and those of every enquiry merged into it.

        That it was merged, and parted again, is a merged enquiry's own story, not the household's.
        """
        if not enquiry.absorbs:
            return self.filter(enquiry=enquiry)
        # Whose they are is asked first: as a condition on each fact it would be asked of all that there are.
        household = Enquiry.objects.filter(Q(pk=enquiry.pk) | Q(merged_into=enquiry))
        its_own_story = ~Q(enquiry=enquiry) & (Q(kind="merged") | Q(voids__kind="merged"))
        return self.filter(~its_own_story, enquiry__in=household.values("pk"))

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
    due = models.DateTimeField(null=True, blank=True, help_text="The moment for which a call-back or visit is booked")
    next_by = models.CharField(max_length=10, blank=True, help_text="Who does what was agreed next: us, them")
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, help_text="Who is to make the first visit",
    )  # fmt: skip
    channel = models.CharField(max_length=20, blank=True, help_text="How: phone, email, visit, video")
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    voids = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="voided_by")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by",
        help_text="The voided fact that this one corrects",
    )  # fmt: skip
    into = models.ForeignKey(
        Enquiry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Merged into which"
    )
    idempotency_key = models.CharField(max_length=80, null=True, blank=True, help_text="Of what came in and was joined")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        triggers = [append_only]
        indexes = [
            models.Index(fields=["kind", "occurred_on"], name="activity_kind_date"),
            models.Index(fields=["enquiry", "occurred_at"], name="activity_timeline"),
            # Who was given whom since when: asked of each of one's own enquiries.
            models.Index(
                fields=["enquiry", "recorded_at"],
                include=["recorded_by"],
                name="activity_assigned",
                condition=Q(kind="assigned"),
            ),
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
            models.CheckConstraint(
                condition=Q(kind="merged", into__isnull=False) | (~Q(kind="merged") & Q(into__isnull=True)),
                name="activity_merged_names_into_what",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["callback_booked", "visit_booked"], due__isnull=False)
                | Q(kind="asked_again")  # the time that they would like, where another is booked
                | (~Q(kind__in=["callback_booked", "visit_booked"]) & Q(due__isnull=True)),
                name="activity_booked_has_its_time",
            ),
            models.CheckConstraint(condition=Q(next_by__in=["", *journey.NEXT_BY]), name="activity_next_by_known"),
            models.UniqueConstraint(
                fields=["idempotency_key"], condition=Q(idempotency_key__isnull=False), name="activity_came_in_once"
            ),
            models.UniqueConstraint(fields=["enquiry"], condition=Q(kind="received"), name="activity_received_once"),
            models.UniqueConstraint(
                fields=["about"],
                condition=Q(kind__in=["handover_accepted", "handover_declined", "handover_returned"]),
                name="activity_handover_answered_once",
            ),
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
        """Each side voids its own: the hub cannot undo what a council recorded, nor a council what the hub did."""
        recorder = self.recorded_by
        same_side = recorder is None or (recorder.role in AUTHORITY_ROLES) == (user.role in AUTHORITY_ROLES)
        return same_side and not self.is_voided and journey.may_void(self.kind, can=user.can)

    @property
    def reason_label(self) -> str:
        if self.kind == "hold_started":
            return journey.HOLD_REASONS.get(self.reason, "")
        reason = CLOSED_REASONS.get(self.reason)
        return reason.label if reason else self.reason.replace("_", " ")

    @property
    def ofsted(self) -> str:
        """Ofsted's code for the reason of a closing; "" where it has none."""
        reason = CLOSED_REASONS.get(self.reason) if self.kind == "closed" else None
        return reason.ofsted if reason else ""

    @property
    def outcome_label(self) -> str:
        outcomes = journey.OUTCOMES | journey.ATTEMPT_OUTCOMES | journey.CALLED_US | journey.WROTE | journey.HEARD
        return outcomes.get(self.outcome, "")

    @property
    def channel_label(self) -> str:
        if self.kind == "visit_booked":
            return journey.VISIT_PLACES.get(self.channel, "")
        ways_in = ("received", "asked_again", "message_sent", "message_received", "written")
        labels = journey.CHANNELS | journey.WRITTEN if self.kind in ways_in else journey.CONTACT_CHANNELS
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
        now = timezone.now()
        if not self.has_time and local_date(self.occurred_at) == local_date(now):
            return "today"
        return how_long_ago(self.occurred_at, now)

    @property
    def has_time(self) -> bool:
        """Whether the time of day was recorded; a fact known by its day alone has none to show.

        An import makes 00:00 of a date; a conversation `about` a visit is known by the day of the visit.
        """
        if self.kind in journey.DATED_KINDS or (self.kind == "conversation" and self.about_id):
            return False
        return self.recorder != "import" or not is_midnight(self.occurred_at)

    @property
    def note_shown(self) -> str:
        """What was noted; of a call-back or a visit, for when it was booked, and who makes it."""
        if self.due is None or self.kind == "asked_again":  # whose note says it
            return self.note
        visitor = f", {self.visitor.name}" if self.visitor else ""
        return f"For {date_format(timezone.localtime(self.due), 'l j F, H:i')}{visitor}. {self.note}".strip()

    @property
    def known_at(self) -> datetime.datetime | datetime.date:
        """The moment, or the day where that is all that is known: what pages write."""
        return self.occurred_at if self.has_time else local_date(self.occurred_at)

    @property
    def who(self) -> str:
        if self.recorded_by is not None:
            return self.recorded_by.name
        others = {"enquirer": "the enquirer", "import": "import", "buddy": "their buddy"}
        return others.get(self.recorder, "the system")


class RoutingDecision(models.Model):
    """Why an enquiry belongs to an authority: the rule, what it knew and which postcode directory it used.

    Figures as at a moment read choice and residence here, as they were then (measures.md, rule 5).
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="routing")
    at = models.DateTimeField(default=timezone.now)
    rule = models.CharField(max_length=30)
    explanation = models.CharField(max_length=254)
    chosen = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, related_name="+")
    residence = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, related_name="+")
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, related_name="+")
    directory = models.ForeignKey("hub.PostcodeDirectory", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = [append_only]

    def __str__(self) -> str:
        return self.explanation

    def says_the_same_as(self, other: "RoutingDecision") -> bool:
        """Whether rule and result are the same, by whichever directory."""
        names = ("rule", "chosen_id", "residence_id", "authority_id")
        return all(getattr(self, name) == getattr(other, name) for name in names)
