"""How a return is read: its sections, their order and the words for its codes.

The page, the PDF and the spreadsheets draw the same rows, so that none can say something else than another.
"""

import datetime
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils.text import slugify

from enquiries.journey import CHANNELS, CLOSED_REASONS, SOURCES, STAGES
from hub.models import Authority
from hub.working_time import local_date
from reporting.measures.behind import OPENERS
from reporting.measures.cases import CASES
from reporting.measures.definition import NOT_KNOWN, line_name
from reporting.measures.period import Period
from reporting.measures.versions import definition_called
from reporting.registers.stands import how_it_stands
from reporting.targets.changes import COMPARES

IN_TWO_WAYS = ("flow", "cohort")  # of conversions; other bases have labels of their own
HIDDEN = "c"  # a small number not shown (measures.md, "Suppression")
# What a cell was before, by code, breakdown, basis, key and column.
Marks = dict[tuple[str, str, str, str, str], Any]
NO_CASES = "no cases"  # measures.md, rule 8
NOT_SUPPLIED = "not supplied"  # measures.md, L01–L07

OTHER = "Other figures"
CHANGES = ("K01", "K05")  # percentages of a baseline
HEADLINES = ("M02", "M06", "M08", "M12", "M16", "M18", "K01", "K02", "K03", "K04", "K05", "K08", "K11")

BREAKDOWNS = {
    "channel": "channel",
    "source": "how they heard",
    "ofsted_code": "Ofsted code",
    "stage": "stage",
    "reason": "reason",
    "kind": "kind of support",
    "campaign": "campaign",
}

# The words for the keys of each breakdown, in the order in which they are listed.
WORDS: dict[str, dict[str, str]] = {
    "channel": CHANNELS,
    "source": {**SOURCES, NOT_KNOWN: "Not known"},
    "ofsted_code": {
        "AW1": "AW1 Fostering not as expected",
        "AW2": "AW2 Assessment process not as expected",
        "AW3": "AW3 Household circumstances changed",
        "AW4": "AW4 Financial reasons",
        "AW5": "AW5 Concerned about allegations",
        "AW0": "AW0 Other or not known",
    },
    "stage": {stage.value: rule.label for stage, rule in STAGES.items()},
    "reason": {code: reason.label for code, reason in CLOSED_REASONS.items()},
}


@dataclass(frozen=True)
class Cell:
    """One figure: a number, None where there were no cases, or HIDDEN."""

    value: Any
    unit: str
    numerator: Any = None
    denominator: Any = None
    compares: bool = False  # a change: what there is now against the baseline, not so many out of so many
    before: str | None = None  # what stood there in the draft before, where it was something else

    @property
    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value
        if self.value is None:
            return "–" if self.unit == "pounds" else NO_CASES
        if self.unit == "percent":
            return f"{self.value:.1f}%"
        if self.unit == "percent change":
            return f"{self.value:+.1f}%".replace("-", "−")
        if self.unit == "pounds":
            return f"£{self.value:,.2f}".removesuffix(".00")
        if self.unit == "hours":
            return f"{self.value:,.2f}".removesuffix("0").removesuffix(".0")
        return f"{self.value:,.1f}" if isinstance(self.value, float) else f"{self.value:,}"

    @property
    def of(self) -> str:
        """The cases behind a percentage, which is never shown without them (measures.md, rule 9)."""
        if self.denominator is None or not isinstance(self.value, int | float):
            return ""
        joined = "against" if self.unit == "percent change" else "of"
        return f"{self.numerator:,} {joined} {self.denominator:,}"

    @property
    def has_cases(self) -> bool:
        """Whether a case is behind it that could be looked at."""
        if isinstance(self.value, str) or (self.value is None and not self.numerator):
            return False
        return bool(self.numerator or self.value) or self.unit in ("percent", "working days", "days")

    @property
    def is_hidden(self) -> bool:
        return self.value == HIDDEN


