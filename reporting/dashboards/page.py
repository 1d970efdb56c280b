"""What a dashboard is made of. Everything here can be kept in the cache, and drawn as a page or in the board pack."""

import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reporting import charts
from reporting.households.reading import Chosen


@dataclass(frozen=True)
class Asked:
    """What the builder of a dashboard is given. `protected`: small numbers must not show (measures.md, Suppression).

    `reader` is the GSS code of the council whose people look, "" for everybody else; `sort` the column to sort by.
    """

    chosen: Chosen
    protected: bool
    today: datetime.date
    reader: str = ""
    sort: str = ""


@dataclass(frozen=True)
class Table:
    """The numbers of a picture, or numbers without one. A row's first cell is its heading; all are as people read them.

    `totals` are the rows of the foot, `own` the heading of the row that is the reader's own. Without a head
    there is no table: the sentence says all.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    totals: Sequence[Sequence[str]] = ()
    own: str = ""


@dataclass(frozen=True)
class Link:
    """A page behind a finding, for whoever holds the right: what is kept is shown to people of several roles."""

    text: str
    href: str
    right: str
    what: str = ""  # read out with it, where several have the same text


@dataclass(frozen=True)
class Sentence:
    """A figure that leads and the words that follow it; `note` compares it, `of` says the cases behind a share."""

    figure: str
    text: str
    note: str = ""
    of: str = ""
    more: str = ""


@dataclass(frozen=True)
class Section:
    """One finding: its sentence is the title, `kicker` says what is looked at. `spec` is a Vega-Lite specification.

    `alt` is for whoever does not see the picture; `measures` are the codes whose definitions it links to.
    """

    slug: str
    kicker: str
    title: str
    table: Table
    alt: str = ""
    spec: dict[str, Any] | None = None
    note: str = ""
    measures: Sequence[str] = ()
    links: Sequence[Link] = ()
    sentences: Sequence[Sentence] = ()
    wide: bool = False

    @property
    def caption(self) -> str:
        """Of several tables that say a picture in numbers each has a name of its own, for whoever moves by them."""
        same = self.table.caption == "The same in numbers"
        return f"{self.kicker}: the same in numbers" if same else self.table.caption

    @property
    def is_wide(self) -> bool:
        """Whether the table wants the whole width, under its picture."""
        return len(self.table.head) > 4 or self.wide

    @cached_property
    def svg(self) -> str:
        return charts.draw(json.dumps(self.spec, sort_keys=True, default=str), self.alt) if self.spec else ""


Build = Callable[[Asked], list[Section]]


@dataclass(frozen=True)
class Dashboard:
    slug: str
    title: str
    about: str  # one sentence: which question it answers
    build: Build
    right: str = "see_reports"
    picks: Sequence[str] = ("period", "authority", "campaign")
    # A council's lead may open it: every figure in it is of `chosen.authority` alone, or is meant for all councils.
    for_councils: bool = False
    # The columns to sort by, given whether small numbers are hidden.
    sorts: Callable[[bool], Sequence[tuple[str, str]]] | None = None
    # Councils are compared: whoever may not see small numbers picks whole quarters that are over, and no others, or
    # figures of periods within each other could be subtracted.
    compares: bool = False
    # Made of `shown.figures`: whoever may not see small numbers picks among periods of a financial year that add up to
    # each other, of a single council the year itself, and no campaign.
    adds_up: bool = False


def drawn(sections: list[Section]) -> list[Section]:
    """The sections with their pictures, which are then kept with them."""
    for section in sections:
        section.svg  # noqa: B018  drawn when it is first asked for
    return sections
