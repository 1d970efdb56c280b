"""Findings as sentences: true for none, for one, and where two are the same."""

from collections.abc import Sequence

from reporting.dashboards.shown import Figure


def households(figure: Figure, verb: str) -> str:
    """“12 households applied”, “1 household applied”, “No household applied”, “c households applied”."""
    if figure.number == 0:
        return f"No household {verb}"
    return f"{figure.text} household{'' if figure.number == 1 else 's'} {verb}"


def against(now: Figure, before: Figure) -> str:
    """Beside the same months a year before: “12 more than a year before”; empty where either does not show."""
    if now.number is None or before.number is None:
        return ""
    if now.number == before.number:
        return "as many as a year before"
    return f"{abs(now.number - before.number):,} {'more' if now.number > before.number else 'fewer'} than a year before"


def largest(parts: Sequence[tuple[str, Figure]]) -> list[tuple[str, Figure]]:
    """Those of the largest number; none where a hidden one might be as large, or all are nought."""
    shown = [(name, figure) for name, figure in parts if figure.number]
    most = max((figure.number or 0 for _, figure in shown), default=0)
    # A hidden one may be larger than 4: it can be hidden for the sake of another.
    if any(figure.is_hidden and figure.sums.cases >= most for _, figure in parts):
        return []
    return [(name, figure) for name, figure in shown if figure.number == most]


def listed(names: Sequence[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def alt_of(kind: str, parts: Sequence[tuple[str, str]]) -> str:
    """What a picture says for whoever does not see it."""
    return f"{kind}: {', '.join(f'{name} {text}' for name, text in parts)}."
