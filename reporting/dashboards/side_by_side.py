"""The councils side by side. Of each other councils see what they agreed to, and no small numbers; and nobody can take
their own figures from the total to find those of another."""

import copy
import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from handover.figures.models import MonthlyFigures
from hub.current import current
from hub.working_time import today
from reporting import charts
from reporting.dashboards.compared import ACCEPTED, MEASURES, SENT_FIGURES, SUPPLIED, Measure, columns_for
from reporting.dashboards.page import Asked, Section, Table
from reporting.households.reading import Chosen, add_up
from reporting.layout import NO_CASES, NOT_SUPPLIED, Cell, ReturnTable
from reporting.measures.computation import UNALLOCATED, Cells, Sums, line_of, members_of, one_decimal
from reporting.measures.definition import MONTHLY
from reporting.measures.period import Period
from reporting.suppression import HIDDEN, suppress

TOTAL = "total"
YOURS = " (your council)"
# Not shown, but what is shown depends on whether they are small.
BEHIND = [line for line in MONTHLY if line.name in ("M13", "M14")]
FIRST_SHOWN = ("K03", "M06", "M02")  # the picture where nothing was picked
NOTHING = "–"


def build(asked: Asked) -> list[Section]:
    span, columns = asked.chosen.span, columns_for(asked.protected)
    if not columns:
        return []
    document = _document(span)
    table = ReturnTable(_protected(document, asked.reader) if asked.protected else document)
    sent = _months_sent(span)
    pictured = _pictured(asked.sort, columns)
    councils = _sorted(table, pictured if asked.sort else None, sent)
    names = {code: f"{name}{YOURS}" if code == asked.reader else name for code, name in councils}
    return [
        _one_measure(table, pictured, names, asked, sent),
        _all_measures(table, columns, names, asked, sent),
    ]


def _pictured(sort: str, columns: Sequence[Measure]) -> Measure:
    by_key = {measure.key: measure for measure in columns}
    return next((by_key[key] for key in (sort, *FIRST_SHOWN) if key in by_key), columns[0])


# --- The figures ---


def _document(span: Period) -> dict[str, Any]:
    """The figures as a return writes them, so that small numbers are hidden in the one way in which they are there."""
    lines = [*(one.line for one in MEASURES if one.line), *BEHIND]
    found = add_up([line.name for line in lines], Chosen(span), by=["authority"])
    cells = {(cell.line, cell.key, cell.area): sums for cell, sums in found.items()}
    codes = sorted(members_of(span).values())
    written = [line_of(line, cells, codes) for line in lines]
    return {"lines": [*written, _accepted(cells, codes), _supplied(span, codes)]}


def _accepted(cells: Cells, codes: list[str]) -> dict[str, Any]:
    """Of the referrals that were accepted, declined or returned in the months, the share that was accepted."""

    def share(area: str) -> dict[str, Any]:
        yes, no = (cells.get((line.name, "", area), Sums()).cases for line in BEHIND)
        value = one_decimal(Decimal(100 * yes) / (yes + no)) if yes + no else None
        return {"value": value, "numerator": yes, "denominator": yes + no}

    total = share("")
    return {
        "code": ACCEPTED, "label": "", "unit": "percent", "total": total.pop("value"), **total,
        "authorities": {code: share(code) for code in codes}, UNALLOCATED: share(UNALLOCATED),
    }  # fmt: skip


def _supplied(span: Period, codes: list[str]) -> dict[str, Any]:
    """L01 at the end of the latest month that is over."""
    months = _months_over(span)
    sent = _sent_in(months[-1:])
    values = {code: next(iter(sent.get(code, {}).values()), None) for code in codes}
    known = [value for value in values.values() if value is not None]
    return {
        "code": SUPPLIED, "label": "", "unit": "households", "total": sum(known) if known else None,
        "supplied": len(known), "of": len(codes), "authorities": values, UNALLOCATED: None,
    }  # fmt: skip


def _months_over(span: Period) -> list[datetime.date]:
    return [month.first for month in span.months if month.last < today()]


