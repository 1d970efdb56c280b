"""The pictures of the comparison page, each of what its table says."""

from reporting import charts
from reporting.comparison.page import Card, SideBySide, Trend, when


def drawn_card(card: Card) -> str:
    rows = [charts.Bar(row.short or row.name, row.number, row.text, row.publication is None) for row in card.rows]
    return charts.bars_beside(rows, card.alt)


def drawn_beside(beside: SideBySide) -> str:
    """Councils alone: beside the sums and England nothing else would be seen. Empty where there are no numbers."""
    councils = [line for line in beside.lines if line.ours is not None and not line.is_total]
    if beside.topic.key == "conversion":
        councils += [line for line in beside.lines if line.is_total]
    rows = [charts.Pair(line.name.split(" (")[0], line.published.number, line.ours_number) for line in councils]
    if all(row.theirs is None for row in rows):
        return ""
    return charts.pairs(rows, beside.alt, theirs=f"Published, {beside.published_when}", ours="Through the hub")


def drawn_trend(trend: Trend) -> str:
    points = [
        charts.Point(when(trend.topic, year), shown.number, shown.text if shown.number is not None else "")
        for year, shown in trend.years
    ]
    return charts.lines(points, trend.alt)
