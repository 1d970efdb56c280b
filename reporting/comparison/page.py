"""Our figures beside the published ones: by council, region and England, each with its year and what limits it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from hub.models import Authority
from reporting.comparison.areas import ENGLAND, REGIONS
from reporting.comparison.models import Publication, PublishedFigure
from reporting.layout import Cell
from reporting.measures.computation import one_decimal
from reporting.ours import Ours

Covers, Kind = PublishedFigure.Covers, PublishedFigure.Kind
Found = dict[str, PublishedFigure]  # by measure
NOTHING = "not published"


@dataclass(frozen=True)
class Shown:
    """A published figure as it is read: its number, and what must stand beside it."""

    number: float | None = None
    text: str = NOTHING
    note: str = ""


def _number(found: Found, measure: str) -> Decimal | None:
    figure = found.get(measure)
    return figure.value if figure else None


def _plain(measure: str) -> Callable[[Found, int], Shown]:
    def show(found: Found, _areas: int) -> Shown:
        figure = found.get(measure)
        if figure is None:
            return Shown()
        return Shown(float(figure.value) if figure.value is not None else None, figure.text)

    return show


def _mainstream_approvals(found: Found, _areas: int) -> Shown:
    """All approved less those approved as family and friends: a hub recruits the others."""
    everybody, kinship = _number(found, "households_approved"), _number(found, "kinship_approved")
    if everybody is None or kinship is None:
        return Shown()
    return Shown(float(everybody - kinship), f"{everybody - kinship:,.0f}", f"{everybody:,.0f} less {kinship:,.0f}")


def _places(found: Found, _areas: int) -> Shown:
    places, filled = _number(found, "places"), _number(found, "filled_places")
    if places is None:
        return Shown()
    note = f"{filled:,.0f} filled, {100 * filled / places:.0f}%" if filled is not None and places else ""
    return Shown(float(places), f"{places:,.0f}", note)


def _conversion(found: Found, areas: int) -> Shown:
    """Applications of the year for every 100 enquiries of the year; a range, as both are rounded."""
    stated = found.get("conversion")
    applications, enquiries = _number(found, "applications"), _number(found, "enquiries")
    if enquiries is None or applications is None:
        return Shown(float(stated.value), stated.text) if stated and stated.value is not None else Shown()
    if enquiries <= applications:
        return Shown(None, "cannot be worked out", f"{applications:,.0f} of {enquiries:,.0f}")
    share = one_decimal(100 * applications / enquiries)
    half = Decimal(found["applications"].publication.rounding) / 2 * areas
    if half < 1:
        return Shown(share, f"{share}%", f"{applications:,.0f} of {enquiries:,.0f}")
    low = one_decimal(100 * max(applications - half, Decimal(0)) / (enquiries + half))
    high = one_decimal(min(100 * (applications + half) / max(enquiries - half, Decimal(1)), Decimal(100)))
    return Shown(share, f"{share}%", f"{applications:,.0f} of {enquiries:,.0f}; {low} to {high}%")


@dataclass(frozen=True)
class Topic:
    """One question of the page: which published measures answer it, and which line of ours stands beside them."""

    key: str
    label: str
    measures: tuple[str, ...]
    ours: str
    show: Callable[[Found, int], Shown]
    what_ours_is: str


TOPICS: dict[str, Topic] = {
    topic.key: topic
    for topic in (
        Topic("conversion", "Conversion, enquiry to application", ("applications", "enquiries", "conversion"), "K03",
              _conversion, "Applications received in the period for every 100 enquiries received in it (K03, flow)."),
        Topic("enquiries", "Enquiries", ("enquiries",), "M02", _plain("enquiries"),
              "Households that asked the hub (M02). What councils receive themselves and do not pass on is not in it."),
        Topic("applications", "Applications", ("applications",), "M16", _plain("applications"),
              "Applications that councils received from households that came through the hub (M16)."),
        Topic("approvals", "Approvals", ("households_approved", "kinship_approved"), "M18", _mainstream_approvals,
              "Households approved that came through the hub (M18). Published: all approved less family and friends."),
        Topic("places", "Places", ("places", "filled_places"), "M19", _places,
              "Places approved in the period through the hub (M19); published are all places on one day."),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One area: what was published of it, and ours where it is ours."""

    name: str
    published: Shown
    ours: Cell | None = None
    ours_number: float | None = None
    is_total: bool = False


