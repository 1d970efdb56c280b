import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries.journey import ACCEPTED_STAGES, OPEN_STAGES, Stage
from enquiries.services import standard_days_from_database
from handover.agreements.models import Agreement as Agreement
from handover.asking.models import CouncilCheck as CouncilCheck
from handover.figures.models import MonthlyFigures as MonthlyFigures
from handover.following.models import FollowedQuerySet
from handover.imports.models import PastImport as PastImport
from handover.imports.models import PastImportLine as PastImportLine
from handover.practice.models import PracticeCase as PracticeCase
from handover.rows.models import MilestoneDownload as MilestoneDownload
from handover.rows.models import MilestoneUpload as MilestoneUpload
from handover.rows.models import MilestoneUploadRow as MilestoneUploadRow
from handover.webhooks.models import Attempt as Attempt
from handover.webhooks.models import ChangesTold as ChangesTold
from handover.webhooks.models import Delivery as Delivery
from handover.webhooks.models import Endpoint as Endpoint
from hub.working_time import local_date, working_time


class HandoverQuerySet(FollowedQuerySet):
    def visible_to(self, user):
        """Hub staff see all; an authority's staff those sent to their authority, and no others."""
        if user.is_authenticated and user.can("read_people"):
            return self
        if user.is_authenticated and user.is_authority_staff:
            return self.filter(authority_id=user.authority_id)
        return self.none()

    def open(self):
        """Those that bind the enquiry to their authority: at most one for each enquiry."""
        return self.filter(state__in=Handover.OPEN_STATES)

    def unanswered(self):
        return self.filter(state__in=Handover.UNANSWERED_STATES)

    def with_authority(self):
        """Accepted and not ended. The enquiry says whether it ended: it may have begun again."""
        stages = sorted(ACCEPTED_STAGES & OPEN_STAGES)
        accepted = [Handover.State.ACCEPTED, Handover.State.COMPLETED]
        return self.filter(state__in=accepted, enquiry__held_by=F("authority"), enquiry__stage__in=stages)

    def ended_since(self, day: datetime.date):
        """Decided, closed, declined, returned or withdrawn from the day on, by the facts' own dates."""
        return self.filter(ended_on__gte=day).order_by("-ended_on", "-pk")

    def with_preview(self):
        """With what may be known before accepting, and no more."""
        return self.select_related("enquiry__residence", "enquiry__safe_contact").prefetch_related(
            "enquiry__applicants"
        )

    def with_enquiry(self):
        """With everything that the portal's pages say of the enquiry, in a fixed number of queries."""
        return self.select_related(
            "authority",
            "worker",
            "sent_fact",
            "enquiry__residence",
            "enquiry__chosen_authority",
            "enquiry__safe_contact",
        ).prefetch_related("enquiry__applicants", "enquiry__consents", "enquiry__activities__recorded_by")

    def with_history(self):
        """With who sent, opened and answered, and when."""
        return self.select_related("authority", "sent_by", "sent_fact").prefetch_related(
            "sent_fact__answers__recorded_by"
        )

    def without_pdf(self):
        """Sent with a package whose PDF the worker has not made yet."""
        return self.filter(pdf="").exclude(package={})

    def next_for_pdf(self):
        """Of those the ones to try, the longest untried first: one that fails always waits behind all others, and is
        let be after so many tries."""
        few = self.without_pdf().filter(pdf_tries__lt=Handover.MOST_PDF_TRIES)
        return few.order_by(F("pdf_tried_at").asc(nulls_first=True), "sent_at", "pk")


