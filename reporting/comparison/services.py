"""Bringing published statistics in: a whole file or nothing of it."""

import csv
import datetime
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from hub.errors import Refused
from hub.models import User
from hub.rows import take_turns
from hub.working_time import local_date, today
from reporting.comparison.areas import Areas, UnknownArea
from reporting.comparison.cells import BadCell, Fault, Record, rows_of, text_of
from reporting.comparison.layouts import About, Figure, Layout, layout_of, year_ending
from reporting.comparison.models import Publication, PublishedFigure

# Figures that come with the product, each with its source (docs/running.md).
SHIPPED = Path(__file__).parent / "known_figures.csv"
EARLIEST = 1990


class Faulty(Refused):
    """A file with faults in its rows; nothing of it was imported."""

    def __init__(self, faults: list[Fault]):
        others = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        super().__init__(f"Nothing was imported: {faults[0]}{others}.")
        self.faults = faults


@dataclass(frozen=True)
class Given:
    """What whoever imports says of a file that does not say it itself."""

    year: int | None = None
    title: str = ""
    source: str = ""
    published_on: datetime.date | None = None


@dataclass(frozen=True)
class Imported:
    """What came of it: how many figures of which publications, what was left out, what was there already."""

    layout: str
    publications: list[Publication] = field(default_factory=list)
    there: list[Publication] = field(default_factory=list)
    figures: int = 0
    left_out: list[Fault] = field(default_factory=list)
    columns_not_read: list[str] = field(default_factory=list)

    @property
    def in_words(self) -> str:
        if not self.publications:
            return f"Imported on {date_format(local_date(self.there[0].imported_at))} already; nothing was changed."
        left_out = f"; {_number(len(self.left_out), 'row')} left out" if self.left_out else ""
        there = f"; {_number(len(self.there), 'publication')} there already" if self.there else ""
        return f"{_number(self.figures, 'figure')} imported{left_out}{there}."


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Reading:
    """A file that was read to its end without a fault."""

    layout: Layout
    parts: dict[About, list[Figure]]
    left_out: list[Fault]
    columns_not_read: list[str]


