"""From enquiry to approval: the steps of the months picked, how far each month's people came, and how long it takes."""

from reporting import charts
from reporting.dashboards import pictures, survival, words
from reporting.dashboards.lines import APPLIED, APPROVED, ENDED, LINES
from reporting.dashboards.page import Asked, Section, Table
from reporting.dashboards.shown import Figure, Figures, figures
from reporting.households.reading import ALL, add_up
from reporting.layout import HIDDEN
from reporting.measures import Period
from reporting.months import months_to_report

STEPS = (
    ("M02", "Enquiries"),
    ("M05", "First conversations"),
    ("M08", "First visits"),
    ("M10", "Expressions of interest"),
    ("M12", "Referrals to councils"),
    ("M16", "Applications"),
    ("M18", "Approvals"),
)
REACHED = (
    ("cohort conversation", "Spoken to"),
    ("cohort visit", "Visited"),
    ("cohort eoi", "EOI"),
    ("cohort referral", "Referred"),
    ("cohort application", "Applied"),
    ("cohort approval", "Approved"),
)
# The days at which a curve is read off, and from how many households on it is shown to those who may not see small
# numbers: a step of it is then no single household.
MARKS = (30, 61, 91, 183, 274, 365, 548, 730)
ENOUGH = 50
SMALLEST_STEP = 5


def build(asked: Asked) -> list[Section]:
    return [steps(asked), _cohorts(asked), *_courses(asked)]


def steps(asked: Asked) -> Section:
    """The funnel: each step as it happened in the months, beside the same months a year before."""
    codes = [code for code, _ in STEPS]
    now = figures(codes, asked)
    before = year_before(codes, asked)
    enquiries = now.count("M02")
    rows = [(label, now.count(code), before.count(code) if before else None) for code, label in STEPS]
    title = f"{words.households(enquiries, 'asked')}, and {now.count('M16').text} applied"
    compared = words.against(enquiries, before.count("M02")) if before else ""
    if compared:
        title = f"{words.households(enquiries, 'asked')}, {compared}, and {now.count('M16').text} applied"
    bars = [
        pictures.Pair(label, figure.number, figure.text, past.number, f"{past.text} a year before")
        for label, figure, past in rows
        if past
    ]
    return Section(
        slug="steps",
        kicker="Every step, counted in the months picked",
        title=title,
        table=Table(
            "The same in numbers",
            ("Step", "Number", "For every 100 enquiries", *(["A year before"] if before else [])),
            [
                (label, figure.text, _of_hundred(figure, enquiries), *([past.text] if past else []))
                for label, figure, past in rows
            ],
        ),
        alt=words.alt_of("Bar chart", [
            (label.lower(), figure.text + (f" ({past.text} a year before)" if past else ""))
            for label, figure, past in rows
        ]),
        spec=pictures.pairs(bars)
        if before
        else charts.bars([(label, figure.number, figure.text) for label, figure, _ in rows]),
        note="Those who applied mostly enquired in earlier months: this is not one group of people followed through."
        + ("" if before else _WHY_NO_YEAR_BEFORE),
        measures=codes,
    )  # fmt: skip


_WHY_NO_YEAR_BEFORE = (
    " The same months of the year before stand beside them once these are over, if there was something then."
)


def year_before(names: list[str], asked: Asked) -> Figures | None:
    """The same months a year before. Of a period under way there is none: half a month against a whole one misleads."""
    before = asked.chosen.span.earlier(months=12)
    if asked.chosen.span.last >= asked.today or before.first < months_to_report()[-1].first:
        return None
    return figures(names, asked, span=before)


def _of_hundred(figure: Figure, whole: Figure) -> str:
    if not whole.sums.cases:
        return ""
    if figure.number is None or whole.number is None:
        return HIDDEN
    return f"{100 * figure.number / whole.number:.0f}"


def _cohorts(asked: Asked) -> Section:
    found = figures([name for name, _ in REACHED], asked, by=["month"])
    months = [month for month in asked.chosen.span.months if month.first <= asked.today]
    rows = [_cohort_row(str(month), found, month) for month in months]
    applied = found.share("cohort application")
    lines = [
        pictures.Line(
            label,
            [(short(month), found.share(name, month=month.first).share) for month in months],
        )
        for name, label in (REACHED[0], REACHED[1], REACHED[4])
    ]
    return Section(
        slug="cohorts",
        kicker="By month of the enquiry, how far people have come by now",
        title=_cohort_title(applied),
        table=Table(
            "Of those who enquired in each month",
            ("Month of enquiry", "Enquiries", *(label for _, label in REACHED)),
            rows,
            [_cohort_row("All these months", found, None)],
        ),
        alt="Line chart: " + "; ".join(
            f"{line.name.lower()} " + ", ".join(
                f"{when} {'no figure' if number is None else f'{number:.0f}%'}" for when, number in line.points
            )
            for line in lines
        ) + "." if pictures.known(lines) else "",
        spec=pictures.months(lines, percent=True) if pictures.known(lines) else None,
        note="The latest months will still rise: people apply months after they enquire.",
        measures=["M02", "K03"],
    )  # fmt: skip


