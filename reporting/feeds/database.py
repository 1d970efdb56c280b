"""The database's views behind the feeds, and the role that may read them and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from hub.isolation import FEEDS_ROLE, make_roles
from reporting.feeds.feeds import ROWS

# Of each month the return that counts: the latest that was signed, or else the draft.
_RETURNS = """SELECT DISTINCT ON (period_from)
    period_from AS month, version, status, as_at, definition, lines
FROM reporting_return AS row
WHERE kind = 'dfe-monthly'
ORDER BY period_from, (status = 'signed') DESC, version DESC"""


def statements() -> dict[str, str]:
    """Each view with the statement that makes it."""
    return {**{feed.view: feed.sql for feed in ROWS}, "feed_measures": _RETURNS}


def make_views() -> None:
    """Make the views as the declaration says today, and let the role read them alone. For the owner of the tables; a
    migration does so, and another after each change of what the views are made of. Safe to run again.
    """
    make_roles()
    drop_views()
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {FEEDS_ROLE}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {FEEDS_ROLE}")
        for view, statement in statements().items():
            # A barrier: no function in a question that is asked of it sees a row that it leaves out.
            cursor.execute(f"CREATE VIEW {view} WITH (security_barrier) AS {statement}")
            cursor.execute(f"GRANT SELECT ON {view} TO {FEEDS_ROLE}")


def drop_views() -> None:
    """Before a column that they read can change its type or go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = 'public' AND viewname LIKE 'feed\\_%'")
        for (view,) in cursor.fetchall():
            cursor.execute(f'DROP VIEW "{view}"')


@contextmanager
def reading_feeds() -> Iterator[None]:
    """One transaction that may read the views and nothing else, whatever is asked; all of one moment.

    Within another transaction it is a savepoint, after which that one has its rights again.
    """
    within = connection.in_atomic_block
    with transaction.atomic():
        _become(FEEDS_ROLE)
        yield
        if within:
            _become("none")


def _become(role: str) -> None:
    # As SET LOCAL: with the end of the transaction, or of the savepoint that fails, it is gone.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role])
