"""What is kept apart from every case: no row here can be traced to a household."""

from django.db import models

EQUALITY_QUESTIONS = ("age_band", "sex", "gender", "ethnic_group", "religion", "sexual_orientation", "disability")


class EqualityAnswers(models.Model):
    """The optional equality questions, by month and council alone; every answer may be "prefer not to say"."""

    month = models.DateField(help_text="The first day of it")
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, related_name="+")
    age_band = models.CharField(max_length=30, blank=True)
    sex = models.CharField(max_length=30, blank=True)
    gender = models.CharField(max_length=30, blank=True)
    ethnic_group = models.CharField(max_length=60, blank=True)
    religion = models.CharField(max_length=30, blank=True)
    sexual_orientation = models.CharField(max_length=30, blank=True)
    disability = models.CharField(max_length=30, blank=True)

    class Meta:
        verbose_name_plural = "equality answers"

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


class SteppedAside(models.Model):
    """Somebody read a page that said "not now" or "not with us" and left no details: counted, and no more known."""

    class Why(models.TextChoices):
        NO_SPARE_ROOM = "no_spare_room", "No spare room"
        NOT_YET = "not_yet", "Not yet"
        UNDER_21 = "under_21", "Under 21"
        OUT_OF_REGION = "out_of_region", "Outside the region"
        CARER_ELSEWHERE = "carer_elsewhere", "Already a carer elsewhere"
        KINSHIP = "kinship", "Kinship"
        SUPPORTED_LODGINGS = "supported_lodgings", "Supported lodgings"

    on = models.DateField()
    why = models.CharField(max_length=20, choices=Why)
    authority = models.ForeignKey("hub.Authority", on_delete=models.PROTECT, null=True, related_name="+")
    campaign = models.CharField(max_length=254, blank=True)

    class Meta:
        verbose_name_plural = "stepped aside"
        indexes = [models.Index(fields=["on", "why"], name="stepped_aside_when")]

    def __str__(self) -> str:
        return f"{self.get_why_display()}, {self.on}"
