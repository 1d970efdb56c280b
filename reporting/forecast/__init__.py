"""Applications and approvals of the next six months, each with a range, and how good such forecasts were.

`paths.py` reads who stood where and when, `model.py` learns from it and looks ahead, `ranges.py` says how sure that is,
`backtest.py` makes the forecasts of earlier months again, `whatif.py` changes assumptions, `page.py` says it all.
"""
