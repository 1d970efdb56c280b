"""Pictures: Vega-Lite specifications drawn as SVG on the server, the same in page and PDF, without scripts.

Every bar has its number beside it, so that nothing depends on colour; a chart scales with its column.
"""

import json
import re
from functools import lru_cache
from html import escape

import vl_convert

PETROL = "#184f59"
INK = "#1c1f21"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
LABELS = 178  # room for the words left of the bars
BARS = 190
VEGA_LITE = "6.4"


def funnel(steps: list[tuple[str, int | None, str]], alt: str) -> str:
    """`bars` as inline SVG; `alt` is what the picture says, for those who do not see it."""
    return draw(json.dumps(bars(steps)), alt)


def bars(steps: list[tuple[str, int | None, str]]) -> dict:
    """The specification of a bar for each step: label, number (None draws no bar), the number as it is to be read."""
    return _bars([{"step": label, "number": number or 0, "text": text} for label, number, text in steps])


@lru_cache(maxsize=128)
def draw(spec: str, alt: str) -> str:
    """The SVG of a specification, named by its alternative text. Its height follows from the width it is given."""
    svg = vl_convert.vegalite_to_svg(json.loads(spec), vl_version=VEGA_LITE)
    head, body = svg.split(">", 1)
    head = re.sub(r'\s(width|height|class)="[^"]*"', "", head)
    # One picture with one description: the roles of its parts would be read out as empty.
    body = re.sub(r'\s(role|aria-\w+|class)="[^"]*"', "", body)
    return f'{head} width="560" role="img" aria-label="{escape(alt)}" focusable="false">{body}'


def _bars(bars: list[dict]) -> dict:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": BARS,
        "height": {"step": 34},
        "padding": {"left": 0, "right": 40, "top": 2, "bottom": 2},
        "data": {"values": bars},
        "encoding": {
            "y": {
                "field": "step",
                "type": "nominal",
                "sort": None,
                "axis": {"title": None, "domain": False, "ticks": False, "minExtent": LABELS, "maxExtent": LABELS},
            },
            "x": {"field": "number", "type": "quantitative", "axis": None, "scale": {"domainMin": 0}},
        },
        "layer": [
            {"mark": {"type": "bar", "color": PETROL, "height": 24}},
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 15, "fontWeight": "bold"},
                "encoding": {"text": {"field": "text"}, "color": {"value": INK}},
            },
        ],
        "config": {
            "aria": False,
            "background": "transparent",
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"labelFontSize": 15, "labelColor": INK, "labelLimit": 0, "labelPadding": 8},
        },
    }
