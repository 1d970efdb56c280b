"""What is prepared is prepared once, and yields to whoever adds to the statements."""

import pghistory
import pytest
from django.db import IntegrityError, connection, transaction

from enquiries.models import Applicant
from hub.prepared import prepared
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
