"""What an authority's people and systems may reach is decided by the database too: row-level security stands behind
`visible_to` (docs/decisions/0023).

While they are served, the transaction has the restricted role `ROLE` and says which authority it is bound to. Both are
bound to the transaction alone, so that a connection pooler in transaction mode may give the connection to anybody next.
What the role may read is one table: handover/isolation.py. It may write nothing: the services that an authority may
call do the hub's work in its place (`for_the_hub`), after they have found the record under the restriction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction

from hub.prepared import begin_with

ROLE = "fostering_authority"
SETTING = "hub.authority"

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class _Binding:
    authority_id: int
    afterwards: list[Callable[[], None]] = field(default_factory=list)


_bound: ContextVar[_Binding | None] = ContextVar("bound_to", default=None)


@contextmanager
def bound_to(authority_id: int, *, savepoint: bool = True) -> Iterator[None]:
    """One transaction in which the database shows nothing but what this authority may read, and takes no write.

    Within another transaction it is a savepoint, after which that one is bound as it was before; without `savepoint`
    a fault within it ends that one too.
    """
    within, outside = connection.in_atomic_block, _bound.get()
    binding = _Binding(authority_id)
    with transaction.atomic(savepoint=savepoint):
        if within:
            _say(authority_id)
        else:
            begin_with(f"SET LOCAL ROLE {ROLE}", f"SET LOCAL {SETTING} = '{int(authority_id)}'")
        was = _bound.set(binding)
        try:
            yield
        finally:
            _bound.reset(was)
        if within:
            _say(outside.authority_id if outside else None)
    for job in binding.afterwards:
        once_free(job)


def once_free(job: Callable[[], None]) -> None:
    """What the hub does beside serving an authority, such as noting who looked at whom: done when the binding has
    ended, and before anybody is answered; at once where nobody is bound. After a fault it is not done.

    So the authority's transaction need not change its role to and fro for it.
    """
    if (binding := _bound.get()) is None:
        job()
    else:
        binding.afterwards.append(job)


@contextmanager
def for_the_hub() -> Iterator[None]:
    """What the hub does for an authority that it serves: with the hub's own rights, until the end of the block.

    Changes nothing where nobody is bound. Whoever uses it has asked before whether the authority may have this done.
    """
    binding = _bound.get()
    if binding is None:
        yield
        return
    _say(None)
    was = _bound.set(None)
    try:
        yield
    finally:
        _bound.reset(was)
        # After a fault of the database nothing can be said: the transaction ends, and the role with it.
        with suppress(DatabaseError):
            _say(binding.authority_id)


def in_place_of_the_hub(service: Callable[P, T]) -> Callable[P, T]:
    """For a service that authorities may call: `for_the_hub` around the whole of it."""

    @wraps(service)
    def served(*args: P.args, **kwargs: P.kwargs) -> T:
        with for_the_hub():
            return service(*args, **kwargs)

    return served


def _say(authority_id: int | None) -> None:
    role, authority = ("none", "") if authority_id is None else (ROLE, str(authority_id))
    # Both as SET LOCAL: with the end of the transaction, or of the savepoint that fails, they are gone.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true), set_config(%s, %s, true)", [role, SETTING, authority])


FEEDS_ROLE = "fostering_feeds"  # reads the views of the feeds and nothing else (reporting/feeds/database.py)
HUB_ROLES = ("fostering_hub", "fostering_worker")  # of a web and a worker process that do not own the tables
OUR_TABLES = ("hub", "enquiries", "handover", "reporting")
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND split_part(relname, '_', 1) = ANY(%s)
    ORDER BY relname
"""
_MAKE_ROLE = """
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
        -- Not "MEMBER": from PostgreSQL 16 on whoever made a role is a member that may not take it on.
        IF NOT pg_has_role(current_user, '{role}', 'USAGE') THEN GRANT {role} TO CURRENT_USER; END IF;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;  -- somebody else makes it at this moment
        WHEN insufficient_privilege THEN
            RAISE 'The role {role} is missing. Let a superuser make it once: docs/running.md, "Roles of the database".';
    END $$
"""


def make_roles() -> None:
    """The roles that nobody signs in as; safe to run again."""
    with connection.cursor() as cursor:
        for role in (ROLE, FEEDS_ROLE, *HUB_ROLES):
            cursor.execute(_MAKE_ROLE.format(role=role))


def carry_into_the_database(own: dict[str, str], open_to_all: frozenset[str]) -> None:
    """Make the database refuse what the two do not name: row-level security on every table of ours but the open ones.

    `own` gives for a table the condition of the rows that the authority bound may read. Of tables that are not there
    yet nothing is said: a migration after theirs says it again. Safe to run again; for the owner of the tables.
    """
    make_roles()
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {', '.join((ROLE, *HUB_ROLES))}")
        cursor.execute(_TABLES, [list(OUR_TABLES)])
        for (table,) in cursor.fetchall():
            for policy in ("of_the_hub", "of_the_authority"):
                cursor.execute(f'DROP POLICY IF EXISTS {policy} ON "{table}"')
            if table in open_to_all:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
            else:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
                cursor.execute(f'CREATE POLICY of_the_hub ON "{table}" TO {", ".join(HUB_ROLES)} USING (true)')
            if table in own:
                cursor.execute(f'CREATE POLICY of_the_authority ON "{table}" FOR SELECT TO {ROLE} USING ({own[table]})')
            if table in own or table in open_to_all:
                cursor.execute(f'GRANT SELECT ON "{table}" TO {ROLE}')
