"""Whoever serves a feed may read the views, and nothing else, and no longer than that."""

import pytest
from django.db import DatabaseError, connection, transaction

from hub.isolation import FEEDS_ROLE
from reporting.feeds.database import reading_feeds, statements

pytestmark = pytest.mark.django_db


def asked(statement: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def role_now() -> str:
    return asked("SELECT current_setting('role')")[0][0]


def readable() -> set[str]:
    """All that the role may read or write, whole or by a column."""
    rights = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
    return {
        name
        for right in rights
        for (name,) in asked(
            """SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
               AND relkind IN ('r', 'p', 'v', 'm') AND has_any_column_privilege(%s, oid, %s)""",
            FEEDS_ROLE,
            right,
        )
    }


def test_it_may_read_the_views_and_nothing_else():
    assert readable() == set(statements())


def test_a_right_that_is_given_besides_is_caught():
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT (postcode) ON enquiries_enquiry TO {FEEDS_ROLE}")
    assert readable() - set(statements()) == {"enquiries_enquiry"}


def test_it_is_nobody_else():
    (rights,) = asked(
        "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s",
        FEEDS_ROLE,
    )
    assert not any(rights)
    assert asked("SELECT 1 FROM pg_auth_members WHERE member = %s::regrole", FEEDS_ROLE) == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM enquiries_enquiry", "SELECT 1 FROM reporting_household", "SELECT 1 FROM reporting_householdid",
        "SELECT 1 FROM hub_user", "SELECT 1 FROM reporting_return", "DELETE FROM feed_enquiries",
        "UPDATE feed_enquiries SET authority = ''", "CREATE TABLE mine (id int)",
    ],
)  # fmt: skip
def test_everything_else_is_denied(statement):
    with pytest.raises(DatabaseError, match=r"denied|cannot"), transaction.atomic(), reading_feeds():
        asked(statement)
    assert role_now() == "none"


def test_it_lasts_for_the_feed():
    with reading_feeds():
        assert role_now() == FEEDS_ROLE
        assert asked("SELECT count(*) FROM feed_enquiries") == [(0,)]
    assert role_now() == "none"


def test_and_is_over_after_a_fault():
    with pytest.raises(ValueError, match="ours"), reading_feeds():
        raise ValueError("ours")
    assert role_now() == "none"
