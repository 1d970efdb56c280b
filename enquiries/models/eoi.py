import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries.models.enquiry import Enquiry


class EoiSectionQuerySet(models.QuerySet["EoiSection"]):
    def of(self, enquiry: Enquiry):
        """What the household filled in, on its enquiry and on those merged into it; what was saved last comes last."""
        theirs = Q(enquiry=enquiry) | Q(enquiry__merged_into=enquiry) if enquiry.absorbs else Q(enquiry=enquiry)
        return self.filter(theirs).order_by("saved_at", "pk")

    def forget_person(self, enquiry: Enquiry, position: int) -> int:
        """Empty what was said of the applicant in that place: somebody else stands there now. Gives how many parts."""
        theirs = self.filter(enquiry=enquiry, position=position).exclude(answers={})
        return theirs.update(answers={}, complete=False, missing="", version=F("version") + 1)


@pghistory.track()
class EoiSection(models.Model):
    """One part of a household's expression of interest as it stands: what was filled in, when and by whom.

    `answers` are those found sound, by the names of the part's form (enquiries/eoi/sections.py); it may be half-filled.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="eoi_sections")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField(default=0, help_text="Which applicant it is about; 0: the household")
    answers = models.JSONField(default=dict)
    complete = models.BooleanField(default=False)
    missing = models.TextField(blank=True, help_text="Returned by a manager: what has to be completed")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorder = models.CharField(max_length=20, default="person", help_text="person, enquirer")

    objects = EoiSectionQuerySet.as_manager()

    class Meta:
        ordering = ["enquiry", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "code", "position"], name="eoi_section_once"),
            models.CheckConstraint(condition=Q(position__in=[0, 1, 2]), name="eoi_section_of_household_or_applicant"),
            models.CheckConstraint(
                condition=Q(recorder="enquirer", saved_by__isnull=True) | Q(recorder="person", saved_by__isnull=False),
                name="eoi_section_says_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.position or ''}".strip()

    @property
    def who(self) -> str:
        return self.saved_by.name if self.saved_by is not None else "the enquirer"