def _cohort_title(applied: Figure) -> str:
    if not applied.sums.cases:
        return "Nobody enquired in these months"
    if applied.share is None:
        return "How many have applied so far is too small a number to show"
    return f"{applied.share:.1f}% of those who enquired have applied so far ({applied.of})"


def _cohort_row(name: str, found: Figures, month: Period | None) -> tuple[str, ...]:
    first = month.first if month else None
    cells = [found.share(line, month=first) for line, _ in REACHED]
    return (
        name,
        found.count(REACHED[0][0], month=first).text,
        *("" if not cell.sums.cases else cell.share_text for cell in cells),
    )


def short(month: Period) -> str:
    return f"{month.first:%b %y}"


def _courses(asked: Asked) -> list[Section]:
    applying = ("until application", APPLIED, "Time from enquiry to application", "applied", "enquiry")
    approval = ("until approval", APPROVED, "Time from application to approval", "been approved", "application")
    return [_course(asked, *applying, "K03"), _course(asked, *approval, "K04")]


def _course(asked: Asked, name: str, reached: str, kicker: str, verb: str, start: str, code: str) -> Section:
    slug = name.replace(" ", "-")
    if asked.protected and asked.chosen.authority != ALL:
        return _no_course(slug, kicker, "This is shown for all councils together")
    cells = add_up([name], asked.chosen, lines=LINES)
    cases = []
    for cell, sums in cells.items():
        outcome, days = cell.key.split(":")
        cases.append((outcome, int(days), sums.cases))
    found = survival.course(cases, reached=reached, ended=ENDED)
    if found.group < (ENOUGH if asked.protected else survival.FEWEST):
        return _no_course(slug, kicker, "Too few households to say how long it takes")
    marks = _marks(found, asked.protected)
    last = marks[-1]
    longest = max(day for day, _ in marks) or 1
    lines = [pictures.Line(verb.split()[-1].capitalize(), _points(found, marks, asked.protected), f"{last[1]:.0f}%")]
    if not asked.protected:
        ended = [(step.day, 100 * step.ended) for step in found.steps if step.day <= longest]
        share = 100 * found.at(longest).ended
        lines.append(pictures.Line("Ended", [(0, 0.0), *ended, (longest, share)], f"{share:.0f}%"))
    return Section(
        slug=slug,
        kicker=kicker,
        title=f"{last[1]:.0f}% have {verb} within {last[0]} days of their {start}",
        table=Table(
            f"How many have {verb}, by days since the {start}",
            ("Days", "Share", *([] if asked.protected else ["Ended otherwise", "Still followed"])),
            [
                (str(day), f"{share:.0f}%", *([] if asked.protected else _rest(found, day)))
                for day, share in marks
            ],
        ),
        alt=f"Curve of the share that have {verb}: " + ", ".join(f"{share:.0f}% by day {day}" for day, share in marks)
        + ".",
        spec=pictures.curve(lines, days=longest, every=max(longest // 4 // 30 * 30, 10)),
        note="Whoever is still under way counts for as long as we have followed them. Whoever ended in another way"
        " stays in the count as one who did not come to it: leaving them out would promise more than happens."
        f" The curve ends where fewer than {survival.FEWEST} are followed.",
        measures=[code],
    )  # fmt: skip


def _marks(found: survival.Course, protected: bool) -> list[tuple[int, float]]:
    """The shares in percent at the days of MARKS and where the curve ends; only steps of several households where small
    numbers must not show."""
    days = [day for day in MARKS if day < found.followed_for]
    days += [] if protected else [found.followed_for]
    marks, before = [], 0
    for day in days:
        step = found.at(day)
        if not protected or step.so_far - before >= SMALLEST_STEP or step.so_far == before:
            marks.append((day, 100 * step.reached))
            before = step.so_far
    return marks or [(0, 0.0)]


def _points(found: survival.Course, marks: list[tuple[int, float]], protected: bool) -> list[tuple[str | float, float]]:
    if protected:
        return [(0, 0.0), *((day, float(round(share))) for day, share in marks)]
    longest = marks[-1][0]
    exact = [(step.day, round(100 * step.reached, 2)) for step in found.steps if step.day <= longest]
    return [(0, 0.0), *exact, (longest, marks[-1][1])]


def _rest(found: survival.Course, day: int) -> tuple[str, str]:
    after = [step for step in found.steps if step.day > day]
    return f"{100 * found.at(day).ended:.0f}%", f"{after[0].followed if after else 0:,}"


def _no_course(slug: str, kicker: str, title: str) -> Section:
    return Section(slug=slug, kicker=kicker, title=title, table=Table("", (), []))
