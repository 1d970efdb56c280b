"""What is prepared is prepared once, and yields to whoever adds to the statements."""

import datetime

import pghistory
import pytest
from django.db import DataError, IntegrityError, connection, transaction

from enquiries.models import Applicant, Enquiry
from hub.audit import AccessLog
from hub.prepared import all_prepared, begin_with, prepared
from hub.rows import insert

pytestmark = pytest.mark.django_db


def times_prepared(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", [statement])
        return cursor.fetchone()[0]


def test_a_statement_that_is_made_again_is_prepared_once():
    for number in range(5):
        with prepared() as cursor:
            cursor.execute("SELECT %s::bigint + 40000000000", [number])
            assert cursor.fetchone() == (40000000000 + number,)
    assert times_prepared("SELECT $1::bigint + 40000000000") == 1


def test_its_faults_are_those_of_every_statement(make_enquiry):
    with pytest.raises(IntegrityError, match="applicant_first_or_second"), transaction.atomic():
        insert(Applicant(enquiry=make_enquiry(), position=3))


def test_whoever_counts_statements_reads_them(django_assert_num_queries):
    with django_assert_num_queries(1) as told, prepared() as cursor:
        cursor.execute("SELECT %s", ["typed"])
    assert told.captured_queries[0]["sql"] == "SELECT 'typed'"


def test_row_history_says_who_wrote_what_is_inserted(make_enquiry, worker):
    enquiry = make_enquiry()
    enquiry.applicants.filter(position=2).delete()
    with pghistory.context(user=worker.pk):
        insert(second := Applicant(enquiry=enquiry, position=2, first_name="Tom"))
    event = second.events.get()
    assert event.pgh_context.metadata["user"] == worker.pk


@pytest.mark.django_db(transaction=True)
class TestBeginWith:
    def test_what_is_said_holds_in_the_transaction_and_no_longer(self):
        with transaction.atomic():
            begin_with("SET LOCAL lock_timeout = '5s'", "SET LOCAL statement_timeout = '7s'")
            assert (setting("lock_timeout"), setting("statement_timeout")) == ("5s", "7s")
        assert (setting("lock_timeout"), setting("statement_timeout")) == ("0", "0")

    def test_in_one_that_has_begun_it_is_said_too(self):
        with transaction.atomic():
            begun = setting("lock_timeout")
            begin_with("SET LOCAL lock_timeout = '5s'")
            assert (begun, setting("lock_timeout")) == ("0", "5s")
        assert setting("lock_timeout") == "0"

    def test_a_fault_of_it_is_the_databases(self):
        with pytest.raises(DataError), transaction.atomic():
            begin_with("SET LOCAL ROLE nobody_of_this_name")
        assert setting("role") == "none"

    def test_what_is_written_after_it_is_rolled_back_with_the_transaction(self):
        with transaction.atomic():
            begin_with("SET LOCAL lock_timeout = '5s'")
            insert(AccessLog(by_link="somebody 1", action="look"))
            transaction.set_rollback(True)
        assert not AccessLog.objects.exists()


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


def test_moments_are_read_as_django_reads_them(make_enquiry):
    enquiry = make_enquiry()
    with all_prepared():
        read = Enquiry.objects.get(pk=enquiry.pk)
    assert read.received_at == Enquiry.objects.get(pk=enquiry.pk).received_at
    assert read.received_at.utcoffset() == datetime.timedelta(0)
