"""Small numbers hidden from those without the right to see them (measures.md, "Suppression"; decision 31)."""

from reporting.layout import HIDDEN
from reporting.suppression.documents import suppress, suppress_together
from reporting.suppression.tables import (
    TOTAL,
    hidden_counts,
    hidden_shares,
    protect,
    protect_medians,
    protect_row,
    protect_shares,
    protect_together,
)

__all__ = [
    "HIDDEN",
    "TOTAL",
    "hidden_counts",
    "hidden_shares",
    "protect",
    "protect_medians",
    "protect_row",
    "protect_shares",
    "protect_together",
    "suppress",
    "suppress_together",
]
