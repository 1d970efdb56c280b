"""Where people stop: from which stage, why, by whom, and after how long. Those who do not count stand apart."""

from collections.abc import Sequence

from enquiries.journey import CLOSED_REASONS, STAGES, Stage
from reporting import charts
from reporting.dashboards import pictures, words
from reporting.dashboards.journey import short
from reporting.dashboards.lines import ENDINGS, UNTIL_THE_END
from reporting.dashboards.page import Asked, Section, Table
from reporting.dashboards.shown import Figure, Figures, figures
from reporting.measures.definition import OPEN_STAGES

THEM, US = "applicant", "service"
MEASURES = ["M24", "M21", "M22"]
MOST = 8  # bars of reasons in the picture; the table has all


def build(asked: Asked) -> list[Section]:
    found = figures(list(ENDINGS), asked, by=["month"])
    return [by_stage(found), _by_reason(found), _crossed(found), _by_whom(asked, found), _after(found), _apart(found)]


def of(asked: Asked) -> Section:
    """Where people stopped, alone, for the overview."""
    return by_stage(figures(["ended", "ended by stage"], asked))


def by_stage(found: Figures) -> Section:
    total = found.count("ended")
    parts = [(STAGES[Stage(stage)].label, found.count("ended by stage", stage)) for stage in OPEN_STAGES]
    return Section(
        slug="by-stage",
        kicker="From which stage people stopped, before a decision",
        title=_title(total, parts, "while “{}”", "stopped"),
        table=_table("Stage", parts, total),
        alt=_alt(total, parts),
        spec=_bars(total, parts),
        note="Households that count and whose latest ending is in these months.",
        measures=MEASURES,
    )


def _by_reason(found: Figures) -> Section:
    total = found.count("ended")
    parts = _reasons(found, "ended by reason")
    return Section(
        slug="by-reason",
        kicker="Why people stopped",
        title=_title(total, parts, "for “{}”", "stopped"),
        table=_table("Reason", parts, total),
        alt=_alt(total, parts[:MOST]),
        spec=_bars(total, parts[:MOST]),
        measures=MEASURES,
    )


def _reasons(found: Figures, line: str) -> list[tuple[str, Figure]]:
    """Those that occur, the most frequent first; hidden ones last, in the order of the list."""
    keys = set(found.keys(line))
    parts = [(reason.label, found.count(line, code)) for code, reason in CLOSED_REASONS.items() if code in keys]
    return sorted(parts, key=lambda part: -(part[1].number or 0))


def _crossed(found: Figures) -> Section:
    reasons = [code for code in CLOSED_REASONS if code in set(found.keys("ended by reason"))]
    stages = [stage for stage in OPEN_STAGES if stage in set(found.keys("ended by stage"))]
    parts = [
        (
            f"{CLOSED_REASONS[reason].label} while {STAGES[Stage(stage)].label.lower()}",
            found.count(_CROSS, f"{stage} {reason}"),
        )
        for reason in reasons
        for stage in stages
    ]
    return Section(
        slug="stage-and-reason",
        kicker="Stage and reason together",
        title=_title(found.count("ended"), parts, "with “{}”", "stopped"),
        table=Table(
            "Reasons by the stage from which people stopped",
            ("Reason", *(STAGES[Stage(stage)].label for stage in stages), "All"),
            [
                (
                    CLOSED_REASONS[reason].label,
                    *(found.count(_CROSS, f"{stage} {reason}").text for stage in stages),
                    found.count("ended by reason", reason).text,
                )
                for reason in reasons
            ],
            [("All", *(found.count("ended by stage", stage).text for stage in stages), found.count("ended").text)]
            if reasons
            else [],
        ),
        measures=MEASURES,
    )


_CROSS = "ended by stage and reason"


