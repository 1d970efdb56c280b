import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enquiries.models.append_only import append_only
from reporting.comparison.known import COUNTED, NO_NUMBER

WITHDRAWAL = ["withdrawn_at", "withdrawn_why"]


class Publication(models.Model):
    """What was imported of one publication, with what must be said wherever its figures are shown.

    It stays as it is; a wrong one is withdrawn with the reason, and its figures count no longer.
    """

    publisher = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    series = models.CharField(max_length=60, help_text="What a newer file takes the place of")
    layout = models.CharField(max_length=40, help_text="How it was read (comparison/layouts.py)")
    # Where the file itself does not say it; null where it does.
    year_stated = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Year ending 31 March")
    published_on = models.DateField(null=True, blank=True)
    source = models.URLField(max_length=300, blank=True)
    licence = models.CharField(max_length=200)
    rounding = models.PositiveSmallIntegerField(default=1, help_text="Numbers are rounded to the nearest so many")
    caveats = models.TextField(blank=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(default=timezone.now)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        triggers = [
            pgtrigger.ReadOnly(name="stays_as_imported", exclude=WITHDRAWAL),
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "series", "title", "year_stated"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="publication_once_from_a_file",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_why="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
                name="publication_withdrawn_when_and_why",
            ),
            models.CheckConstraint(condition=Q(rounding__gte=1), name="publication_rounded_to_something"),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}, {self.title}"


class PublishedFigureQuerySet(models.QuerySet["PublishedFigure"]):
    def counting(self):
        """Of each series, area, year and measure the one that was published last; a file whose day of publication is
        not known is taken for the older, and of two of one day the one imported later counts."""
        key = ("publication__series", "area_code", "covers", "year_ending", "measure")
        latest = (F("publication__published_on").desc(nulls_last=True), "-publication__imported_at", "-publication__pk")
        return self.filter(publication__withdrawn_at__isnull=True).order_by(*key, *latest).distinct(*key)


class PublishedFigure(models.Model):
    """One number of a published file: how many, of what, where, in which year."""

    class Kind(models.TextChoices):
        AUTHORITY = "authority", "Authority"
        REGION = "region", "Region"
        ENGLAND = "england", "England"

    class Covers(models.TextChoices):
        """Whose figures they are: a national total with the agencies in it is no yardstick for councils."""

        COUNCILS = "councils", "Councils"
        AGENCIES = "agencies", "Fostering agencies"
        ALL = "all", "Councils and agencies"
        HUB = "hub", "A regional hub"
        EVERYBODY = "everybody", "Everybody who lives there"

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="figures")
    area_code = models.CharField(max_length=9, help_text="GSS code")
    area_name = models.CharField(max_length=100, help_text="As we call it")
    area_kind = models.CharField(max_length=10, choices=Kind)
    covers = models.CharField(max_length=10, choices=Covers)
    year_ending = models.PositiveSmallIntegerField(help_text="31 March of this year")
    measure = models.CharField(max_length=30, choices=[(code, counted.label) for code, counted in COUNTED.items()])
    value = models.DecimalField(max_digits=12, decimal_places=1, null=True, blank=True)
    # What stands in the file where it has no number.
    marker = models.CharField(max_length=2, blank=True)

    objects = PublishedFigureQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        triggers = [append_only]
        indexes = [models.Index(fields=["measure", "year_ending"], name="published_by_measure")]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "area_code", "covers", "year_ending", "measure"], name="published_figure_once"
            ),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="published_figure_from_0"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(marker=""), name="published_figure_number_or_marker"
            ),
            models.CheckConstraint(condition=Q(measure__in=list(COUNTED)), name="published_figure_measure_known"),
            models.CheckConstraint(
                condition=Q(area_kind__in=["authority", "region", "england"]), name="published_figure_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(covers__in=["councils", "agencies", "all", "hub", "everybody"]),
                name="published_figure_covers_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{COUNTED[self.measure].label}, {self.area_name}, {self.year}: {self.text}"

    @property
    def year(self) -> str:
        """As people say it: 2018-19 for the year that ended on 31 March 2019."""
        if self.measure == "population":
            return str(self.year_ending)
        return f"{self.year_ending - 1}-{self.year_ending % 100:02}"

    @property
    def text(self) -> str:
        if self.value is None:
            return NO_NUMBER.get(self.marker, "not available")
        unit = COUNTED[self.measure].unit
        number = f"{self.value:,.0f}" if self.value == int(self.value) else f"{self.value:,}"
        return f"{number}%" if unit == "percent" else number
