"""The few lines that are set beside something else, over any whole months, remembered for a few minutes."""

from collections.abc import Callable
from typing import Any

from hub.working_time import today
from reporting.households.reading import lines_now
from reporting.lately import key_of, lately
from reporting.measures import MONTHLY, QUARTERLY, Period
from reporting.measures.versions import SHIPPED
from reporting.suppression import suppress_together

Lines = list[dict[str, Any]]
WHOLE = "whole"
CODES = ("M02", "M16", "M18", "M19", "M23")
LINES = (
    *(line for line in MONTHLY if line.code in CODES and not line.breakdown),
    *(line for line in QUARTERLY if line.code == "K03" and line.basis == "flow"),
)


def lines_over(period: Period) -> Lines:
    """The lines as interfaces.md writes them, with every number: whoever shows them hides what is to be hidden."""
    return _remembered("all", period, lambda: lines_now(LINES, period))


def protected_lines_over(period: Period) -> Lines:
    """The same with small numbers hidden, and what would tell them beside the months of the period (decision 31)."""
    return _remembered("protected", period, lambda: _protected(period))


def _protected(period: Period) -> Lines:
    months = [month for month in period.months if month.first <= today()]
    documents = {str(month.first): {"lines": lines_over(month)} for month in months}
    whole = suppress_together({**documents, WHOLE: {"lines": lines_over(period)}}, {WHOLE: list(documents)})
    return whole[WHOLE]["lines"]


def _remembered(kind: str, period: Period, compute: Callable[[], Lines]) -> Lines:
    return lately(key_of("reporting.lines", kind, SHIPPED.version, period, today()), compute)
