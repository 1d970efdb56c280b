"""The layouts of published files, one entry each: how it is recognised, whose it is, and how a row of it is read.

A new layout is one more entry here. Columns besides those named are reported and not read.
"""

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from hub.errors import Refused
from reporting.comparison.areas import Area, Areas
from reporting.comparison.cells import BadCell, Record
from reporting.comparison.known import COUNTED
from reporting.comparison.models import PublishedFigure

OGL = "Open Government Licence v3.0"
Covers, Kind = PublishedFigure.Covers, PublishedFigure.Kind


@dataclass(frozen=True)
class About:
    """What is said of a file as a whole: by its layout, by whoever imports it, or by its rows."""

    publisher: str
    title: str
    series: str
    licence: str = OGL
    rounding: int = 1
    source: str = ""
    caveats: str = ""
    published_on: datetime.date | None = None
    year: int | None = None


@dataclass(frozen=True)
class Figure:
    """One number of a row, before it is kept."""

    area: Area
    covers: str
    year: int
    measure: str
    value: Decimal | None
    marker: str

    @property
    def key(self) -> tuple:
        return self.area.code, self.covers, self.year, self.measure


Read = Callable[[Record, Areas, About], Iterable[Figure]]


@dataclass(frozen=True)
class Layout:
    """`read` gives the figures of one row; it raises `BadCell`, or `UnknownArea` for a row about nowhere we know."""

    code: str
    columns: tuple[str, ...]
    about: About
    read: Read
    area_column: str
    year_column: str = ""  # empty where the rows do not say which year they are about
    also: tuple[str, ...] = ()  # read where they are there

    @property
    def has_year(self) -> bool:
        return bool(self.year_column)

    def says(self, row: Record) -> About:
        """What is said of the file a row belongs to; most layouts have it for all of them."""
        return about_of_row(row) if self.code == "known-figures" else self.about


_OFSTED_COLUMNS = {
    "initial_enquiries": "enquiries",
    "applications_received_in_year": "applications",
    "apps_approved": "applications_approved",
    "apps_withdrawn_by_applicant": "withdrawn_by_applicant",
    "apps_withdrawn_by_service": "withdrawn_by_service",
    "apps_rejected_at_panel": "applications_rejected",
    "apps_in_progress_31mar": "applications_in_progress",
    "households_approved": "households_approved",
    "of_which_family_friends": "kinship_approved",
    "households_deregistered": "deregistered",
    "approved_households_31mar": "households",
    "approved_carers_31mar": "carers",
    "approved_places": "places_with_kinship",
    "filled_places": "filled_with_kinship",
}


def _ofsted_recruitment(row: Record, areas: Areas, about: About) -> Iterable[Figure]:
    """England's row has the agencies in it, those of regions and councils have not."""
    area = _named(areas, row, "name")
    covers = Covers.ALL if area.kind == Kind.ENGLAND else Covers.COUNCILS
    assert about.year is not None
    for column, measure in _OFSTED_COLUMNS.items():
        yield Figure(area, covers, about.year, measure, *row.whole(column))


def _mainstream_places(row: Record, areas: Areas, about: About) -> Iterable[Figure]:
    area = _coded(areas, row, "gss_code", "name")
    year = _year_of(row, "Years")
    yield Figure(area, Covers.COUNCILS, year, "places", *row.whole("la_foster_places"))
    yield Figure(area, Covers.COUNCILS, year, "filled_places", *row.whole("la_foster_places_filled"))


def _known_figures(row: Record, areas: Areas, about: About) -> Iterable[Figure]:
    """Our own layout (docs/running.md): one figure a row, with all that must be said of it."""
    measure, covers = row.text("measure"), row.text("covers")
    if measure not in COUNTED:
        raise BadCell("measure", f"“{measure}” is none of {', '.join(COUNTED)}")
    if covers not in Covers:
        raise BadCell("covers", f"“{covers}” is none of {', '.join(Covers.values)}")
    read = row.whole if COUNTED[measure].unit in ("households", "people", "places") else row.number
    value, marker = read("value")
    if COUNTED[measure].unit == "percent" and value is not None and value > 100:
        raise BadCell("value", f"{value} is more than 100 percent")
    yield Figure(_coded(areas, row, "area_code", "area"), covers, _year_of(row, "year_ending"), measure, value, marker)


