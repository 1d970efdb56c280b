"""Pictures: Vega-Lite specifications drawn as SVG on the server, the same in page and PDF, without scripts.

Every bar has its number beside it, so that nothing depends on colour; a chart scales with its column.
"""

import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import vl_convert

PETROL = "#184f59"
GREY = "#8a8f94"  # what stands beside ours; three to one against paper and against petrol
BAND = "#cfe0e3"  # a range: light, and framed so that it is seen in print
INK = "#1c1f21"
RULE = "#d9d0c1"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
LABELS = 178  # room for the words left of the bars
BARS = 190
VEGA_LITE = "6.4"
# Words left of the bars that are too long for one line stand in two.
_IN_TWO = {"test": "indexof(datum.value, '|') > 0", "value": -8}
BROKEN = {
    "labelExpr": "split(datum.label, '|')",
    "labelLineHeight": 16,
    "labelOffset": {"condition": _IN_TWO, "value": 0},  # both lines stand about the middle
}
A_LINE = 19


@dataclass(frozen=True)
class Bar:
    """A bar with its number as it is to be read; None draws none. Those that are not ours are grey."""

    label: str
    number: float | None
    text: str
    is_ours: bool = True


@dataclass(frozen=True)
class Pair:
    """Two figures of one area on one scale; None draws no mark."""

    label: str
    theirs: float | None
    ours: float | None


@dataclass(frozen=True)
class Point:
    """One moment of one line; None leaves a gap, never a nought."""

    when: str
    number: float | None
    text: str
    line: str = ""


@dataclass(frozen=True)
class Range:
    """A month: what is expected between what bounds, and what came; None draws no mark."""

    when: str
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    came: float | None = None