def read_cell(raw: Any, unit: str, code: str = "") -> Cell:
    """A cell of the document: a number, None, or value with numerator and denominator."""
    if isinstance(raw, dict):
        return Cell(raw["value"], unit, raw.get("numerator"), raw.get("denominator"), code in CHANGES)
    return Cell(raw, unit)


def said_of(raw: Any, unit: str, code: str) -> str:
    """A cell of the document in words, with the cases behind a percentage."""
    cell = read_cell(raw, unit, code)
    return f"{cell.text} ({cell.of})" if cell.of else cell.text


def in_words(moved: list[dict], names: dict[str, str]) -> list[dict]:
    """Moved figures (returns/differences.py) as a table reads them; `names` of authorities by code."""
    columns = {"total": "Total", "unallocated": "Unallocated", **names}
    return [
        {
            **cell,
            "key": WORDS.get(cell.get("breakdown", ""), {}).get(cell.get("key", ""), cell.get("key", "")),
            "column": columns.get(cell["column"], cell["column"]),
            "from": said_of(cell["from"], cell["unit"], cell["code"]),
            "to": said_of(cell["to"], cell["unit"], cell["code"]),
        }
        for cell in moved
    ]


@dataclass(frozen=True)
class Row:
    """One measure, or one value of a measure's breakdown, over all columns."""

    code: str
    label: str
    unit: str
    breakdown: str
    key: str
    total: Cell
    authorities: dict[str, Cell]
    unallocated: Cell
    basis: str = ""  # a conversion is reckoned in two ways (measures.md, K03 and K04)
    key_label: str = ""  # of a breakdown whose values the hub names itself

    @property
    def line(self) -> str:
        """The name of its line: M24 by reason."""
        return line_name(self.code, self.breakdown, self.basis)

    @property
    def slug(self) -> str:
        """The same as addresses write it: M24-by-reason."""
        return self.line.replace(" ", "-")

    @property
    def can_be_opened(self) -> bool:
        """Whether what its figures count can be listed: enquiries, or sessions, answers, hours and figures sent."""
        return self.line in CASES or self.line in OPENERS or self.line in COMPARES

    @property
    def full_label(self) -> str:
        return f"{self.label} ({self.basis})" if self.basis in IN_TWO_WAYS else self.label

    @property
    def name(self) -> str:
        """What the row is about: the measure, or within a breakdown its value in words."""
        if not self.breakdown:
            return self.full_label
        return self.key_label or WORDS.get(self.breakdown, {}).get(self.key, self.key)

    @property
    def breakdown_name(self) -> str:
        return BREAKDOWNS.get(self.breakdown, self.breakdown.replace("_", " "))

    def cell(self, column: str) -> Cell:
        """The figure of a column: "total", a GSS code or "unallocated"."""
        if column in ("total", "unallocated"):
            return getattr(self, column)
        return self.authorities.get(column, Cell(NOT_SUPPLIED, self.unit))


@dataclass(frozen=True)
class Group:
    """Rows drawn together: the plain measures of a section, or one breakdown."""

    title: str
    code: str
    rows: list[Row]
    columns: list[str]
    breakdown: str = ""
    marks: Marks = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        return not self.breakdown

    @property
    def id(self) -> str:
        """A name for it in a page's addresses."""
        return slugify(f"table {self.code or self.title} {self.breakdown}")

    @property
    def cells(self) -> list[tuple[Row, list[tuple[str, Cell]]]]:
        """Each row with its figures by column, in the order of the columns."""
        return [(row, [(column, self._marked(row, column)) for column in self.columns]) for row in self.rows]

    def _marked(self, row: Row, column: str) -> Cell:
        cell, where = row.cell(column), (row.code, row.breakdown, row.basis, row.key, column)
        if where not in self.marks:
            return cell
        return replace(cell, before=said_of(self.marks[where], row.unit, row.code))


@dataclass(frozen=True)
class Section:
    slug: str
    title: str
    groups: list[Group]