class Statistics:
    """The published figures that a page about one topic needs, read at once."""

    def __init__(self, topic: Topic, members: list[tuple[str, str]]):
        self.topic, self.members = topic, members
        names = set(Authority.objects.filter(gss_code__in=[c for c, _ in members]).values_list("region", flat=True))
        self.regions = [(code, name) for code, name in REGIONS.items() if name in names]
        codes = {code for code, _ in members} | set(REGIONS) | {ENGLAND}
        figures = PublishedFigure.objects.filter(measure__in=topic.measures, area_code__in=codes).exclude(
            covers=Covers.HUB
        )
        # Of two series with the same figure the one published last is taken.
        self._by: dict[tuple[str, str, int], Found] = {}
        for figure in sorted(figures.counting().select_related("publication"), key=_published):
            self._by.setdefault((figure.area_code, figure.covers, figure.year_ending), {})[figure.measure] = figure

    @cached_property
    def years(self) -> list[int]:
        """The years of which something of our own councils, or their region, is published; the latest first."""
        ours = {code for code, _ in (*self.members, *self.regions)}
        return sorted({year for code, _, year in self._by if code in ours}, reverse=True) or sorted(
            {year for _, _, year in self._by}, reverse=True
        )

    def of(self, code: str, year: int, covers: str = Covers.COUNCILS) -> Found:
        return self._by.get((code, covers, year), {})

    def shown(self, found: Found, areas: int = 1) -> Shown:
        return self.topic.show(found, areas)

    def together(self, codes: Iterable[str], year: int) -> tuple[Shown, int]:
        """Areas added up, and how many of them have what it takes."""
        founds = [found for found in (self.of(code, year) for code in codes) if self._counts(found)]
        if not founds:
            return Shown(), 0
        return self.shown(_added(founds), len(founds)), len(founds)

    def _counts(self, found: Found) -> bool:
        return self.shown(found).number is not None

    @property
    def publications(self) -> set[Publication]:
        return {figure.publication for found in self._by.values() for figure in found.values()}


def _published(figure: PublishedFigure) -> tuple:
    publication = figure.publication
    return str(publication.published_on or ""), publication.imported_at, publication.pk


def _added(founds: list[Found]) -> Found:
    """The sum of each measure that all of them have, as a figure that was never published itself."""
    measures = set.intersection(*(set(found) for found in founds))
    return {
        measure: PublishedFigure(
            publication=founds[0][measure].publication,
            measure=measure,
            year_ending=founds[0][measure].year_ending,
            value=sum((found[measure].value or Decimal(0) for found in founds), Decimal(0)),
        )
        for measure in measures
        if measure != "conversion"
    }


