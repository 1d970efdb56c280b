"""Dashboards: pictures that each state a finding, with their tables, for the months, council and campaign picked.

`registry.py` lists them. A dashboard is a function from what was asked (`page.Asked`) to its sections; the view, the
pickers, small numbers, what is remembered and the board pack are the same for all.
"""