def import_statistics(
    *,
    content: bytes,
    file_name: str,
    by: User | None = None,
    given: Given | None = None,
    is_whole: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Import a file of published statistics (layouts.py), all of it or nothing; `by` None is whoever runs it.

    The same file again changes nothing. A newer file of the same series counts from then on where it has a figure; the
    older one stays. Rows of areas that we do not know are left out and named. `Refused` where the file is none that we
    know, `Faulty` with every fault where a row cannot be read. A dry run writes nothing.
    """
    if by is not None and not by.can("import_statistics"):
        raise PermissionDenied
    reading = read_statistics(content=content, file_name=file_name, given=given or Given(), is_whole=is_whole)
    sha256 = hashlib.sha256(content).hexdigest()
    imported = Imported(reading.layout.code, left_out=reading.left_out, columns_not_read=reading.columns_not_read)
    figures = 0
    with transaction.atomic():
        take_turns("public statistics")
        for about, found in reading.parts.items():
            made = Publication(
                **{name: getattr(about, name) for name in _SAID},
                layout=reading.layout.code,
                year_stated=about.year,
                file_name=file_name[-200:],
                sha256=sha256,
                imported_by=by,
            )
            before = Publication.objects.filter(
                sha256=sha256, series=made.series, title=made.title, year_stated=made.year_stated, withdrawn_at=None
            ).first()
            if before:
                imported.there.append(before)
                continue
            imported.publications.append(made)
            figures += len(found)
            if not dry_run:
                made.save(force_insert=True)
                PublishedFigure.objects.bulk_create(_row(made, figure) for figure in found)
    return replace(imported, figures=figures)


def withdraw_publications(*, sha256: str, why: str, by: User | None = None) -> int:
    """The figures of a file imported by mistake count no longer; it stays, with the reason. How many publications.

    `sha256` may be its first characters, eight or more. `Refused` where no file or several begin so.
    """
    if by is not None and not by.can("import_statistics"):
        raise PermissionDenied
    if not why.strip():
        raise Refused("Say why the file is withdrawn.")
    if not re.fullmatch(r"[0-9a-f]{8,64}", sha256.lower(), re.ASCII):
        raise Refused("Name the file by its SHA-256, or by its first eight characters or more.")
    with transaction.atomic():
        counting = Publication.objects.filter(sha256__startswith=sha256.lower(), withdrawn_at=None)
        if counting.values("sha256").distinct().count() != 1:
            raise Refused("No file, or more than one, that counts has this SHA-256.")
        return counting.update(withdrawn_at=timezone.now(), withdrawn_why=why.strip()[:300])


def import_shipped(*, by: User | None = None) -> Imported:
    """The figures that come with the product: benchmarks of England, and some of the North East."""
    return import_statistics(content=SHIPPED.read_bytes(), file_name=SHIPPED.name, by=by)


def read_statistics(*, content: bytes, file_name: str, given: Given, is_whole: bool = False) -> Reading:
    """The figures of a file, by publication; writes nothing. `Refused` and `Faulty` as `import_statistics`."""
    rows = rows_of(text_of(content), is_whole=is_whole)
    header = next(rows)[1]
    layout = layout_of(header)
    stated = None if layout.has_year else _stated_year(given, file_name)
    areas, faults, left_out = Areas(), [], []
    parts: dict[About, list[Figure]] = defaultdict(list)
    seen: dict[tuple, int] = {}
    for number, cells in rows:
        try:
            record = _record(number, header, cells)
            about = _about(layout.says(record), given, stated)
            found = list(layout.read(record, areas, about))
            _refuse_again(found, about.series, number, seen, layout)
            parts[about] += found
        except UnknownArea as unknown:
            left_out.append(Fault(number, layout.area_column, str(unknown)))
        except BadCell as bad:
            faults.append(Fault(number, bad.column, bad.reason))
    if faults:
        raise Faulty(faults)
    if not parts:
        first = f" (row {left_out[0].row}: {left_out[0].reason})" if left_out else ""
        raise Refused(f"The file has no row about an area that we know{first}.")
    named = {*layout.columns, *layout.also}
    return Reading(layout, dict(parts), left_out, [name for name in header if name and name not in named])


_SAID = ("publisher", "title", "series", "licence", "rounding", "source", "caveats", "published_on")
_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_](\d\d)(?!\d)", re.ASCII)


def _stated_year(given: Given, file_name: str) -> int:
    """The year that was said, or that the file's name says: ofsted_2018_19.csv is of 2018-19."""
    named = None
    for first, last in _IN_NAME.findall(file_name):
        if (int(first) + 1) % 100 == int(last):
            named = int(first) + 1
    if given.year and named and given.year != named:
        raise Refused(f"The file’s name says {named - 1}-{named % 100:02}, and you say another year.")
    year = given.year or named
    if year is None:
        raise Refused("The file does not say which year it is about. Say it: --year 2018-19.")
    if not EARLIEST <= year <= today().year + 1:
        raise Refused(f"{year} is not a year that there can be figures of.")
    return year


def _about(about: About, given: Given, stated: int | None) -> About:
    said = {name: value for name in ("title", "source", "published_on") if (value := getattr(given, name))}
    return replace(about, year=stated, **said)


def _record(number: int, header: list[str], cells: list[str]) -> Record:
    if len(cells) != len(header):
        cut = "; the file may be cut off" if len(cells) < len(header) else ""
        column = header[min(len(cells), len(header) - 1)] or "the last"
        raise BadCell(column, f"the row has {len(cells)} cells where the header has {len(header)}{cut}")
    return Record(number, dict(zip(header, cells, strict=True)))


def _refuse_again(found: list[Figure], series: str, number: int, seen: dict[tuple, int], layout: Layout) -> None:
    """No area, year and measure twice; no year that cannot be."""
    for figure in found:
        if not EARLIEST <= figure.year <= today().year + 1:
            raise BadCell(layout.year_column, f"{figure.year} is not a year that there can be figures of")
        before = seen.setdefault((series, *figure.key), number)
        if before != number:
            raise BadCell(layout.area_column, f"{figure.area.name} and its year are in row {before} already")


def _row(publication: Publication, figure: Figure) -> PublishedFigure:
    return PublishedFigure(
        publication=publication,
        area_code=figure.area.code,
        area_name=figure.area.name,
        area_kind=figure.area.kind,
        covers=figure.covers,
        year_ending=figure.year,
        measure=figure.measure,
        value=figure.value,
        marker=figure.marker,
    )


def faults_as_csv(faults: list[Fault], out) -> None:
    """Row, column and reason of each, as a report to mend the file by."""
    write = csv.writer(out)
    write.writerow(["row", "column", "reason"])
    write.writerows((fault.row, fault.column, fault.reason) for fault in faults)


def year_of(text: str) -> int:
    """The year that somebody wrote; `Refused` with how to write it."""
    try:
        return year_ending(text)
    except ValueError as fault:
        raise Refused(f"{fault}.") from None
