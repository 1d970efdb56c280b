"""Statements that are made very often, where many people or systems wait at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.types.datetime import TimestamptzLoader


def prepared() -> CursorWrapper:
    """A cursor as `connection.cursor()`, whose statements PostgreSQL parses and plans once for each connection, where
    the settings have a `prepare_threshold`.

    A parameter has no type but that of its place: cast it where the place has none. While somebody adds to the
    statements (row history adds which member of staff it was: two in one cannot be prepared) or writes them down with
    what is filled in (DEBUG), it is an ordinary cursor.
    """
    cursor = connection.cursor()
    if not (connection.execute_wrappers or connection.queries_logged):
        cursor.cursor = psycopg.Cursor(connection.connection)
        _read_moments_quickly(cursor.cursor)
    return cursor


def _read_moments_quickly(cursor: psycopg.Cursor) -> None:
    """Moments as psycopg reads them by itself, in the time zone of the connection, which is UTC: Django's reader, which
    would put another in its place, takes ten times as long, and a list of referrals has hundreds."""
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)


class _PreparedCursor(ServerBindingCursor):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _read_moments_quickly(self)  # type: ignore[arg-type]  # Django's are not typed


@contextmanager
def all_prepared() -> Iterator[None]:
    """The same for every statement in the block, the ORM's too: for calls that come often and ask much.

    To plan a join under row-level security costs more than to answer it. PostgreSQL plans again by itself where the
    role is another than the one that a plan was made for.
    """
    connection.ensure_connection()
    open_now = connection.connection
    if connection.execute_wrappers or connection.queries_logged:
        yield
        return
    before, open_now.cursor_factory = open_now.cursor_factory, _PreparedCursor
    try:
        yield
    finally:
        open_now.cursor_factory = before


def begin_with(*sayings: str) -> None:
    """Begin the transaction that Django is about to begin, with what holds within it (SET LOCAL …): in one journey to
    the database, where BEGIN is one of its own else. In a transaction that has begun they are said one by one.

    The sayings are written by us and take no parameters.
    """
    opened = connection.connection
    if opened.pgconn.transaction_status != TransactionStatus.IDLE or connection.queries_logged:
        with connection.cursor() as cursor:
            for saying in sayings:
                cursor.execute(saying)
        return
    with connection.wrap_database_errors:
        said = opened.pgconn.exec_("; ".join(("BEGIN", *sayings)).encode())
        if said.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(said)