def _sent_in(months: Sequence[datetime.date]) -> dict[str, dict[datetime.date, int | None]]:
    """By GSS code the months of which figures came, with L01."""
    found: dict[str, dict[datetime.date, int | None]] = defaultdict(dict)
    rows = MonthlyFigures.objects.filter(month__in=months).latest_of_each().select_related("authority")
    for row in rows:
        if row.is_supplied:
            found[row.authority.gss_code][row.month] = row.values[SUPPLIED]
    return found


def _months_sent(span: Period) -> dict[str, tuple[int, int]]:
    """Of each council in how many of the months that are over it sent its figures, and of how many it was asked; and of
    all together. It is about months and not about people: nothing of it is small."""
    months, configured = _months_over(span), current()
    sent = _sent_in(months)
    code_of = {authority.pk: code for code, authority in configured.authorities.items()}
    asked: dict[str, set[datetime.date]] = defaultdict(set)
    for pk, first, last in configured.memberships:
        asked[code_of[pk]] |= {m for m in months if first <= Period.month_of(m).last and (last is None or m <= last)}
    counts = {code: (len(wanted & sent.get(code, {}).keys()), len(wanted)) for code, wanted in asked.items()}
    counts[TOTAL] = (sum(came for came, _ in counts.values()), sum(of for _, of in counts.values()))
    return counts


# --- Small numbers ---


def _protected(document: dict[str, Any], reader: str) -> dict[str, Any]:
    """Hidden is what is hidden from everybody, and what would be left over for whoever knows the reader's own figures:
    they know them, however small, and could take them from the total."""
    hidden = suppress(document)
    if not reader or all(reader not in line["authorities"] for line in document["lines"]):
        return hidden
    for line, left in zip(hidden["lines"], suppress(_without(document, reader))["lines"], strict=True):
        for code, cell in left["authorities"].items():
            if _is_hidden(cell):
                line["authorities"][code] = cell
        if _is_hidden(left[UNALLOCATED]):
            line[UNALLOCATED] = left[UNALLOCATED]
        if _is_hidden(left[TOTAL]):
            line.update({name: left[name] for name in (TOTAL, "numerator", "denominator") if name in line})
    return hidden


def _without(document: dict[str, Any], reader: str) -> dict[str, Any]:
    """The figures less the reader's own. A median stays: nothing can be taken from it."""
    less = copy.deepcopy(document)
    for line in less["lines"]:
        own = line["authorities"].pop(reader)
        if line["unit"] == "percent":
            line["numerator"] -= own["numerator"]
            line["denominator"] -= own["denominator"]
        elif line["unit"] not in ("working days", "days"):
            line[TOTAL] = (line[TOTAL] or 0) - (own or 0)
    return less


def _is_hidden(cell: Any) -> bool:
    return (cell["value"] if isinstance(cell, dict) else cell) == HIDDEN


# --- How they are shown ---


def _sorted(table: ReturnTable, by: Measure | None, sent: dict[str, tuple[int, int]]) -> list[tuple[str, str]]:
    """GSS code and name. What is hidden or has no cases stands at the end by name: its place must tell nothing."""
    if by is None:
        return table.authorities
    number = {code: _number(table, by, code, sent) for code, _ in table.authorities}
    shown = [pair for pair in table.authorities if number[pair[0]] is not None]
    shown.sort(key=lambda pair: number[pair[0]] * (1 if by.falls else -1))
    return [*shown, *(pair for pair in table.authorities if number[pair[0]] is None)]


def _number(table: ReturnTable, measure: Measure, column: str, sent: dict[str, tuple[int, int]]) -> Any:
    """What can be drawn and compared; None where nothing can."""
    if measure.key == SENT_FIGURES:
        came, of = sent.get(column, (0, 0))
        return came / of if of else None
    value = table.by_code[measure.code].cell(column).value
    return value if isinstance(value, int | float) else None


