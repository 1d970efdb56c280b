"""The table of handover/isolation.py, the database, and the register of personal data say the same."""

import pytest
from django.db import connection

from handover.isolation import OPEN, OWN
from hub.isolation import HUB_ROLES, ROLE, carry_into_the_database
from tests.isolation.conftest import about_prospective_carers, our_models

pytestmark = pytest.mark.django_db


def asked(statement: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def policies() -> list[tuple]:
    return asked("""
        SELECT tablename, policyname, permissive, roles::text[], cmd, qual, with_check
        FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2
    """)


def tables(*, secured: bool | None = None) -> set[str]:
    found = asked("SELECT relname, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                  " AND relkind IN ('r', 'p')")  # fmt: skip
    return {name for name, on in found if secured is None or on == secured}


def granted(*rights: str) -> set[str]:
    """The tables, views and sequences on which the restricted role has any of the rights."""
    statement = """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
        AND has_table_privilege(%s, oid, %s)
    """
    return {name for right in rights for (name,) in asked(statement, ROLE, right)}


def test_every_table_of_ours_is_secured_or_open():
    ours = {model._meta.db_table for model in our_models()}
    assert ours >= {"enquiries_enquiry", "hub_user", "hub_userevent"}
    assert sorted(ours - tables(secured=True) - OPEN) == []
    assert sorted(OPEN & tables(secured=True)) == []
    assert sorted((OWN.keys() | OPEN) - tables()) == []
    assert OWN.keys() & OPEN == set()


def test_the_restricted_role_may_read_what_the_table_names_and_write_nothing():
    assert granted("SELECT") == OWN.keys() | OPEN
    assert granted("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER") == set()
    columns = (
        "SELECT count(*) FROM information_schema.column_privileges WHERE grantee = %s AND privilege_type <> 'SELECT'"
    )
    assert asked(columns, ROLE) == [(0,)]
    sequences = "SELECT count(*) FROM pg_sequences WHERE has_sequence_privilege(%s, quote_ident(sequencename), 'USAGE')"
    assert asked(sequences, ROLE) == [(0,)]


def test_the_restricted_role_is_nobody_else():
    (role,) = asked(
        "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s", ROLE
    )
    assert not any(role)
    assert asked("SELECT 1 FROM pg_auth_members WHERE member = %s::regrole", ROLE) == []


def test_the_policies_are_those_of_the_table():
    for_authorities = {name: (roles, cmd) for name, policy, _, roles, cmd, _, _ in policies() if ROLE in roles}
    assert for_authorities == {table: ([ROLE], "SELECT") for table in OWN}
    for_the_hub = {name: set(roles) for name, policy, _, roles, *_ in policies() if policy == "of_the_hub"}
    assert for_the_hub == {table: set(HUB_ROLES) for table in for_the_hub}
    assert for_the_hub.keys() >= {model._meta.db_table for model in our_models()} - OPEN
    assert {policy for _, policy, *_ in policies()} == {"of_the_hub", "of_the_authority"}


def test_the_conditions_in_the_database_are_those_that_the_table_says_today():
    """A change of the table without its migration would leave the old condition standing."""
    before = policies()
    carry_into_the_database(OWN, OPEN)
    assert policies() == before


def test_whatever_is_about_prospective_carers_is_secured():
    models = about_prospective_carers()
    assert len(models) > 30
    assert sorted(m._meta.db_table for m in models if m._meta.db_table not in tables(secured=True)) == []
    assert sorted(m._meta.db_table for m in models if m._meta.db_table in OPEN) == []


def test_links_of_many_to_many_are_secured_too():
    through = {
        field.remote_field.through._meta.db_table for model in our_models() for field in model._meta.many_to_many
    }
    ours = {table for table in through if table.split("_")[0] in ("hub", "enquiries", "handover", "reporting")}
    assert sorted(ours - tables(secured=True)) == []
