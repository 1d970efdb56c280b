import datetime

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enquiries.models.enquiry import Enquiry
from hub.working_time import today


def documents_storage():
    """Outside the web root: nothing gets out of it but through the view that asks whose it is."""
    return storages["documents"]


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user):
        return self.filter(enquiry__in=Enquiry.objects.visible_to(user)) if user.can("read_people") else self.none()

    def of(self, enquiry):
        """The household's: the enquiry's own and those of every enquiry merged into it."""
        both = Q(enquiry=enquiry) | Q(enquiry__merged_into=enquiry)
        return self.filter(both) if enquiry.absorbs else self.filter(enquiry=enquiry)

    def kept(self):
        """Whose file is still there."""
        return self.filter(removed_at__isnull=True)

    def running_out(self, day: datetime.date):
        """Kept, and no longer valid after the day or sooner."""
        return self.kept().filter(expires_on__lte=day)


class Document(models.Model):
    """A file that belongs to an enquiry. What it is was read from its content; a removed one leaves its row."""

    class Kind(models.TextChoices):
        FORM = "form", "A form that they filled in"
        IDENTITY = "identity", "Proof of who they are"
        TENANCY = "tenancy", "Tenancy, mortgage or the landlord’s permission"
        CERTIFICATE = "certificate", "A certificate"
        LETTER = "letter", "A letter or email"
        NOTES = "notes", "Notes of a visit or talk"
        OTHER = "other", "Something else"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=120, help_text="As the file was called")
    file = models.FileField(storage=documents_storage, upload_to="", max_length=100, blank=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    scanned = models.BooleanField(default=False, help_text="A virus scanner found nothing in it")
    expires_on = models.DateField(null=True, blank=True, help_text="The last day on which it is valid")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_why = models.CharField(max_length=254, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        indexes = [
            models.Index(
                fields=["expires_on"],
                name="document_running_out",
                condition=Q(removed_at__isnull=True, expires_on__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_why="") & ~Q(file="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False, file="") & ~Q(removed_why="")),
                name="document_is_there_or_says_who_removed_it",
            ),
            # The same file twice on one enquiry is one document.
            models.UniqueConstraint(
                fields=["enquiry", "sha256"], condition=Q(removed_at__isnull=True), name="document_once_per_enquiry"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def size_in_words(self) -> str:
        """'240 KB', '1.4 MB'."""
        return f"{self.size / 1_000_000:.1f} MB" if self.size >= 1_000_000 else f"{max(1, round(self.size / 1000))} KB"

    @property
    def has_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < today()
