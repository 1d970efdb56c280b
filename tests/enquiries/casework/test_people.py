"""Changing who they are: what the form does not ask stays as it is."""

import datetime

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_date_of_birth_stays_when_names_are_changed(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("new")
    born = datetime.date(1984, 2, 29)
    enquiry.applicants.update(born_on=born)
    typed = {"first_name": "Amina", "email": "amina@example.org", "second_first_name": "Thomas"}
    sign_in(worker).post(reverse("people", args=[enquiry.reference]), {**typed, "version": enquiry.version})
    assert [(one.first_name, one.born_on) for one in enquiry.applicants.all()] == [("Amina", born), ("Thomas", born)]