def ranges(rows: Sequence[Range]) -> dict:
    """The specification of months side by side from nought on: a framed band with an empty circle where a number is
    expected, a filled one where it came."""
    band, expected, came = "likely range", "expected", "came"
    kinds = {band: ("square", BAND), expected: ("circle", "#ffffff"), came: ("circle", PETROL)}
    values = [
        {"when": row.when, "kind": kind, "number": number, "low": row.low, "high": row.high}
        for row in rows
        for kind, number in ((band, row.high), (expected, row.expected), (came, row.came))
    ]
    domain = list(kinds)
    shape = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": domain, "range": [shape for shape, _ in kinds.values()]},
        "legend": {**_LEGEND, "symbolStrokeWidth": 2},
    }
    marks = {
        "y": {**_FROM_NOUGHT, "field": "number"},
        "shape": shape,
        "fill": {**shape, "scale": {"domain": domain, "range": [fill for _, fill in kinds.values()]}},
        "stroke": {**shape, "scale": {"domain": domain, "range": [PETROL] * 3}},
    }
    layers: list[dict] = [
        {
            "transform": [{"filter": f"datum.kind === '{band}' && isValid(datum.number)"}],
            "mark": {"type": "bar", "fill": BAND, "stroke": PETROL, "width": 17},
            "encoding": {"y": {**_FROM_NOUGHT, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "transform": [{"filter": f"datum.kind !== '{band}' && isValid(datum.number)"}],
            "mark": {"type": "point", "size": 80, "strokeWidth": 2, "opacity": 1},
            "encoding": marks,
        },
    ]
    when = {
        "field": "when",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": [row.when for row in rows]},
        "axis": {"title": None, "labelAngle": 0, "grid": False, "labelFontSize": 13},
    }
    return frame(values, {"x": when}, layers, height=210, width=LABELS + BARS)


def bars_beside(rows: Sequence[Bar], alt: str) -> str:
    """Figures of one kind beside each other, from nought on: ours dark, those of others grey and named."""
    drawn = [
        {
            "step": in_lines(row.label),
            "number": row.number or 0,
            "text": row.text,
            "colour": PETROL if row.is_ours else GREY,
        }
        for row in rows
    ]
    spec = _bars(drawn)
    spec["layer"][0]["encoding"] = {"color": {"field": "colour", "type": "nominal", "scale": None}}
    return draw(json.dumps(spec), alt)


def pairs(rows: Sequence[Pair], alt: str, *, theirs: str, ours: str) -> str:
    """Two figures for each area on one scale from nought: theirs an empty square, ours a filled circle."""
    marks = [
        {"area": row.label, "whose": whose, "number": number}
        for row in rows
        for whose, number in ((theirs, row.theirs), (ours, row.ours))
        if number is not None
    ]
    shape = {
        "field": "whose",
        "type": "nominal",
        "scale": {"domain": [theirs, ours], "range": ["square", "circle"]},
        "legend": {**_LEGEND, "symbolStrokeWidth": 2.5},
    }
    area = {
        "field": "area",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": [row.label for row in rows]},
        "axis": {"title": None, "domain": False, "ticks": False, "minExtent": LABELS, "maxExtent": LABELS},
    }
    layers: list[dict] = [
        {
            "mark": {"type": "rule", "color": RULE, "strokeWidth": 3},
            "encoding": {
                "x": {**_FROM_NOUGHT, "field": "number", "aggregate": "min"},
                "x2": {"field": "number", "aggregate": "max"},
            },
        },
        {
            "mark": {"type": "point", "size": 130, "strokeWidth": 2.5, "opacity": 1},
            "encoding": {
                "x": {**_FROM_NOUGHT, "field": "number"},
                "shape": shape,
                # Of the same field as the shape, so that one legend shows all three.
                "fill": {**shape, "scale": {"domain": [theirs, ours], "range": ["#ffffff", PETROL]}},
                "stroke": {**shape, "scale": {"domain": [theirs, ours], "range": [PETROL, PETROL]}},
            },
        },
    ]
    return draw(json.dumps(frame(marks, {"y": area}, layers, height={"step": 30}, width=BARS + 40)), alt)


def lines(points: Sequence[Point], alt: str) -> str:
    """Figures over time from nought on, each point with its number; a missing one breaks the line."""
    values = [{"when": p.when, "number": p.number, "text": p.text, "line": p.line} for p in points]
    encoding = {
        "x": {
            "field": "when",
            "type": "ordinal",
            "sort": None,
            "axis": {"title": None, "labelAngle": 0, "grid": False},
        },
        "y": {**_FROM_NOUGHT, "field": "number"},
        "detail": {"field": "line", "type": "nominal"},
    }
    layers: list[dict] = [
        {"mark": {"type": "line", "color": PETROL, "strokeWidth": 3, "invalid": "break-paths-show-domains"}},
        {"mark": {"type": "point", "filled": True, "size": 90, "color": PETROL, "invalid": "filter", "opacity": 1}},
        {
            "mark": {"type": "text", "dy": -14, "fontSize": 14, "fontWeight": "bold", "invalid": "filter"},
            "encoding": {"text": {"field": "text"}, "color": {"value": INK}},
        },
    ]
    return draw(json.dumps(frame(values, encoding, layers, height=190, width=LABELS + BARS)), alt)


_FROM_NOUGHT = {
    "type": "quantitative",
    "scale": {"domainMin": 0, "nice": True},
    "axis": {"title": None, "tickCount": 4, "format": ",~f", "gridColor": RULE, "domain": False, "ticks": False},
}
_LEGEND = {
    "title": None,
    "orient": "top",
    "direction": "horizontal",
    "labelFontSize": 15,
    "symbolSize": 130,
    "columnPadding": 24,
}


def funnel(steps: list[tuple[str, int | None, str]], alt: str) -> str:
    """`bars` as inline SVG; `alt` is what the picture says, for those who do not see it."""
    return draw(json.dumps(bars(steps)), alt)


def bars(steps: Sequence[tuple[str, float | None, str]]) -> dict:
    """The specification of a bar for each step: label, number (None draws no bar), the number as it is to be read."""
    return _bars([{"step": in_lines(label), "number": number or 0, "text": text} for label, number, text in steps])


@lru_cache(maxsize=128)
def draw(spec: str, alt: str) -> str:
    """The SVG of a specification, named by its alternative text. Its height follows from the width it is given."""
    svg = vl_convert.vegalite_to_svg(json.loads(spec), vl_version=VEGA_LITE)
    head, body = svg.split(">", 1)
    head = re.sub(r'\s(width|height|class)="[^"]*"', "", head)
    # One picture with one description: the roles of its parts would be read out as empty.
    body = re.sub(r'\s(role|aria-\w+|class)="[^"]*"', "", body)
    return f'{head} width="560" role="img" aria-label="{escape(alt)}" focusable="false">{body}'


def in_lines(label: str) -> str:
    return "|".join(textwrap.wrap(label, A_LINE))


_EXTENT = {"minExtent": LABELS, "maxExtent": LABELS}


def _bars(bars: list[dict]) -> dict:
    encoding = {
        "y": {
            "field": "step",
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
        "x": {"field": "number", "type": "quantitative", "axis": None, "scale": {"domainMin": 0}},
    }
    layers: list[dict] = [
        {"mark": {"type": "bar", "color": PETROL, "height": 24}},
        {
            "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 15, "fontWeight": "bold"},
            "encoding": {"text": {"field": "text"}, "color": {"value": INK}},
        },
    ]
    return frame(bars, encoding, layers, height={"step": 34}, width=BARS)


def frame(
    values: list[dict], encoding: dict, layers: list[dict], *, height: dict | int, width: int, right: int = 40
) -> dict:
    """What all charts share: the data, room for words at the right, our font and colours."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "padding": {"left": 0, "right": right, "top": 2, "bottom": 2},
        "data": {"values": values},
        "encoding": encoding,
        "layer": layers,
        "config": {
            "aria": False,
            "background": "transparent",
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"labelFontSize": 15, "labelColor": INK, "labelLimit": 0, "labelPadding": 8},
        },
    }
