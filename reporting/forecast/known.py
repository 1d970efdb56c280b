from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reporting.forecast.backtest import Trial
from reporting.forecast.model import Cell, New, Table
from reporting.forecast.promptness import Promptness


@dataclass(frozen=True)
class Known:
    """All that the page is made of: numbers, and nobody's record. `at` is the month at whose end it was known."""

    at: int
    months: int  # of history
    table: Table
    standing: Mapping[Cell, int]
    new: Sequence[New]
    came: Mapping[str, Mapping[int, int]]
    trials: Sequence[Trial]
    promptness: Promptness
