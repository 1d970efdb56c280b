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
from reporting.returns.models import Return

RIGHTS = ("see_small_numbers", "open_figures", "read_people")
SIZE = 200
NO_COUNCIL = "No council yet"


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


def may_open_figures(user: User) -> bool:
    return all(user.can(right) for right in RIGHTS)


def open_figure(*, ret: Return, by: User, slug: str, area: str, key: str, number: str) -> Figure | None:
    """The cases behind one cell of a return, a page of them; None where it has no such cell. The look is logged.

    `slug` names the line as `Row.slug`, `area` is "total", a GSS code or "unallocated", `key` a breakdown's value.
    """
    if not may_open_figures(by):
        raise PermissionDenied
    table = ReturnTable(ret.document)
    row = next((row for row in table.rows if (row.slug, row.key) == (slug, key)), None)
    area_name = dict(table.columns).get(area)
    if row is None or area_name is None:
        return None
    found = cases_behind(row.line, ret.period, ret.as_at, key=key or None, area=None if area == "total" else area)
    cases = sorted(found, key=lambda case: (not case.is_hit, case.on or datetime.date.max, case.enquiry_id))
    page = Paginator(cases, SIZE).get_page(number)
    log_access(by=by, action="figure_opened", reference=f"{ret.slug} {row.line} {area}")
    return Figure(row, area_name, row.cell(area), cases, page, _entries(page.object_list, by, table.names))


def _entries(cases: Any, by: User, names: dict[str, str]) -> list[Entry]:
    ids = {case.enquiry_id for case in cases}
    enquiries = Enquiry.objects.visible_to(by).prefetch_related("applicants").in_bulk(ids)
    councils = {**names, UNALLOCATED: NO_COUNCIL}
    return [Entry(case, enquiries[case.enquiry_id], councils.get(case.area, case.area)) for case in cases]
