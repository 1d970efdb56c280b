"""Statements that are made for every enquiry, where many people wait at once."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


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
    return cursor


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
    before, open_now.cursor_factory = open_now.cursor_factory, ServerBindingCursor
    try:
        yield
    finally:
        open_now.cursor_factory = before
