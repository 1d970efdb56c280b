import hashlib

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries.models.append_only import append_only
from hub.working_time import LONDON
from reporting.exports.json import canonical_json
from reporting.measures.period import Period
from reporting.measures.registry import label_of

NARRATIVE = ("progress", "risks", "communications")


class ReturnQuerySet(models.QuerySet["Return"]):
    def of(self, period: Period):
        """The versions of a period's return, the latest first."""
        return self.filter(period_from=period.first, period_to=period.last).order_by("-version")

    def without_lines(self):
        """For lists: the figures themselves stay in the database."""
        return self.defer("lines", "lines_before", "registers", "restates")


class Return(models.Model):
    """A dated set of measures for a period: a draft until signed, then frozen by the database."""

    class Kind(models.TextChoices):
        MONTHLY = "dfe-monthly", "Monthly return"
        QUARTERLY = "dfe-quarterly", "Quarterly KPI return"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SIGNED = "signed", "Signed"

    kind = models.CharField(max_length=20, choices=Kind)
    period_from = models.DateField()
    period_to = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    definition = models.CharField(max_length=20)
    hub_name = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    as_at = models.DateTimeField()
    # The lines as in interfaces.md, "Return, JSON".
    lines = models.JSONField()
    # Risks and milestones as they stood (reporting/registers), where the hub keeps any.
    registers = models.JSONField(default=dict, blank=True)
    # Of a draft that was drafted again: what it said before, so that what changed can be marked.
    lines_before = models.JSONField(null=True, blank=True)
    as_at_before = models.DateTimeField(null=True, blank=True)
    progress = models.TextField("Progress", blank=True)
    risks = models.TextField("Risks and issues, with what we do about them", blank=True)
    communications = models.TextField("Communications", blank=True)
    # Of a restatement: which version it replaces, every figure that moved, and why.
    restates = models.JSONField(null=True, blank=True)
    restated_reason = models.TextField(blank=True)
    drafted_at = models.DateTimeField(default=timezone.now)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # The review on which it was signed. Returns signed before reviews were asked for have none.
    needs_review = models.BooleanField(default=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_as = models.CharField(max_length=150, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # The name as it was: people change theirs, what they signed does not.
    signed_as = models.CharField(max_length=150, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-period_from", "-version"]
        triggers = [
            pgtrigger.Protect(
                name="signed_is_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="signed"),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "period_from", "version"], name="return_one_per_version"),
            models.UniqueConstraint(
                fields=["kind", "period_from"],
                condition=Q(status="draft"),
                name="return_one_draft_per_period",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="draft", signed_at__isnull=True, signed_by__isnull=True, sha256="")
                    | (Q(status="signed", signed_at__isnull=False, signed_by__isnull=False) & ~Q(sha256=""))
                ),
                name="return_signed_who_when_and_hash",
            ),
            models.CheckConstraint(
                condition=(
                    Q(reviewed_at__isnull=True, reviewed_by__isnull=True, reviewed_as="")
                    | Q(reviewed_at__isnull=False, reviewed_by__isnull=False, status="signed")
                ),
                name="return_reviewed_who_and_when",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="draft")
                    | Q(needs_review=False)
                    | (Q(reviewed_by__isnull=False) & ~Q(reviewed_by=F("signed_by")))
                ),
                name="return_reviewed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=(
                    Q(version=1, restates__isnull=True, restated_reason="")
                    | (Q(version__gt=1, restates__isnull=False) & ~Q(restated_reason=""))
                ),
                name="return_restated_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(period_to__gt=F("period_from")), name="return_period_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period}, version {self.version}"

    @property
    def period(self) -> Period:
        return Period(self.period_from, self.period_to)

    @property
    def period_name(self) -> str:
        return self.period.label

    @property
    def slug(self) -> str:
        """Its period as pages' addresses write it: 2026-09, or 2026-Q2."""
        return self.period.slug

    @property
    def is_signed(self) -> bool:
        return self.status == self.Status.SIGNED

    @property
    def is_quarterly(self) -> bool:
        return self.kind == self.Kind.QUARTERLY

    @property
    def file_stem(self) -> str:
        """How its files are called: return-2026-09, the second version return-2026-09-v2, and a draft says so."""
        version = f"-v{self.version}" if self.version > 1 else ""
        return f"return-{self.slug}{version}{'' if self.is_signed else '-draft'}"

    @property
    def narrative(self) -> list[dict[str, str]]:
        """N1 to N3 (measures.md)."""
        fields = zip(("N1", "N2", "N3"), NARRATIVE, strict=True)
        return [{"code": code, "label": label_of(code), "text": getattr(self, name)} for code, name in fields]

    @property
    def narrative_mark(self) -> str:
        """Changes whenever the narrative does."""
        return hashlib.sha256(canonical_json({"narrative": self.narrative}).encode()).hexdigest()[:16]

    @property
    def document(self) -> dict:
        """The whole return (interfaces.md, "Return, JSON"), with the narrative and, once signed, who and when."""
        document = {
            "return": self.kind,
            "definition": self.definition,
            "hub": self.hub_name,
            "period": {"from": self.period_from.isoformat(), "to": self.period_to.isoformat()},
            "as_at": self.as_at.astimezone(LONDON).isoformat(),
            "status": self.status,
            "version": self.version,
            "lines": self.lines,
            "narrative": self.narrative,
        }
        if self.registers:
            document["registers"] = self.registers
        if self.restates:
            document["restates"] = {**self.restates, "reason": self.restated_reason}
        if self.reviewed_at:
            document["reviewed"] = {"at": self.reviewed_at.astimezone(LONDON).isoformat(), "by": self.reviewed_as}
        if self.signed_at:
            document["signed"] = {"at": self.signed_at.astimezone(LONDON).isoformat(), "by": self.signed_as}
        return document

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the document as it stands: what a reader saw, and once signed what `sha256` must be."""
        return hashlib.sha256(canonical_json(self.document).encode()).hexdigest()


class ReviewQuerySet(models.QuerySet["Review"]):
    def of_what_stands(self, ret: Return):
        """What was said of the draft exactly as it is now, the latest first: any change afterwards voids a review."""
        return self.filter(ret=ret, fingerprint=ret.fingerprint).order_by("-pk")


class Review(models.Model):
    """What a second person said of a draft as they saw it. Added, never edited."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        SENT_BACK = "sent_back", "Sent back"

    ret = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=Verdict)
    fingerprint = models.CharField(max_length=64, help_text="Of the document that they saw")
    comment = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        triggers = [append_only]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=["confirmed", "sent_back"]), name="review_verdict_known"),
            models.CheckConstraint(condition=Q(verdict="confirmed") | ~Q(comment=""), name="review_sent_back_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} by {self.by_name}"

    @property
    def is_confirmed(self) -> bool:
        return self.verdict == self.Verdict.CONFIRMED


class SignedFile(models.Model):
    """A file of a signed return as it was first made: whoever takes it later gets the same bytes."""

    ret = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="files")
    form = models.CharField(max_length=4)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = [append_only]
        constraints = [
            models.UniqueConstraint(fields=["ret", "form"], name="signed_file_once"),
            models.CheckConstraint(condition=Q(form__in=["pdf", "xlsx", "csv", "json"]), name="signed_file_form_known"),
        ]

    def __str__(self) -> str:
        return f"{self.ret_id} {self.form}"


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def current(self):
        """Those who are to be told, by name."""
        return self.filter(removed_at__isnull=True).order_by("name", "pk")


class Recipient(models.Model):
    """Somebody outside the hub who gets a link to signed returns, until they are taken off the list."""

    name = models.CharField(max_length=150)
    email = models.EmailField()
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RecipientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=Q(removed_at__isnull=True), name="recipient_one_of_an_address"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="recipient_removed_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReturnLinkQuerySet(models.QuerySet["ReturnLink"]):
    def good(self, now):
        """Those that open: neither withdrawn nor run out, of a recipient who is still on the list."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now, recipient__removed_at__isnull=True)


class ReturnLink(models.Model):
    """What one recipient was sent: a link to the files of one signed return. Its token is kept as a hash alone."""

    ret = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="links")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ReturnLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ret", "recipient"], condition=Q(revoked_at__isnull=True), name="return_link_one_that_opens"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="return_link_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="return_link_revoked_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"return link {self.pk}"

    @property
    def label(self) -> str:
        """How the access log names whoever came by it."""
        return f"return link {self.pk}"
