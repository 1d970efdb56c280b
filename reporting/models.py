import hashlib

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hub.working_time import LONDON
from reporting.exports.json import canonical_json
from reporting.measures.period import Period

NARRATIVE = ("progress", "risks", "communications")


class ReturnQuerySet(models.QuerySet["Return"]):
    def monthly(self):
        return self.filter(kind=Return.Kind.MONTHLY)

    def of(self, period: Period):
        """The versions of a period's return, the latest first."""
        return self.filter(period_from=period.first, period_to=period.last).order_by("-version")

    def without_lines(self):
        """For lists: the figures themselves stay in the database."""
        return self.defer("lines")


class Return(models.Model):
    """A dated set of measures for a period: a draft until signed, then frozen by the database."""

    class Kind(models.TextChoices):
        MONTHLY = "dfe-monthly", "Monthly return"

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
    progress = models.TextField("Progress", blank=True)
    risks = models.TextField("Risks and issues, with what we do about them", blank=True)
    communications = models.TextField("Communications", blank=True)
    drafted_at = models.DateTimeField(default=timezone.now)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
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
            models.CheckConstraint(condition=Q(period_to__gt=F("period_from")), name="return_period_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period}, version {self.version}"

    @property
    def period(self) -> Period:
        return Period(self.period_from, self.period_to)

    @property
    def month_name(self) -> str:
        return self.period.label

    @property
    def slug(self) -> str:
        """Its month as pages' addresses write it: 2026-09."""
        return f"{self.period_from:%Y-%m}"

    @property
    def is_signed(self) -> bool:
        return self.status == self.Status.SIGNED

    @property
    def narrative(self) -> list[dict[str, str]]:
        """N1 to N3 (measures.md)."""
        fields = zip(("N1", "N2", "N3"), NARRATIVE, strict=True)
        return [
            {"code": code, "label": str(self._meta.get_field(name).verbose_name), "text": getattr(self, name)}  # type: ignore[union-attr]
            for code, name in fields
        ]

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
        if self.signed_at:
            document["signed"] = {"at": self.signed_at.astimezone(LONDON).isoformat(), "by": self.signed_as}
        return document

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the document as it stands: what a reader saw, and once signed what `sha256` must be."""
        return hashlib.sha256(canonical_json(self.document).encode()).hexdigest()
