"""Queries of the ORM that are worked out once: for calls that come so often that to find the SQL costs more than to
answer it (docs/decisions/0014)."""

import datetime
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)
_BEGINNING = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)
# A value of its own for each place of each kind, which nobody asks for.
_MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda place: -(2**62) - place,
    str: lambda place: f"\ufffe{place}",
    datetime.date: lambda place: _BEGINNING.date() + datetime.timedelta(days=place),
    datetime.datetime: lambda place: _BEGINNING + datetime.timedelta(days=place),
}


class Compiled(Generic[M]):
    """What `build` gives for values of these `kinds` (int, str, date, datetime), whose SQL is the same for all of them.

    Called with values it gives the query set that `build` would have given for them, to be read once as it is: neither
    filtered nor counted. Each value must reach the database as it was given.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *kinds: type):
        self.build, self.kinds = build, kinds
        self._known: tuple[QuerySet[M], SQLCompiler, str, list[tuple[type, int | None, Any]]] | None = None

    def __call__(self, *values: Any) -> QuerySet[M]:
        if self._known is None:
            self._known = self._work_out()
        queryset, compiler, sql, places = self._known
        params = tuple(
            param if place is None else kind(values[place]) if issubclass(kind, int) else values[place]
            for kind, place, param in places
        )
        ours = copy(compiler)
        ours.connection = connection
        ours.as_sql = lambda *_args, **_kwargs: (sql, params)  # type: ignore[method-assign]
        found = queryset.all()
        found.query.get_compiler = lambda *_args, **_kwargs: ours  # type: ignore[method-assign]
        return found

    def _work_out(self):
        marks = [_MARKS[kind](place) for place, kind in enumerate(self.kinds)]
        queryset = self.build(*marks)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = [(type(param), marks.index(param) if param in marks else None, param) for param in params]
        if {place for _, place, _ in places} - {None} != set(range(len(marks))):
            raise TypeError("One of the values does not reach the database as it was given.")
        return queryset, compiler, sql, places


def keep_related(row: Model, name: str, found: Iterable[Model]) -> None:
    """What belongs to the row by the reverse key `name`, read already: as `prefetch_related` keeps it."""
    manager = getattr(row, name)
    kept = manager.get_queryset()
    kept._result_cache = list(found)
    kept._prefetch_done = True
    for one in kept._result_cache:
        setattr(one, manager.field.name, row)
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = kept
