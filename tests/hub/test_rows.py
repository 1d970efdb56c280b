"""Rows inserted with little ado are rows like any other."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.forms import model_to_dict
from django.utils import timezone

from enquiries.models import Activity, Applicant
from hub.models import Message
from hub.rows import insert, update


def test_they_are_what_save_would_have_written(make_enquiry):
    enquiry, now = make_enquiry(), timezone.now()
    fields = {"enquiry": enquiry, "kind": "note", "occurred_at": now, "recorded_at": now, "note": "Ø “quoted” ' %s"}
    saved, inserted = Activity(**fields), Activity(**fields)
    saved.save()
    insert(inserted)
    one, other = (Activity.objects.get(pk=fact.pk) for fact in (saved, inserted))
    assert model_to_dict(one, exclude=["id"]) == model_to_dict(other, exclude=["id"])
    assert inserted.occurred_on == other.occurred_on == one.occurred_on
    assert not inserted._state.adding


def test_several_in_one_statement(make_enquiry, django_assert_num_queries):
    enquiry, now = make_enquiry(), timezone.now()
    facts = [Activity(enquiry=enquiry, kind="note", occurred_at=now, note=str(number)) for number in range(3)]
    with django_assert_num_queries(1):
        insert(*facts)
    assert [Activity.objects.get(pk=fact.pk).note for fact in facts] == ["0", "1", "2"]
    with django_assert_num_queries(0):
        insert()


def test_constraints_hold(make_enquiry):
    with pytest.raises(IntegrityError, match="applicant_first_or_second"), transaction.atomic():
        insert(Applicant(enquiry=make_enquiry(), position=3))


def test_once_by_a_unique_field(db):
    def letter(body):
        return Message(template="t", to="a@example.org", subject="s", body=body, idempotency_key="key")

    first, again = letter("first"), letter("again")
    insert(first, once_by="idempotency_key")
    insert(again, once_by="idempotency_key")
    assert again.pk == first.pk and Message.objects.get().body == "first"


def test_fields_of_a_row_are_kept_as_save_keeps_them(make_enquiry, django_assert_num_queries):
    enquiry = make_enquiry()
    enquiry.stage, enquiry.held_by_id, enquiry.message = "in_touch", None, "not kept"
    with django_assert_num_queries(1):
        update(enquiry, "stage", "held_by_id")
    kept = type(enquiry).objects.get(pk=enquiry.pk)
    assert (kept.stage, kept.held_by_id) == ("in_touch", None) and kept.message != "not kept"


def test_a_row_that_is_gone_is_said_to_be(make_enquiry):
    enquiry = make_enquiry()
    enquiry.pk = 0
    with pytest.raises(DatabaseError, match="any more"):
        update(enquiry, "stage")
