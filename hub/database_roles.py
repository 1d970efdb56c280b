"""The roles that web and worker sign in to the database as, where they do not own it (docs/running.md)."""

from django.db import connection, transaction
from psycopg import sql

from hub.isolation import FEEDS_ROLE, HUB_ROLES, ROLE, make_roles

WEB, WORKER = HUB_ROLES
# What a worker has no business with: second factors are asked for on pages alone.
NOT_FOR_WORKERS = ("mfa_authenticator",)


@transaction.atomic
def let_in(*, web: str, worker: str, web_password: str = "", worker_password: str = "") -> None:
    """Make the two login roles, or bring them up to date: rows are theirs to read and write, tables are not.

    For the owner of the tables, after `migrate`. An empty password leaves the one there is. The web's role may take on
    the restricted ones while it serves an authority or a feed; the worker's may not read second factors.
    """
    make_roles()
    for group in HUB_ROLES:
        _run("GRANT USAGE ON SCHEMA public TO {group}", group=group)
        for right, what in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
            _run(f"GRANT {right} ON ALL {what} IN SCHEMA public TO {{group}}", group=group)
            _run(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {right} ON {what} TO {{group}}", group=group)
    for table in NOT_FOR_WORKERS:
        _run("REVOKE ALL ON {table} FROM {group}", table=table, group=WORKER)
    _make_login(web, web_password, (WEB, ROLE, FEEDS_ROLE))
    _make_login(worker, worker_password, (WORKER,))


def _make_login(name: str, password: str, groups: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [name])
        known = cursor.rowcount == 1
    if not known:
        _run("CREATE ROLE {name} LOGIN", name=name)
    if password:
        with connection.cursor() as cursor:
            words = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
            cursor.execute(words.as_string(cursor.cursor))
    for group in groups:
        _run("GRANT {group} TO {name}", group=group, name=name)


def _run(statement: str, **names: str) -> None:
    with connection.cursor() as cursor:
        quoted = {key: sql.Identifier(name) for key, name in names.items()}
        cursor.execute(sql.SQL(statement).format(**quoted).as_string(cursor.cursor))
