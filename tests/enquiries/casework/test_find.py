"""The page that follows upon a search."""

import pytest
from django.db import connection
from django.db.models.functions import Reverse
from django.urls import reverse

from enquiries.intake.services import Person
from enquiries.models import Applicant

pytestmark = pytest.mark.django_db


def test_it_shows_what_was_found_and_looked_at_later_searches_anew(make_enquiry, sign_in, worker):
    def khalid(first: str) -> str:
        return make_enquiry(applicants=[Person(first, "Khalid", f"{first.lower()}@example.org")]).reference

    first, second = khalid("Amina"), khalid("Omar")
    client = sign_in(worker)
    assert client.post(reverse("find"), {"q": "khalid"})["Location"] == reverse("find")
    third = khalid("Leila")
    shown = [client.get(reverse("find")).content.decode() for _ in range(2)]
    assert [[ref in page for ref in (first, second, third)] for page in shown] == [[True, True, False], [True] * 3]


def test_whoever_may_no_longer_see_them_finds_nobody(make_enquiry, sign_in, worker):
    for name in ("Amina", "Omar"):
        make_enquiry(applicants=[Person(name, "Khalid", f"{name.lower()}@example.org")])
    client = sign_in(worker)
    client.post(reverse("find"), {"q": "khalid"})
    type(worker).objects.filter(pk=worker.pk).update(is_active=False)
    assert client.get(reverse("find")).status_code == 302


def find(client, text: str) -> str:
    return client.post(reverse("find"), {"q": text}, follow=True).content.decode()


@pytest.mark.parametrize("typed", ["900555", "900 555", "0900555", "07700 900555", "+44 7700 900555"])
def test_the_last_six_digits_of_a_number_are_enough(make_enquiry, sign_in, worker, typed):
    wanted = make_enquiry(applicants=[Person("Amina", "Khalid", phone="+447700900555")])
    make_enquiry(applicants=[Person("Omar", "Khalid", phone="+447700900556")])
    assert wanted.names in find(sign_in(worker), typed)


def test_fewer_digits_find_nobody_by_their_number(make_enquiry, sign_in, worker):
    for first in ("Amina", "Omar"):
        make_enquiry(applicants=[Person(first, "Khalid", phone="+447700900555")])
    assert "Khalid" not in find(sign_in(worker), "00555").replace("value=", "")


@pytest.mark.parametrize("number", ["", "9", "990", "1000", "9999", "10000", "07700900555"])
def test_a_name_with_figures_in_it_is_no_number(make_enquiry, sign_in, worker, number):
    wanted = make_enquiry(applicants=[Person("Amina", f"Khalid{number}")])
    assert wanted.reference in find(sign_in(worker), f"Khalid{number}")


def test_the_last_digits_are_found_by_an_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        ends = Applicant.objects.annotate(backwards=Reverse("phone")).filter(backwards__startswith="555009")
        assert "applicant_phone_backwards" in ends.explain()
