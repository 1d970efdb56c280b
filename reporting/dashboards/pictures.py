"""The kinds of pictures that dashboards have, in the one style of charts.py.

Nothing depends on colour: what is compared differs in lightness or dash, and its name and number stand beside it. A
number that is not known or not shown (None) draws nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.charts import BARS, BROKEN, INK, LABELS, PETROL, frame, in_lines

PALE = "#cfd8d6"  # beside petrol; always with an outline, so that print keeps it
RUST = "#a83c08"
RULE = "#d9d0c1"
GREY = "#4d5358"
# Colour and dash of the first, second and third line.
STYLES = ((PETROL, [1, 0]), (RUST, [7, 3]), (GREY, [2, 3]))
SMALL = 14
HEIGHT = 200
WIDE = 230  # of what has words at its right
APART = 17  # between the names of two lines that end close together


@dataclass(frozen=True)
class Pair:
    """Two bars of one thing: ours above, pale beneath what it is compared with. Texts as they are to be read."""

    label: str
    now: float | None
    now_text: str
    before: float | None
    before_text: str


@dataclass(frozen=True)
class Bin:
    """One column of a histogram: how many took so long, and whether that was within the target."""

    label: str
    number: float | None
    text: str
    within: bool = True


@dataclass(frozen=True)
class Line:
    """One line: its name, which stands at its end with `text`, and its points in order."""

    name: str
    points: Sequence[tuple[str | float, float | None]]
    text: str = ""


def known(lines: Sequence[Line]) -> bool:
    """Whether there is a line to draw: two points that show."""
    return any(sum(number is not None for _, number in line.points) > 1 for line in lines)


def pairs(rows: Sequence[Pair]) -> dict:
    """Bars in twos, from nought on."""
    values = [
        {
            "label": in_lines(row.label),
            "whose": whose,
            "number": number or 0,
            "text": text,
            "fill": fill,
            "weight": weight,
        }
        for row in rows
        for whose, number, text, fill, weight in (
            ("1", row.now, row.now_text, PETROL, "bold"),
            ("2", row.before, row.before_text, PALE, "normal"),
        )
    ]  # fmt: skip
    encoding = {
        "y": {
            "field": "label",
            "type": "nominal",
            "sort": None,
            "axis": {
                **BROKEN,
                "title": None,
                "domain": False,
                "ticks": False,
                "minExtent": LABELS,
                "maxExtent": LABELS,
            },
        },
        "yOffset": {"field": "whose", "type": "nominal"},
        "x": {"field": "number", "type": "quantitative", "axis": None, "scale": {"domainMin": 0}},
    }
    bold, normal = ("datum.weight == 'bold'", "datum.weight == 'normal'")
    layers: list[dict] = [
        {
            "mark": {"type": "bar", "stroke": PETROL, "strokeWidth": 1},
            "encoding": {"fill": {"field": "fill", "type": "nominal", "scale": None}},
        },
        *(
            {
                "transform": [{"filter": which}],
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": size, "fontWeight": weight},
                "encoding": {"text": {"field": "text"}, "color": {"value": INK}},
            }
            for which, size, weight in ((bold, 15, "bold"), (normal, SMALL, "normal"))
        ),
    ]
    return frame(values, encoding, layers, height={"step": 22}, width=BARS - 80, right=26)


def histogram(bins: Sequence[Bin], *, target: str = "") -> dict:
    """Columns from nought on; those past the target are pale, and a line with its name stands between."""
    names = [one.label.replace(" to ", "–") for one in bins]
    values = [
        {"bin": name, "number": one.number or 0, "text": one.text, "fill": PETROL if one.within else PALE}
        for name, one in zip(names, bins, strict=True)
    ]
    encoding = {
        "x": {
            "field": "bin",
            "type": "ordinal",
            "sort": None,
            "axis": {"title": None, "labelAngle": 0, "ticks": False, "labelFontSize": 13, "labelPadding": 5},
        },
        "y": {"field": "number", "type": "quantitative", "axis": None, "scale": {"domainMin": 0}},
    }
    layers: list[dict] = [
        {
            "mark": {"type": "bar", "stroke": PETROL, "strokeWidth": 1},
            "encoding": {"fill": {"field": "fill", "type": "nominal", "scale": None}},
        },
        {
            "mark": {"type": "text", "dy": -9, "fontSize": 14, "fontWeight": "bold"},
            "encoding": {"text": {"field": "text"}, "color": {"value": INK}},
        },
    ]
    within = [name for name, one in zip(names, bins, strict=True) if one.within]
    if target and within and len(within) < len(bins):
        at = {"x": {"datum": within[-1], "type": "ordinal", "bandPosition": 1.05}, "y": None}
        layers += [
            {
                "data": {"values": [{}]},
                "mark": {"type": "rule", "color": RUST, "strokeWidth": 2, "strokeDash": [5, 3]},
                "encoding": at,
            },
            {
                "data": {"values": [{}]},
                "mark": {"type": "text", "align": "left", "dx": 6, "y": -16, "fontSize": SMALL, "color": RUST},
                "encoding": {**at, "text": {"value": target}},
            },
        ]
    return {**frame(values, encoding, layers, height=HEIGHT - 20, width=LABELS + BARS, right=8), "padding": _room(26)}


def months(lines: Sequence[Line], *, percent: bool = False, target: float | None = None, target_text: str = "") -> dict:
    """Lines over months, whose points are named as they are to be read; a month that is missing breaks the line."""
    names = [str(when) for when, _ in lines[0].points] if lines else []
    every = max(1, -(-len(names) // 4))
    axis = {"values": names[::every], "labelAngle": 0, "labelOverlap": False}
    x = {"field": "when", "type": "ordinal", "sort": names, "scale": {"domain": names}, "axis": {**_AXIS, **axis}}
    return _lines(lines, x, percent=percent, mark={"point": {"filled": True, "size": 34}}, target=(target, target_text))


def curve(lines: Sequence[Line], *, days: int, every: int) -> dict:
    """The share to which something has happened, over days since the start: it rises by steps, in percent."""
    axis = {"values": list(range(0, days + 1, every)), "format": "d"}
    x = {"field": "when", "type": "quantitative", "scale": {"domain": [0, days]}, "axis": {**_AXIS, **axis}}
    return _lines(lines, x, percent=True, mark={"interpolate": "step-after"})


_AXIS = {"title": None, "grid": False, "ticks": True, "tickColor": RULE, "labelFontSize": SMALL, "labelPadding": 4}


def _lines(
    lines: Sequence[Line], x: dict, *, percent: bool, mark: dict, target: tuple[float | None, str] = (None, "")
) -> dict:
    known = [number for line in lines for _, number in line.points if number is not None]
    top = _round_up(max([*known, target[0] or 0, 1]))
    top = min(top, 100) if percent and max(known, default=0) <= 100 else top
    values = [
        {"when": when, "number": number, "line": str(place)}
        for place, line in enumerate(lines)
        for when, number in line.points
    ]
    y = {
        "field": "number",
        "type": "quantitative",
        "scale": {"domain": [0, top]},
        "axis": {
            **_AXIS, "tickMinStep": 1, "ticks": False, "domain": False, "grid": True, "gridColor": RULE, "tickCount": 4,
            "labelExpr": "datum.label + '%'" if percent else "datum.label", "format": ",d",
        },
    }  # fmt: skip
    layers = [
        {
            "transform": [{"filter": f"datum.line == '{place}'"}],
            "mark": {
                "type": "line", "color": colour, "strokeWidth": 2.5, "strokeDash": dash,
                "invalid": "break-paths-show-domains",
                **_in(colour, mark),
            },
            "encoding": {"x": x, "y": y},
        }
        for place, (colour, dash) in zip(range(len(lines)), STYLES, strict=False)
    ]  # fmt: skip
    if target[0] is not None:
        layers.append(_target(target[0], y))
    layers += _names([*lines, *([Line(target[1], [("", target[0])])] if target[0] is not None else [])], top)
    return frame(values, {}, layers, height=HEIGHT, width=WIDE, right=26)


def _in(colour: str, mark: dict) -> dict:
    """The points of a line are of its colour."""
    return {key: {**value, "color": colour} if isinstance(value, dict) else value for key, value in mark.items()}


def _target(at: float, y: dict) -> dict:
    return {
        "data": {"values": [{"number": at}]},
        "mark": {"type": "rule", "color": GREY, "strokeWidth": 1},
        "encoding": {"y": y},
    }


def _names(lines: Sequence[Line], top: float) -> list[dict]:
    """The name of each line at the height of its last point, moved apart where two would stand on each other."""
    ends: list[tuple[float, str, str]] = []
    for line, colour in zip(lines, [*(style[0] for style in STYLES[: len(lines)]), GREY], strict=False):
        shown = [number for _, number in line.points if number is not None]
        if shown:
            ends.append((HEIGHT * (1 - shown[-1] / top), f"{line.name} {line.text}".strip(), colour))
    places: list[float] = []
    for at, _, _ in sorted(ends):
        places.append(max(at, places[-1] + APART) if places else at)
    return [
        {
            "data": {"values": [{}]},
            "encoding": {},
            "mark": {
                "type": "text", "align": "left", "x": WIDE + 8, "y": place, "text": text, "fontSize": SMALL,
                "fontWeight": "bold", "color": colour,
            },
        }
        for place, (_, text, colour) in zip(places, sorted(ends), strict=True)
    ]  # fmt: skip


def _round_up(number: float) -> float:
    """The next round number, so that the scale has a grid line at its top."""
    step = 10 ** max(len(str(int(number))) - 1, 0)
    return next(part * step for part in (1, 2, 4, 6, 8, 10, 20) if part * step >= number)


def _room(top: int) -> dict:
    return {"left": 4, "right": 8, "top": top, "bottom": 2}