def _by_whom(asked: Asked, found: Figures) -> Section:
    total = found.count("ended")
    months = [month for month in asked.chosen.span.months if month.first <= asked.today]
    them, us = (found.count("ended by whom", who) for who in (THEM, US))
    lines = [
        pictures.Line(
            name, [(short(month), found.count("ended by whom", who, month=month.first).number) for month in months],
            found.count("ended by whom", who, month=months[-1].first).text if months else "",
        )
        for name, who in (("Them", THEM), ("Us", US))
    ]  # fmt: skip
    rows = [
        (str(month), *(found.count("ended by whom", who, month=month.first).text for who in (THEM, US)),
         found.count("ended", month=month.first).text)
        for month in months
    ]  # fmt: skip
    drawn = bool(total.sums.cases) and pictures.known(lines)
    return Section(
        slug="by-whom",
        kicker="Who ended it, month by month",
        title=_who(total, them, us),
        table=Table(
            "Endings by whose reason it was", ("Month", "Theirs", "Ours", "All"), rows,
            [("All these months", them.text, us.text, total.text)],
        ),
        alt="Line chart: " + "; ".join(
            f"{line.name.lower()} " + ", ".join(
                f"{when} {'c' if number is None else number}" for when, number in line.points
            )
            for line in lines
        ) + "." if drawn else "",
        spec=pictures.months(lines) if drawn else None,
        note="Theirs: the household’s own reason. Ours: the hub’s or the council’s, losing touch among them.",
        measures=MEASURES,
    )  # fmt: skip


def _who(total: Figure, them: Figure, us: Figure) -> str:
    if not total.sums.cases:
        return "Nobody stopped in these months"
    if them.number is None or us.number is None:
        return "Who ended it is too small a number to show"
    if them.number == us.number:
        return f"As many were ended by people themselves as by us or a council: {them.text} each"
    if them.number > us.number:
        return f"More was ended by people themselves ({them.text}) than by us or a council ({us.text})"
    return f"More was ended by us or a council ({us.text}) than by people themselves ({them.text})"


def _after(found: Figures) -> Section:
    total = found.count("ended")
    parts = [(label, found.count("ended after", str(place))) for place, (label, _) in enumerate(UNTIL_THE_END)]
    return Section(
        slug="after",
        kicker="How long after the enquiry it ended",
        title=_title(total, parts, "after {}", "stopped"),
        table=_table("Time since the enquiry", parts, total),
        alt=_alt(total, parts),
        spec=_bars(total, parts),
        measures=MEASURES,
    )


def _apart(found: Figures) -> Section:
    parts = _reasons(found, "not counted")
    most = words.largest(parts)
    title = "Every enquiry that ended was about fostering"
    if parts:
        title = "Some enquiries were not about fostering, or came twice"
    if most:
        title = f"Not counted: most often “{words.listed([name for name, _ in most])}” ({most[0][1].text})"
    return Section(
        slug="not-counted",
        kicker="Ended for a reason that does not count",
        title=title,
        table=Table("", (), []) if not parts else _table("Reason", parts, None),
        note="These are in no other figure here.",
        measures=["M01"],
    )


def _title(total: Figure, parts: Sequence[tuple[str, Figure]], where: str, verb: str) -> str:
    if not total.sums.cases:
        return "Nobody stopped in these months"
    most = words.largest(parts)
    if not most:
        return f"{words.households(total, verb)}; what was most frequent is too small a number to show"
    names = words.listed([where.format(name.lower()) for name, _ in most])
    each = " each" if len(most) > 1 else ""
    return f"{words.households(total, verb)}, most often {names} ({most[0][1].text}{each})"


def _table(head: str, parts: Sequence[tuple[str, Figure]], total: Figure | None) -> Table:
    foot = [("All", total.text)] if total else []
    return Table("The same in numbers", (head, "Households"), [(name, figure.text) for name, figure in parts], foot)


def _alt(total: Figure, parts: Sequence[tuple[str, Figure]]) -> str:
    return (
        words.alt_of("Bar chart", [(name.lower(), figure.text) for name, figure in parts]) if total.sums.cases else ""
    )


def _bars(total: Figure, parts: Sequence[tuple[str, Figure]]) -> dict | None:
    return charts.bars([(name, figure.number, figure.text) for name, figure in parts]) if total.sums.cases else None