class ReturnTable:
    """A return's document (interfaces.md, "Return, JSON") as rows and columns with names."""

    def __init__(self, document: dict, names: dict[str, str] | None = None, marks: Marks | None = None):
        self.document = document
        self.names = authority_names(document) if names is None else names
        self.marks = marks or {}

    @cached_property
    def authorities(self) -> list[tuple[str, str]]:
        """GSS code and name of each authority of the period, by name."""
        codes = authority_codes(self.document)
        return sorted(((code, self.names.get(code, code)) for code in codes), key=lambda pair: pair[1])

    @cached_property
    def columns(self) -> list[tuple[str, str]]:
        return [("total", "Total"), *self.authorities, ("unallocated", "Unallocated")]

    @cached_property
    def rows(self) -> list[Row]:
        labels = {line["code"]: line["label"] for line in self.document["lines"] if "label" in line}
        return [row for line in self.document["lines"] for row in _rows_of(line, labels)]

    @cached_property
    def by_code(self) -> dict[str, Row]:
        """The measures themselves, without their breakdowns."""
        return {row.code: row for row in self.rows if not row.breakdown}

    @property
    def headlines(self) -> list[Row]:
        """The few measures by which a return is known."""
        return [row for row in self.rows if row.code in HEADLINES and not row.breakdown]

    @cached_property
    def sections(self) -> list[Section]:
        """The rows by section; a code of which no section knows stands in the last, so that none is lost."""
        laid_out = definition_called(self.document["definition"]).sections
        known = {code for _, _, codes in laid_out for code in codes}
        others = tuple(dict.fromkeys(row.code for row in self.rows if row.code not in known))
        sections = [
            Section(slug, title, self._groups(title, codes))
            for slug, title, codes in (*laid_out, ("other", OTHER, others))
        ]
        return [section for section in sections if section.groups]

    def _groups(self, title: str, codes: tuple[str, ...]) -> list[Group]:
        rows = [row for row in self.rows if row.code in codes]
        plain = [row for row in rows if not row.breakdown]
        columns = [column for column, _ in self.columns]
        groups = [Group(f"{title} by authority", "", plain, columns, marks=self.marks)] if plain else []
        for line in dict.fromkeys(row.line for row in rows if row.breakdown):
            members = [row for row in rows if row.line == line]
            first = members[0]
            code = f"{first.code} {first.basis}".strip()
            groups.append(Group(_breakdown_title(first), code, members, columns, first.breakdown, self.marks))
        return groups

    @property
    def title(self) -> str:
        return "Quarterly KPI return" if self.document["return"] == "dfe-quarterly" else "Monthly return"

    @property
    def hub(self) -> str:
        return self.document["hub"]

    @property
    def period(self) -> str:
        return Period(self.period_from, self.period_to).label

    @property
    def period_from(self) -> datetime.date:
        return datetime.date.fromisoformat(self.document["period"]["from"])

    @property
    def period_to(self) -> datetime.date:
        return datetime.date.fromisoformat(self.document["period"]["to"])

    @property
    def as_at(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.document["as_at"])

    @property
    def is_signed(self) -> bool:
        return self.document["status"] == "signed"

    @property
    def narrative(self) -> list[dict]:
        return self.document.get("narrative", [])

    @property
    def risks(self) -> list[dict]:
        """Risks and issues as they stood (reporting/registers/snapshot.py), with what is overdue by then in words."""
        return [{**risk, **_risk_in_words(risk, local_date(self.as_at))} for risk in self._register("risks")]

    @property
    def milestones(self) -> list[dict]:
        """Those of the hub's plan, likewise."""
        return [{**one, **_milestone_in_words(one, local_date(self.as_at))} for one in self._register("milestones")]

    def _register(self, name: str) -> list[dict]:
        return self.document.get("registers", {}).get(name, [])

    @property
    def restates(self) -> dict:
        """Of a restatement: the version it replaces, why, and every figure that moved."""
        return self.document.get("restates", {})

    @property
    def restated_from(self) -> datetime.datetime:
        """The moment of the figures that a restatement replaces."""
        return datetime.datetime.fromisoformat(self.restates["as_at"])

    @cached_property
    def moved(self) -> list[dict]:
        """The figures that a restatement moved, in words."""
        return in_words(self.restates.get("moved", []), self.names)

    @property
    def reviewed_by(self) -> str:
        return self.document.get("reviewed", {}).get("by", "")

    @property
    def signed_by(self) -> str:
        return self.document.get("signed", {}).get("by", "")

    @property
    def signed_at(self) -> datetime.datetime | None:
        at = self.document.get("signed", {}).get("at")
        return datetime.datetime.fromisoformat(at) if at else None


