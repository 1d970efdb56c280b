"""What the database gives and takes while it serves another authority, whatever the code asks of it."""

import pytest
from django.db import Error, ProgrammingError, connection, transaction

from enquiries.models import Activity, Applicant, Enquiry
from handover.isolation import OPEN, OWN
from handover.models import Agreement, Handover
from hub.isolation import bound_to
from hub.models import User
from hub.prepared import all_prepared
from tests.isolation.conftest import our_models

pytestmark = pytest.mark.django_db

READABLE = [model for model in our_models() if model._meta.db_table in OWN]
SHUT = [model for model in our_models() if model._meta.db_table not in OWN and model._meta.db_table not in OPEN]

# By what a row is an authority's, where that is not who holds the enquiry.
WHOSE = {
    **dict.fromkeys(
        (
            "handover_handover", "handover_agreement", "handover_monthlyfigures", "handover_practicecase",
            "handover_endpoint", "handover_milestoneupload", "hub_apitoken", "hub_user",
        ),
        "authority",
    ),
    "enquiries_enquiry": "held_by",
    "handover_delivery": "endpoint__authority",
    "handover_attempt": "delivery__endpoint__authority",
    "handover_milestoneuploadrow": "upload__authority",
}  # fmt: skip


def refused(work) -> str:
    with pytest.raises(Error) as fault, transaction.atomic():
        work()
    return str(fault.value)


@pytest.mark.parametrize("model", READABLE, ids=lambda model: model.__name__)
def test_of_another_authority_there_is_no_row(model, handover, gateshead, newcastle, newcastle_worker):
    theirs_by = {WHOSE.get(model._meta.db_table, "enquiry__held_by"): gateshead}
    theirs = set(model._base_manager.filter(**theirs_by).values_list("pk", flat=True))
    with bound_to(newcastle.pk):
        seen = set(model._base_manager.values_list("pk", flat=True))
    with bound_to(gateshead.pk):
        seen_by_them = set(model._base_manager.values_list("pk", flat=True))
    assert theirs <= seen_by_them and not theirs & seen, model
    assert theirs or model.__name__ == "EoiSection"


@pytest.mark.parametrize("model", SHUT, ids=lambda model: model.__name__)
def test_what_the_table_does_not_name_cannot_be_read_at_all(model, handover, gateshead):
    with bound_to(gateshead.pk):
        assert "permission denied" in refused(lambda: list(model._base_manager.all()[:1]))


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_nothing_is_written_not_even_ones_own(model, handover, gateshead):
    table, key = (
        connection.ops.quote_name(name) for name in (model._meta.db_table, model._meta.concrete_fields[0].column)
    )
    statements = [
        f"INSERT INTO {table} DEFAULT VALUES", f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ]  # fmt: skip
    with bound_to(gateshead.pk), connection.cursor() as cursor:
        for statement in statements:
            said = refused(lambda statement=statement: cursor.execute(statement))
            assert "permission denied" in said, statement


def test_the_orm_writes_nothing_either(handover, gateshead):
    with bound_to(gateshead.pk):
        mine = Handover.objects.get(pk=handover.pk)
        assert "permission denied" in refused(lambda: Handover.objects.filter(pk=mine.pk).update(note="x"))
        assert "permission denied" in refused(lambda: Enquiry.objects.filter(pk=mine.enquiry_id).update(message="x"))
        assert "permission denied" in refused(mine.enquiry.facts.first().save)
        assert "permission denied" in refused(lambda: Agreement.objects.create(authority=gateshead, version="9"))


def test_what_is_given_back_takes_its_record_with_it(handover, gateshead, worker):
    from handover.services import withdraw_handover

    withdraw_handover(handover=handover, by=worker, reason="mistake")
    with bound_to(gateshead.pk):
        assert Handover.objects.filter(pk=handover.pk).exists()
        assert not Enquiry.objects.exists() and not Applicant.objects.exists() and not Activity.objects.exists()


@pytest.mark.parametrize("setting", ["", "0", "-1"])
def test_without_an_authority_the_role_sees_nobody(setting, handover):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', 'fostering_authority', true), set_config('hub.authority', %s, true)",
                       [setting])  # fmt: skip
        seen = [
            Handover.objects.exists(),
            Enquiry.objects.exists(),
            User.objects.filter(authority__isnull=False).exists(),
        ]
        cursor.execute("RESET ROLE")
    assert seen == [False, False, False]


def test_a_setting_that_is_no_number_is_a_fault_and_no_answer(handover):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', 'fostering_authority', true), set_config('hub.authority', 'x', true)")
        assert "invalid input syntax" in refused(lambda: list(Handover.objects.all()))
        cursor.execute("RESET ROLE")


def test_tables_of_others_are_shut_too(handover, gateshead):
    """Sessions, second factors, counters, history's contexts: whatever is not named."""
    with bound_to(gateshead.pk), connection.cursor() as cursor:
        for table in ("django_session", "mfa_authenticator", "hub_cache", "pghistory_context", "django_migrations"):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(f"SELECT * FROM {table}")


def test_a_plan_that_is_kept_shows_each_their_own(handover, gateshead, newcastle):
    def seen() -> list[int]:
        return list(Enquiry.objects.order_by().values_list("pk", flat=True))

    with all_prepared():
        for _ in range(8):  # PostgreSQL tries a plan five times before it keeps one for all values
            with bound_to(gateshead.pk):
                assert seen() == [handover.enquiry_id]
            with bound_to(newcastle.pk):
                assert seen() == []
            assert handover.enquiry_id in seen()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall()]
    assert sum('FROM "enquiries_enquiry"' in statement and "LIMIT" not in statement for statement in kept) == 1