class Handover(models.Model):
    """The hub's referral of one enquiry to one authority, with its frozen package and its own states."""

    class State(models.TextChoices):
        SENT = "sent", "Sent"
        OPENED = "opened", "Opened"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        RETURNED = "returned", "Returned for information"
        WITHDRAWN = "withdrawn", "Withdrawn by the hub"
        NO_REPLY = "no_reply", "No reply"
        COMPLETED = "completed", "Completed"

    UNANSWERED_STATES = (State.SENT, State.OPENED, State.NO_REPLY)
    OPEN_STATES = (*UNANSWERED_STATES, State.ACCEPTED)
    GIVEN_BACK = (State.DECLINED, State.RETURNED, State.WITHDRAWN)

    REASONS = {
        "capacity": "No capacity to assess now",
        "out_of_area": "Lives outside our area",
        "unsuitable": "Not suitable for our service",
        "known": "Already known to us",
        "information": "Information is missing",
        "person_asked": "The person asked for another council",
        "mistake": "Sent by mistake",
        "silent": "The council did not answer",
        "council_ended": "The council ended, and another stands in its place",
        "other": "Another reason",
    }

    reference = models.CharField(max_length=16, unique=True)
    enquiry = models.ForeignKey("enquiries.Enquiry", on_delete=models.PROTECT, related_name="handovers")
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, related_name="handovers")
    # The `handover_sent` fact that this record carries out: answers are facts about it.
    sent_fact = models.OneToOneField("enquiries.Activity", on_delete=models.PROTECT, related_name="handover")
    state = models.CharField(max_length=10, choices=State, default=State.SENT)

    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Kept by whoever ends it or begins it again, so that a month's endings are read from an index.
    ended_on = models.DateField(null=True, blank=True)
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Who at the authority looks after them",
    )  # fmt: skip
    # Kept by the database with every change of the handover, and of the enquiry while the authority holds it: what asks
    # "what is new since" must miss none, whichever service wrote.
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    reason = models.CharField(max_length=20, blank=True, choices=list(REASONS.items()))
    note = models.TextField(blank=True)

    # Frozen when sent. Empty for handovers of imported history, which had no package.
    package = models.JSONField(default=dict, blank=True)
    package_schema = models.CharField(max_length=20, blank=True)
    package_sha256 = models.CharField(max_length=64, blank=True)
    pdf = models.FileField(upload_to="packages/", blank=True)
    # By the sweep, which notes a try before it begins: it may be what kills the worker.
    MOST_PDF_TRIES = 1000  # the better part of a day, should the disk be full
    pdf_tries = models.PositiveSmallIntegerField(db_default=0, editable=False)
    pdf_tried_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "sent",
                        "opened",
                        "accepted",
                        "declined",
                        "returned",
                        "withdrawn",
                        "no_reply",
                        "completed",
                    ]
                ),
                name="handover_state_known",
            ),
            models.UniqueConstraint(
                fields=["enquiry"],
                condition=Q(state__in=["sent", "opened", "no_reply", "accepted"]),
                name="handover_one_open_per_enquiry",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "opened", "no_reply", "withdrawn"]) | Q(answered_at__isnull=False),
                name="handover_answer_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "opened", "no_reply"]) | Q(answered_at__isnull=True),
                name="handover_unanswered_has_no_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "returned", "withdrawn"]) | ~Q(reason="") | Q(package={}),
                name="handover_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(package={}, package_sha256="") | (~Q(package={}) & ~Q(package_sha256="")),
                name="handover_package_has_hash",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "state", "sent_at"], name="handover_portal"),
            models.Index(fields=["authority", "ended_on"], name="handover_ended", condition=Q(ended_on__isnull=False)),
            models.Index(fields=["authority", "sent_at", "id"], name="handover_newest"),
            models.Index(fields=["authority", "changed_at", "id"], name="handover_changed"),
            # “With the councils”: what is open, what is silent, what came back, and the figures of some months.
            models.Index(
                fields=["authority", "state"],
                name="handover_open",
                condition=Q(state__in=["sent", "opened", "no_reply", "accepted"]),
            ),
            models.Index(
                fields=["state", "sent_at"],
                name="handover_unanswered",
                condition=Q(state__in=["sent", "opened", "no_reply"]),
            ),
            models.Index(
                fields=["ended_on"], name="handover_came_back", condition=Q(state__in=["declined", "returned"])
            ),
            models.Index(fields=["sent_at"], name="handover_sent"),
        ]
        triggers = [
            # What was sent stays what was sent: only retention, which says so, may empty it.
            pgtrigger.ReadOnly(
                name="package_frozen",
                fields=["reference", "enquiry", "sent_fact", "sent_at", "package", "package_sha256"],
            ),
            # It stays with whom it was sent to, or goes on at whoever stands in that council's place.
            pgtrigger.Trigger(
                name="to_successors_alone",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("authority_id"),
                condition=pgtrigger.Condition("OLD.authority_id IS DISTINCT FROM NEW.authority_id"),
                func="""
                    IF NOT EXISTS (
                        SELECT FROM hub_succession
                        WHERE before_id = OLD.authority_id AND after_id = NEW.authority_id
                    ) THEN
                        RAISE EXCEPTION 'A handover goes to the successor of its authority alone.';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="changed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="NEW.changed_at = clock_timestamp(); RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def history(self) -> list:
        """What happened to it after sending: opened, answered, withdrawn; the facts, in their order."""
        return sorted(self.sent_fact.answers.all(), key=lambda fact: (fact.occurred_at, fact.pk))

    @property
    def ending(self) -> str:
        """How it ended, in words; empty while it has not."""
        if self.state == self.State.COMPLETED:
            enquiry = self.enquiry
            return enquiry.get_decision_display() or enquiry.get_closed_reason_display()
        if self.is_given_back:
            return ": ".join(filter(None, [self.get_state_display(), self.get_reason_display()]))
        return ""

    @property
    def status_for_council(self) -> str:
        """Its state as the receiving authority would say it."""
        return "Waiting for you" if self.is_unanswered else self.get_state_display()

    @property
    def stage_for_council(self) -> str:
        """Where the enquiry stands as the receiving authority would say it: "With the council" is with them."""
        enquiry = self.enquiry
        return "Accepted" if enquiry.stage == Stage.WITH_AUTHORITY else enquiry.get_stage_display()

    @property
    def colour(self) -> str:
        """Of its state's tag."""
        return {"accepted": "green", "completed": "green", "declined": "red", "returned": "yellow"}.get(
            self.state, "grey" if self.state == self.State.WITHDRAWN else "blue"
        )

    @property
    def may_be_withdrawn(self) -> bool:
        """Unless it was given back already. Of one completed the journey table is asked whether it still may be."""
        return self.state in (*self.OPEN_STATES, self.State.COMPLETED)

    @property
    def is_given_back(self) -> bool:
        return self.state in self.GIVEN_BACK

    @property
    def is_open_still(self) -> bool:
        """Whether it binds the enquiry to its authority."""
        return self.state in self.OPEN_STATES

    @property
    def is_unanswered(self) -> bool:
        return self.state in self.UNANSWERED_STATES

    @property
    def answer_due_at(self) -> datetime.datetime:
        """By when the authority was to answer, by the standard that held when it was sent."""
        days = standard_days_from_database()("authority_answer", local_date(self.sent_at))
        return working_time().due(self.sent_at, days)

    @property
    def shows_full_record(self) -> bool:
        """Names and contact details are for the authority only once it has accepted, and while it holds the enquiry."""
        accepted = self.state in (self.State.ACCEPTED, self.State.COMPLETED)
        return accepted and self.enquiry.held_by_id == self.authority_id
