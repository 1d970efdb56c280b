"""Writing rows with little ado, where many people wait for it at once."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.models import Field, Model

from hub.prepared import prepared


def insert(*rows: Model, once_by: str = "") -> None:
    """Insert rows of one model in one statement and give them their keys, in the caller's transaction.

    For the few tables that every enquiry writes: `save()` and `bulk_create()` work the statement out anew each time,
    which takes longer than the database needs for it. Constraints and triggers hold as ever; what the database
    computes (generated columns) is read only when somebody asks. `once_by` names a unique field: where its value is
    known, the row that was there stays as it is, and its key is given.
    """
    if not rows:
        return
    fields, beginning, one, end = _statement(type(rows[0]), once_by)
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for row in rows for field in fields]
    with prepared() as cursor:
        cursor.execute(f"{beginning} {', '.join([one] * len(rows))} {end}", values)
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, connection.alias


def update(row: Model, *names: str) -> None:
    """Keep these fields of a row that is there, as `save(update_fields=names)` does, by a statement that is known."""
    fields, statement = _update_statement(type(row), names)
    values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    with prepared() as cursor:
        cursor.execute(statement, [*values, row.pk])
        if not cursor.rowcount:
            raise DatabaseError(f"There is no {row._meta.verbose_name} {row.pk} any more.")


@cache
def _update_statement(model: type[Model], names: tuple[str, ...]) -> tuple[list[Field], str]:
    meta, quoted = model._meta, connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if field.name in names or field.attname in names]
    said = ", ".join(f"{quoted(_column(field))} = %s" for field in fields)
    assert meta.pk is not None and len(fields) == len(names)
    return fields, f"UPDATE {quoted(meta.db_table)} SET {said} WHERE {quoted(_column(meta.pk))} = %s"


@cache
def _statement(model: type[Model], once_by: str) -> tuple[list[Field], str, str, str]:
    meta, quoted = model._meta, connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if field is not meta.auto_field and not field.generated]
    columns = ", ".join(quoted(_column(field)) for field in fields)
    conflict = ""
    if once_by:
        column = quoted(_column(next(field for field in fields if field.name == once_by)))
        conflict = f"ON CONFLICT ({column}) DO UPDATE SET {column} = EXCLUDED.{column} "
    assert meta.pk is not None
    return (
        fields,
        f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES",
        f"({', '.join(['%s'] * len(fields))})",
        f"{conflict}RETURNING {quoted(_column(meta.pk))}",
    )


def _column(field: Field) -> str:
    assert field.column is not None, f"{field} is kept in no column"
    return field.column


def take_turns(about: str) -> None:
    """Two at once who do the same thing go one after the other until the transaction ends: the second then finds what
    the first has made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [about])
