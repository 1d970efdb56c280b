"""Changing who they are: what the form does not ask stays as it is."""

import datetime

import pytest
from django.urls import reverse

from enquiries.models import SafeContact

pytestmark = pytest.mark.django_db


def test_a_date_of_birth_stays_when_names_are_changed(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("new")
    born = datetime.date(1984, 2, 29)
    enquiry.applicants.update(born_on=born)
    typed = {"first_name": "Amina", "email": "amina@example.org", "second_first_name": "Thomas"}
    sign_in(worker).post(reverse("people", args=[enquiry.reference]), {**typed, "version": enquiry.version})
    assert [(one.first_name, one.born_on) for one in enquiry.applicants.all()] == [("Amina", born), ("Thomas", born)]


def test_an_interpreter_and_what_makes_it_easier_can_be_put_right(make_enquiry, sign_in, worker):
    enquiry = make_enquiry(safe_contact={"interpreter": True, "adjustments": "Text relay"})
    page = reverse("safe_contact", args=[enquiry.reference])
    typed = {
        "by_phone": "on",
        "by_email": "on",
        "when": "any",
        "version": enquiry.version,
        "adjustments": "Large print",
    }
    assert "Text relay" in sign_in(worker).get(page).content.decode()
    sign_in(worker).post(page, typed)
    safe = SafeContact.objects.get(enquiry=enquiry)
    assert (safe.interpreter, safe.adjustments) == (False, "Large print")