class SideBySide:
    """One topic in one published year, with ours of a period."""

    def __init__(self, statistics: Statistics, ours: Ours, year: int):
        self.statistics, self.ours, self.year = statistics, ours, year
        self.topic = statistics.topic

    @property
    def published_when(self) -> str:
        return when(self.topic, self.year)

    @cached_property
    def lines(self) -> list[Line]:
        one = [self._line(name, self.statistics.shown(self.statistics.of(code, self.year)), code)
               for code, name in self.ours.members]  # fmt: skip
        return [*one, self.hub, *self.around]

    @cached_property
    def hub(self) -> Line:
        codes = [code for code, _ in self.ours.members]
        shown, number = self.statistics.together(codes, self.year)
        name = "Our councils together"
        if 0 < number < len(codes):
            name += f" (published: {number} of {len(codes)})"
        return self._line(name, shown, "total", is_total=True)

    @cached_property
    def around(self) -> list[Line]:
        """The regions and England, which have nothing of ours beside them."""
        lines = [
            Line(f"{name}, councils", self.statistics.shown(self.statistics.of(code, self.year)))
            for code, name in self.statistics.regions
        ]
        england = self.statistics.shown(self.statistics.of(ENGLAND, self.year))
        if england.number is None:
            nine = [code for code in REGIONS if code.startswith("E12")]
            shown, number = self.statistics.together(nine, self.year)
            england = shown if number == len(nine) else england
        both = self.statistics.shown(self.statistics.of(ENGLAND, self.year, Covers.ALL))
        lines += [Line("England, councils", england), Line("England, with agencies", both)]
        return [line for line in lines if line.published.number is not None]

    def _line(self, name: str, shown: Shown, area: str, *, is_total: bool = False) -> Line:
        code = self.topic.ours
        return Line(name, shown, self.ours.cell(code, area), self.ours.number(code, area), is_total)

    @property
    def is_rounded(self) -> bool:
        return self.topic.key == "conversion" and any(line.published.note for line in self.lines)

    @property
    def odd(self) -> list[str]:
        """Councils whose published figures contradict themselves."""
        return [line.name for line in self.lines if line.published.text == "cannot be worked out"]

    @cached_property
    def yardstick(self) -> Line:
        """What ours as a whole is set beside: our councils together, else the region, else England."""
        return next((line for line in (self.hub, *self.around) if line.published.number is not None), self.hub)

    @property
    def title(self) -> str:
        """What the table and its picture say, as a sentence."""
        theirs, ours = self.yardstick, self.ours.cell(self.topic.ours)
        name = theirs.name.split(" (")[0]
        if theirs.published.number is None:
            return f"Nothing is published for {self.published_when}"
        unit = {"conversion": " of enquiries led to an application"}.get(self.topic.key, f" {self.topic.key}")
        mine = f"through the hub {ours.text}" if ours.value is not None else "through the hub there were none to count"
        return f"{name}: {theirs.published.text}{unit} in {self.published_when}; {mine}"

    @property
    def alt(self) -> str:
        said = "; ".join(
            f"{line.name}: published {line.published.text}, ours {line.ours.text}" for line in self.lines if line.ours
        )
        return f"Chart of {self.topic.label.lower()} by council. {said}."


def when(topic: Topic, year: int) -> str:
    """The published year as people say it; places are those of one day."""
    return f"March {year}" if topic.key == "places" else f"{year - 1}-{year % 100:02}"


@dataclass(frozen=True)
class Benchmark:
    """One yardstick: a figure of England or of another hub, with where it is from; ours has no publication."""

    name: str
    number: float | None
    text: str
    year: str = ""
    publication: Publication | None = None
    short: str = ""  # for the picture


@dataclass(frozen=True)
class Card:
    """Yardsticks of one kind, ours first."""

    key: str
    label: str
    rows: list[Benchmark]
    ours_is: str

    @property
    def title(self) -> str:
        first, others = self.rows[0], [row for row in self.rows[1:] if row.number is not None]
        if not others:
            return self.label
        best = others[0]
        return f"{self.label}: {first.text} through the hub, {best.text} for {best.name} in {best.year}"

    @property
    def alt(self) -> str:
        return f"Bar chart. {'; '.join(f'{row.name} {row.year}: {row.text}' for row in self.rows)}."


CARDS = {
    "conversion": ("Applications for every 100 enquiries", "Applications and enquiries of the same period (K03, flow)"),
    "months_to_approval": ("Months from application to approval", "Median of those approved in the period (M23)"),
}
A_MONTH = Decimal("30.4375")  # days, on average


def cards(ours: Ours) -> list[Card]:
    """The yardsticks that are kept, for each of the two questions; none where nothing was imported."""
    figures = PublishedFigure.objects.filter(measure__in=CARDS, area_kind__in=[Kind.ENGLAND, Kind.REGION])
    latest: dict[tuple[str, str, str], PublishedFigure] = {}
    for figure in figures.counting().select_related("publication"):
        key = (figure.measure, figure.area_code, figure.covers)
        if key not in latest or latest[key].year_ending < figure.year_ending:
            latest[key] = figure
    made = []
    for measure, (label, ours_is) in CARDS.items():
        found = [figure for (of, _, _), figure in latest.items() if of == measure and figure.value is not None]
        found.sort(key=lambda figure: (_ORDER.index(figure.covers), figure.area_name))
        if found:
            made.append(Card(measure, label, [_ours(measure, ours), *map(_benchmark, found)], ours_is))
    return made