def _text(table: ReturnTable, measure: Measure, column: str, sent: dict[str, tuple[int, int]]) -> str:
    if measure.key == SENT_FIGURES:
        came, of = sent.get(column, (0, 0))
        return f"{came} of {of}" if of else NOTHING
    cell: Cell = table.by_code[measure.code].cell(column)
    # Held together: in a narrow column a line breaks before the numbers, not within them.
    return f"{cell.text} ({cell.of})".replace(" of ", "\u00a0of\u00a0") if cell.of else cell.text


def _one_measure(
    table: ReturnTable, measure: Measure, names: dict[str, str], asked: Asked, sent: dict[str, tuple[int, int]]
) -> Section:
    texts = {code: _text(table, measure, code, sent) for code in (*names, UNALLOCATED, TOTAL)}
    said = ", ".join(f"{name} {texts[code]}" for code, name in names.items())
    yours = {code: ", yours" if code == asked.reader else "" for code in names}
    bars = [
        (name.removesuffix(YOURS), _number(table, measure, code, sent), texts[code].split(" (")[0] + yours[code])
        for code, name in names.items()
    ]
    return Section(
        slug="one-measure",
        kicker=measure.label,
        title=_finding(table, measure, names, asked, sent),
        table=Table(
            "The same in numbers", ("Council", measure.label), [(name, texts[code]) for code, name in names.items()],
            totals=[("All together", texts[TOTAL])], own=names.get(asked.reader, ""),
        ),
        alt=f"Bar chart of {measure.label.lower()}: {said}.",
        spec=charts.bars(bars) if any(number is not None for _, number, _ in bars) else None,
        measures=[measure.code] if measure.line else [],
        note=_NOTES.get(measure.key, ""),
    )  # fmt: skip


def _finding(
    table: ReturnTable, measure: Measure, names: dict[str, str], asked: Asked, sent: dict[str, tuple[int, int]]
) -> str:
    """One's own beside all, or the two ends of what is shown: true whatever is hidden, since it names what it is of."""
    together = _text(table, measure, TOTAL, sent)
    all_councils = f"all together {together}" if together != HIDDEN else "the figure of all is not shown"
    if asked.reader in names and _number(table, measure, asked.reader, sent) is not None:
        return f"{names[asked.reader]}: {_text(table, measure, asked.reader, sent)}; {all_councils}"
    shown = [(number, code) for code in names if (number := _number(table, measure, code, sent)) is not None]
    if not shown:
        return f"No council has a figure that can be shown; {all_councils}"
    low, high = min(shown)[0], max(shown)[0]
    if low == high:
        return f"Every council that can be shown has the same; {all_councils}"
    ends = [next(code for number, code in shown if number == end) for end in (low, high)]
    return "From {} to {}; {}".format(
        *(f"{_text(table, measure, code, sent)} in {names[code]}" for code in ends), all_councils
    )


def _all_measures(
    table: ReturnTable,
    columns: Sequence[Measure],
    names: dict[str, str],
    asked: Asked,
    sent: dict[str, tuple[int, int]],
) -> Section:
    def row(code: str, name: str) -> list[str]:
        return [name, *(_text(table, measure, code, sent) for measure in columns)]

    best = f"{len(names)} councils, each with {len(columns)} figures" if len(names) != 1 else "One council"
    return Section(
        slug="all-measures",
        kicker="All that is compared",
        title=best,
        table=Table(
            "Councils side by side",
            ("Council", *(measure.short for measure in columns)),
            [row(code, name) for code, name in names.items()],
            totals=[row(UNALLOCATED, "No council yet"), row(TOTAL, "All together")],
            own=names.get(asked.reader, ""),
        ),
        note="Referrals stand with the council that they were sent to; everything else with the council that the "
        f"household belongs to. “{NO_CASES}” and “{NOT_SUPPLIED}” are no noughts."
        + (" Shown is what the councils agreed to show each other." if asked.protected else ""),
        measures=[measure.code for measure in columns if measure.line],
    )


_NOTES = {
    "K03": "Of those who enquired in the months that ended six months before, so that everybody had the time.",
    "M15": "From the day on which a referral was sent; the council has five working days.",
    ACCEPTED: "Of the referrals that were accepted, declined or returned in the months picked.",
    SUPPLIED: "As the councils sent it for the last month that is over.",
}