def about_of_row(row: Record) -> About:
    """What a row of known figures says of the publication that it comes from."""
    rounding, published_on = row.text("rounding") or "1", row.text("published_on")
    if not re.fullmatch(r"[1-9]\d{0,3}", rounding, re.ASCII):
        raise BadCell("rounding", f"“{rounding}” is not a whole number from 1")
    for column in ("publisher", "title", "series", "licence"):
        if not row.text(column):
            raise BadCell(column, "nothing is written")
    source = row.text("source")
    if source and not source.startswith(("https://", "http://")):
        raise BadCell("source", f"“{source[:40]}” is not a web address")
    return About(
        publisher=row.text("publisher"),
        title=row.text("title"),
        series=row.text("series"),
        licence=row.text("licence"),
        rounding=int(rounding),
        source=source,
        caveats=row.text("caveats"),
        published_on=_day(published_on) if published_on else None,
    )


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        code="ofsted-recruitment-by-area",
        columns=("name", "level", *_OFSTED_COLUMNS),
        also=("region", "ofsted_urn"),
        area_column="name",
        about=About(
            publisher="Ofsted",
            title="Fostering in England: recruitment by area",
            series="ofsted-fostering-recruitment",
            rounding=5,
            source="https://www.gov.uk/government/collections/fostering-in-england",
            caveats=(
                "A household that enquires with several services is counted by each, so enquiries say little about how "
                "many people are interested. England’s total includes fostering agencies; councils’ and regions’ do "
                "not. A 0 can mean that nothing was supplied. Applications are those received in the year: what became "
                "of them may follow in the next."
            ),
        ),
        read=_ofsted_recruitment,
    ),
    Layout(
        code="dfe-mainstream-places",
        area_column="gss_code",
        year_column="Years",
        columns=("gss_code", "name", "Years", "la_foster_places", "la_foster_places_filled"),
        about=About(
            publisher="Ofsted, through the Department for Education’s local authority interactive tool",
            title="Approved and filled mainstream foster places of councils",
            series="dfe-lait-mainstream-places",
            rounding=5,
            source="https://www.gov.uk/government/publications/local-authority-interactive-tool-lait",
            caveats=(
                "Places on 31 March of each year, of councils’ own mainstream carers. One that is not filled is not "
                "always free: some are kept for siblings, or rest."
            ),
        ),
        read=_mainstream_places,
    ),
    Layout(
        code="known-figures",
        area_column="area_code",
        year_column="year_ending",
        columns=(
            *("publisher", "title", "series", "year_ending", "area_code", "area", "covers", "measure", "value"),
            *("rounding", "source", "published_on", "licence", "caveats"),
        ),
        about=About(publisher="", title="", series=""),
        read=_known_figures,
    ),
)


def layout_of(header: list[str]) -> Layout:
    """The layout that the header is one of; `Refused` with the columns that the nearest one lacks."""
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise Refused(f"The column “{twice[0]}” is there twice.")
    lacking = {layout.code: [name for name in layout.columns if name not in header] for layout in LAYOUTS}
    nearest = min(LAYOUTS, key=lambda layout: len(lacking[layout.code]) / len(layout.columns))
    missing = lacking[nearest.code]
    if not missing:
        return nearest
    if 2 * len(missing) >= len(nearest.columns):
        known = ", ".join(layout.code for layout in LAYOUTS)
        raise Refused(f"The first row is not the header of any file that we know ({known}).")
    names = ", ".join(f"“{name}”" for name in missing)
    raise Refused(f"It looks like {nearest.code}, but lacks the column{'s' if len(missing) > 1 else ''} {names}.")


def _named(areas: Areas, row: Record, column: str) -> Area:
    return areas.by_name(row.text(column))


def _coded(areas: Areas, row: Record, code: str, name: str) -> Area:
    area = areas.by_code(row.text(code))
    if row.text(name) and areas.named_otherwise(area, row.text(name)):
        raise BadCell(name, f"“{row.text(name)}” is not {area.code}, which is {area.name}")
    return area


_YEAR = re.compile(r"(?:(20\d\d)[-/_](20)?(\d\d)|(20\d\d)|(20\d\d)(\d\d))", re.ASCII)


def year_ending(text: str) -> int:
    """The year of “2019”, “2018-19”, “2018/19” and “201819”: the one that ends on 31 March 2019. `ValueError` else."""
    found = _YEAR.fullmatch(text.strip())
    if not found:
        raise ValueError(f"“{text[:40]}” is not a year: write it as 2018-19, or as 2019 for the year to 31 March 2019")
    first, _, short, alone, joined, end = found.groups()
    if alone:
        return int(alone)
    start, end = int(first or joined), int(short or end)
    if (start + 1) % 100 != end:
        raise ValueError(f"“{text}” is not one year")
    return start + 1


def _year_of(row: Record, column: str) -> int:
    try:
        year = year_ending(row.text(column))
    except ValueError as fault:
        raise BadCell(column, str(fault)) from None
    return year


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadCell("published_on", f"“{text[:40]}” is not a date: write it as 2024-03-25") from None