_ORDER: list[str] = [Covers.COUNCILS, Covers.AGENCIES, Covers.ALL, Covers.HUB, Covers.EVERYBODY]


def _ours(measure: str, ours: Ours) -> Benchmark:
    if measure == "conversion":
        return Benchmark("This hub", ours.number("K03"), ours.cell("K03").text, str(ours.period))
    days = ours.number("M23")
    if days is None:
        return Benchmark("This hub", None, ours.cell("M23").text, str(ours.period))
    months = one_decimal(Decimal(str(days)) / A_MONTH)
    return Benchmark("This hub", months, f"{months}", str(ours.period))


def _benchmark(figure: PublishedFigure) -> Benchmark:
    if figure.covers == Covers.HUB:
        name = short = figure.publication.title.split(":")[0]
    else:
        name = f"England, {figure.get_covers_display().lower()}"
        short = f"England, {_SHORT[figure.covers]}"
    assert figure.value is not None
    return Benchmark(name, float(figure.value), figure.text, figure.year, figure.publication, short)


_SHORT: dict[str, str] = {Covers.COUNCILS: "councils", Covers.AGENCIES: "agencies", Covers.ALL: "all"}


@dataclass(frozen=True)
class Trend:
    """How a published figure went over three years or more; a year without one is a gap."""

    name: str
    topic: Topic
    years: list[tuple[int, Shown]]

    @property
    def title(self) -> str:
        known = [(year, shown) for year, shown in self.years if shown.number is not None]
        (first, before), (last, after) = known[0], known[-1]
        assert before.number is not None and after.number is not None
        if self.topic.key == "conversion":
            moved = f"from {before.text} to {after.text}"
        else:
            change = 100 * (after.number - before.number) / before.number if before.number else 0
            direction = "rose" if change > 0 else "fell"
            moved = f"{direction} by {abs(change):.0f}%, from {before.text} to {after.text}" if round(change) else (
                f"stayed as they were, {before.text} and {after.text}")  # fmt: skip
        return (
            f"{self.name}, {self.topic.label.lower()}: {moved}, {when(self.topic, first)} to {when(self.topic, last)}"
        )

    @property
    def in_words(self) -> list[tuple[str, Shown]]:
        return [(when(self.topic, year), shown) for year, shown in self.years]

    @property
    def alt(self) -> str:
        return f"Line chart. {'; '.join(f'{when(self.topic, year)}: {shown.text}' for year, shown in self.years)}."


def trend(statistics: Statistics) -> Trend | None:
    """Of our councils together where all of them are published in three years or more; else of England."""
    codes = [code for code, _ in statistics.members]
    every = sorted({year for _, _, year in statistics._by})
    if not every:
        return None
    years = range(every[0], every[-1] + 1)
    ways: list[tuple[str, Callable[[int], Shown]]] = [
        ("Our councils", lambda year: _whole(statistics, codes, year)),
        ("England’s councils and agencies", lambda year: statistics.shown(statistics.of(ENGLAND, year, Covers.ALL))),
        ("England’s councils", lambda year: statistics.shown(statistics.of(ENGLAND, year))),
    ]
    for name, read in ways:
        shown = [(year, read(year)) for year in years]
        known = [year for year, one in shown if one.number is not None]
        if len(known) >= 3:
            within = [(year, one) for year, one in shown if known[0] <= year <= known[-1]]
            return Trend(name, statistics.topic, within)
    return None


def _whole(statistics: Statistics, codes: list[str], year: int) -> Shown:
    shown, number = statistics.together(codes, year)
    return shown if codes and number == len(codes) else Shown()


def sources(statistics: Statistics, shown: list[Card]) -> list[Publication]:
    """Every publication of which a figure is on the page."""
    found = statistics.publications | {row.publication for card in shown for row in card.rows if row.publication}
    return sorted(found, key=lambda publication: (publication.publisher, publication.title))
