"""The measures of measures.md, computed in the database from the dated facts.

`definition.py` says which lines a return has, `facts.sql` what is known of each household as at a moment, `cases.py`
which households a line is about, `computation.py` adds them up.
"""

from reporting.measures.computation import (
    UNALLOCATED,
    Case,
    cases_behind,
    cases_of_each,
    compute_lines,
    data_quality,
)
from reporting.measures.definition import DEFINITION, MONTHLY, QUARTERLY, Line
from reporting.measures.period import Period

__all__ = [
    "DEFINITION",
    "MONTHLY",
    "QUARTERLY",
    "UNALLOCATED",
    "Case",
    "Line",
    "Period",
    "cases_behind",
    "cases_of_each",
    "compute_lines",
    "data_quality",
]
