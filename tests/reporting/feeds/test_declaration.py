"""Every field is declared, and the real views are made of nothing that the declaration forbids."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from reporting.feeds.database import make_views, statements
from reporting.feeds.declaration import DECLARED, MADE_OF
from reporting.feeds.feeds import ROWS
from reporting.feeds.treatment import Code, Forbidden, Joined, Month

REGISTER = Path(__file__).resolve().parents[3] / "docs" / "personal-data.md"
# Besides enquiries and handover, which hold nothing that need not be declared.
WITH_PEOPLE = (
    "hub.User",
    "hub.Message",
    "hub.AccessLog",
    "hub.ApiToken",
    *(name for name in MADE_OF if "reporting" in name),
)
# About nobody, and published: which authority it is.
PUBLIC = {("hub_authority", "id"), ("hub_authority", "gss_code")}


def fields_of_models() -> set[tuple[str, str]]:
    found = [model for app in ("enquiries", "handover") for model in apps.get_app_config(app).get_models()]
    found = [model for model in found if not hasattr(model, "pgh_tracked_model")]
    found += [apps.get_model(label) for label in WITH_PEOPLE]
    return {(model._meta.label, field.name) for model in found for field in model._meta.concrete_fields}


def declared() -> set[tuple[str, str]]:
    return {(label, field) for label, fields in DECLARED.items() for field in fields}


def test_every_field_is_declared_and_none_that_is_gone():
    assert sorted(fields_of_models() ^ declared()) == []


def test_a_field_that_is_new_and_not_declared_is_noticed(monkeypatch):
    monkeypatch.delitem(DECLARED["enquiries.Applicant"], "email")
    assert fields_of_models() ^ declared() == {("enquiries.Applicant", "email")}


def personal() -> set[tuple[str, str]]:
    """What docs/personal-data.md says is personal."""
    rows = [line.strip("|").split("|") for line in REGISTER.read_text().splitlines() if line.startswith("| `")]
    return {(row[0].strip(" `"), name) for row in rows if len(row) == 5 for name in re.findall(r"`(\w+)`", row[2])}


def test_of_what_is_personal_only_codes_are_used():
    """Of the facts and cases themselves; what is derived from them for the figures is coarse as the next test says."""
    used = {
        (label, field): MADE_OF[label][field]
        for label, field in personal() & declared()
        if label in MADE_OF and not label.startswith("reporting.")
    }
    used = {field: treatment for field, treatment in used.items() if not isinstance(treatment, Forbidden)}
    assert used.keys() == {("enquiries.Activity", name) for name in ("reason", "outcome", "places")}


def test_dates_are_months_and_texts_are_codes():
    """Whatever may hold a date or words goes through what makes it coarse; a moment goes nowhere."""
    for label, fields in MADE_OF.items():
        if label == "reporting.Return":  # about no household
            continue
        for name, treatment in fields.items():
            field = apps.get_model(label)._meta.get_field(name)
            if isinstance(treatment, Forbidden | Joined):
                continue
            assert not isinstance(field, models.DateTimeField | models.TextField | models.JSONField), name
            if isinstance(field, models.DateField):
                assert isinstance(treatment, Month), name
            if isinstance(field, models.CharField):
                assert isinstance(treatment, Code) or name == "campaign", name


# What the database itself says.
pytestmark = pytest.mark.django_db


def asked(statement: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def columns_of_views() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for view, column, kind in asked("""
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name LIKE 'feed\\_%%' ORDER BY table_name, ordinal_position
    """):
        found.setdefault(view, []).append((column, kind))
    return found


def columns_read_by_views() -> set[tuple[str, str]]:
    """Every column of a table on which a view depends, in what it shows or in a condition."""
    return set(
        asked("""
            SELECT DISTINCT t.relname::text, a.attname::text
            FROM pg_class v
            JOIN pg_rewrite r ON r.ev_class = v.oid
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
            JOIN pg_class t ON d.refclassid = 'pg_class'::regclass AND t.oid = d.refobjid AND t.oid <> v.oid
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            WHERE v.relkind IN ('v', 'm') AND v.relname LIKE 'feed\\_%%' AND d.refobjsubid > 0
        """)
    )


def allowed() -> set[tuple[str, str]]:
    found = set(PUBLIC)
    for label, fields in MADE_OF.items():
        meta = apps.get_model(label)._meta
        found |= {
            (meta.db_table, meta.get_field(name).column)
            for name, treatment in fields.items()
            if not isinstance(treatment, Forbidden)
        }
    return found


def test_the_views_have_the_columns_that_are_declared_and_no_others():
    expected = {feed.view: [(column.name, column.type) for column in feed.columns] for feed in ROWS}
    real = columns_of_views()
    assert sorted(real.pop("feed_measures")) == sorted(
        [("month", "date"), ("version", "smallint"), ("status", "character varying"), ("lines", "jsonb"),
         ("as_at", "timestamp with time zone"), ("definition", "character varying")]
    )  # fmt: skip
    assert real == expected


def test_the_views_read_nothing_that_is_forbidden():
    read = columns_read_by_views()
    assert len(read) > 40
    assert sorted(read - allowed()) == []


@pytest.mark.parametrize(
    ("statement", "caught"),
    [
        ("SELECT feed_id, postcode FROM reporting_householdid JOIN enquiries_enquiry ON id = enquiry_id", "postcode"),
        ("SELECT feed_id FROM reporting_householdid JOIN enquiries_enquiry e ON id = enquiry_id"
         " WHERE e.received_at > '2026-09-01'", "received_at"),
        ("SELECT last_name FROM enquiries_applicant", "last_name"),
        ("SELECT count(*) AS n FROM enquiries_activity WHERE note <> ''", "note"),
    ],
)  # fmt: skip
def test_a_forbidden_column_in_a_view_is_caught(statement, caught):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE VIEW feed_planted AS {statement}")
    assert caught in {column for _, column in columns_read_by_views() - allowed()}


def test_the_database_has_the_views_that_the_declaration_makes_today():
    """A change of the declaration without its migration would leave the old view standing."""
    defined = "SELECT viewname, definition FROM pg_views WHERE viewname LIKE 'feed\\_%%' ORDER BY 1"
    before = asked(defined)
    make_views()
    assert asked(defined) == before
    assert [view for view, _ in before] == sorted(statements())
