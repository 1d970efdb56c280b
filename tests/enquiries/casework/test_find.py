"""The page that follows upon a search."""

import pytest
from django.urls import reverse

from enquiries.intake.services import Person

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
