"""The measures of measures.md, computed in the database from the dated facts.

`registry.py` says what each code means, `versions.py` which definition holds for a period, `definition.py` which lines
follow from the facts, `facts.sql` what is known of each household as at a moment, `cases.py`
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
from reporting.measures.definition import MONTHLY, QUARTERLY, Line
from reporting.measures.period import Period

__all__ = [
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
