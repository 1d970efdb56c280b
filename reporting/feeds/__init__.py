"""Flat feeds for Power BI that cannot contain personal data: GET /api/v1/feeds/{name}.csv (docs/feeds.md).

`declaration` says of every field what may become of it, `feeds` what columns there are, `database` makes the database's
views of the two, `serving` reads these alone, as a role that may read nothing else.
"""
