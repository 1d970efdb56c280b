"""One row a household and one a referral, derived from the facts as known now, for dashboards, forecast and feeds.

`upkeep.py` keeps them, by the same SQL as the returns (measures/facts.sql); `reading.py` adds them up by the same lines
(measures/cases.py). A return never reads them: it is computed from the facts, as at its own moment.
"""
