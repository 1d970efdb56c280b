"""Statements that are made for every enquiry, where many people wait at once."""

import psycopg
from django.db import connection
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
