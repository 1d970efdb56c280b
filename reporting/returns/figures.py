"""A figure of a return, opened: exactly the cases that it counts, as at the return's own moment."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator

from enquiries.models import Enquiry
from hub.audit import log_access
from hub.models import User
from reporting.layout import Cell, ReturnTable, Row
from reporting.measures import UNALLOCATED, Case, cases_behind
from reporting.measures.behind import OPENERS, Thing, things_behind
from reporting.returns.models import Return
from reporting.targets.changes import COMPARES

RIGHTS = ("see_small_numbers", "open_figures", "read_people")
SIZE = 200
NO_COUNCIL = "No council yet"
ALL_OR_NONE = "All, or no council"


@dataclass(frozen=True)
class Entry:
    """One case with its enquiry; its council is the one in whose column it stands."""

    case: Case
    enquiry: Enquiry
    council: str


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    entries: list[Entry]


@dataclass(frozen=True)
class Figure:
    """The figure, whose it is, and a page of what is behind it."""

    row: Row
    area_name: str
    cell: Cell
    cases: list[Case]
    page: Page
    entries: list[Entry]

    @property
    def title(self) -> str:
        return f"{self.row.label}: {self.row.name}" if self.row.breakdown else self.row.full_label

    @property
    def parts(self) -> list[Part]:
        """All in one, or of a percentage those in the numerator and the others apart."""
        if self.cell.unit != "percent":
            return [Part("counted", f"The {len(self.cases):,} counted", self.entries)] if self.cases else []
        hits = sum(case.is_hit for case in self.cases)
        met = [entry for entry in self.entries if entry.case.is_hit]
        others = [entry for entry in self.entries if not entry.case.is_hit]
        parts = [
            Part("met", f"The {hits:,} that meet it (the numerator)", met),
            Part("others", f"The {len(self.cases) - hits:,} that do not (in the denominator only)", others),
        ]
        return [part for part in parts if part.entries]

    @property
    def amount_label(self) -> str:
        """What is measured of each case, where anything is."""
        if all(case.amount is None for case in self.cases):
            return ""
        return "Working days" if self.cell.unit == "percent" else self.cell.unit.capitalize()


@dataclass(frozen=True)
class Things:
    """The same of a figure that is not about enquiries: sessions, answers, hours, what councils sent."""

    row: Row
    area_name: str
    cell: Cell
    things: list[Thing]
    page: Page
    councils: dict[str, str]

    title = Figure.title

    @property
    def entries(self) -> list[tuple[Thing, str]]:
        """Each with whose column it stands in."""
        return [(thing, self.councils.get(thing.area, thing.area)) for thing in self.page.object_list]

    @property
    def caption(self) -> str:
        return f"The {len(self.things):,} counted"

    @property
    def amount_label(self) -> str:
        return self.cell.unit.capitalize() if any(thing.amount != 1 for thing in self.things) else ""


def may_open_figures(user: User) -> bool:
    return all(user.can(right) for right in RIGHTS)


def open_figure(*, ret: Return, by: User, slug: str, area: str, key: str, number: str) -> Figure | Things | None:
    """The cases behind one cell of a return, a page of them; None where it has no such cell. The look is logged.

    `slug` names the line as `Row.slug`, `area` is "total", a GSS code or "unallocated", `key` a breakdown's value.
    """
    if not may_open_figures(by):
        raise PermissionDenied
    table = ReturnTable(ret.document)
    row = next((row for row in table.rows if (row.slug, row.key) == (slug, key)), None)
    area_name = dict(table.columns).get(area)
    if row is None or area_name is None or not row.can_be_opened:
        return None
    log_access(by=by, action="figure_opened", reference=f"{ret.slug} {row.line} {area}")
    where = None if area == "total" else area
    if row.line in OPENERS:
        councils = {**table.names, UNALLOCATED: ALL_OR_NONE}
        things = things_behind(row.line, ret.period, ret.as_at, key=key, area=where)
        return Things(row, area_name, row.cell(area), things, Paginator(things, SIZE).get_page(number), councils)
    # A change against a baseline is of the enquiries of the count that it compares.
    line = COMPARES.get(row.line, row.line)
    found = cases_behind(line, ret.period, ret.as_at, key=key or None, area=where)
    cases = sorted(found, key=lambda case: (not case.is_hit, case.on or datetime.date.max, case.enquiry_id))
    page = Paginator(cases, SIZE).get_page(number)
    return Figure(row, area_name, row.cell(area), cases, page, _entries(page.object_list, by, table.names))


def _entries(cases: Any, by: User, names: dict[str, str]) -> list[Entry]:
    councils = {**names, UNALLOCATED: NO_COUNCIL}
    ids = {case.enquiry_id for case in cases}
    enquiries = Enquiry.objects.visible_to(by).prefetch_related("applicants").in_bulk(ids)
    return [Entry(case, enquiries[case.enquiry_id], councils.get(case.area, case.area)) for case in cases]