def _risk_in_words(risk: dict, on: datetime.date) -> dict:
    review = datetime.date.fromisoformat(risk["review_on"])
    said = f"{'Overdue since ' if review < on else ''}{review:%-d %B %Y}"
    return {
        "kind_name": "Issue" if risk["kind"] == "issue" else "Risk",
        "review": said if risk["state"] == "open" else "Closed",
    }


def _milestone_in_words(one: dict, on: datetime.date) -> dict:
    due_on = datetime.date.fromisoformat(one["due_on"])
    done_on = datetime.date.fromisoformat(one["done_on"]) if one["done_on"] else None
    return {"due_on": due_on, "done_on": done_on, "state": how_it_stands(due_on, done_on, on)}


def _rows_of(line: dict, labels: dict[str, str]) -> list[Row]:
    """The rows of one line: one, or one for each value of its breakdown in the order of its list."""
    code, unit, breakdown = line["code"], line["unit"], line.get("breakdown", "")
    label = line.get("label") or labels.get(code, code)
    if not breakdown:
        return [replace(_row(code, label, unit, "", "", line), basis=line.get("basis", ""))]
    named = line.get("labels", {})
    order = [*WORDS.get(breakdown, named)]
    keys = sorted(line["values"], key=lambda key: (order.index(key) if key in order else len(order), key))
    rows = [(key, _row(code, label, unit, breakdown, key, line["values"][key])) for key in keys]
    return [replace(row, key_label=named.get(key, ""), basis=line.get("basis", "")) for key, row in rows]


def _row(code: str, label: str, unit: str, breakdown: str, key: str, raw: dict) -> Row:
    total = Cell(raw["total"], unit, raw.get("numerator"), raw.get("denominator"), code in CHANGES)
    cells = {gss: read_cell(cell, unit, code) for gss, cell in raw["authorities"].items()}
    row = Row(code, label, unit, breakdown, key, total, cells, read_cell(raw["unallocated"], unit, code))
    return _of_the_councils(row, raw) if "supplied" in raw else row


def _of_the_councils(row: Row, raw: dict) -> Row:
    """What a council did not send is "not supplied", and the total says from how many it is (measures.md, L01–L07)."""
    cells = {gss: replace(cell, value=NOT_SUPPLIED) if cell.value is None else cell
             for gss, cell in row.authorities.items()}  # fmt: skip
    total = replace(row.total, value=NOT_SUPPLIED) if row.total.value is None else row.total
    label = f"{row.label} ({raw['supplied']} of {raw['of']} councils)"
    return replace(row, label=label, total=total, authorities=cells, unallocated=replace(row.unallocated, value="–"))


def _breakdown_title(row: Row) -> str:
    by = f" by {row.breakdown_name}"
    return row.label if row.label.endswith(by) else f"{row.label}{by}"


def authority_codes(document: dict) -> list[str]:
    """The GSS codes that have a column in the document."""
    lines = document["lines"]
    tables = [table for line in lines for table in (line["values"].values() if "values" in line else [line])]
    return sorted({code for table in tables for code in table["authorities"]})


def authority_names(document: dict) -> dict[str, str]:
    """The name of each authority in the document. A merged authority gets a new code, so a code keeps its name."""
    found = Authority.objects.filter(gss_code__in=authority_codes(document))
    return dict(found.values_list("gss_code", "name"))
