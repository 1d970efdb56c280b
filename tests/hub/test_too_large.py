"""More than anybody writes is told so in words, wherever it is sent, and takes nothing from what was there before."""

import pytest
from django.urls import reverse

from enquiries.models import Enquiry
from tests.enquiries.intake.conftest import Visitor

TEN_MEGABYTES = "x" * 10_000_000


@pytest.fixture
def visitor(client, directory):
    return Visitor(client)


@pytest.mark.parametrize("name", ["postcode", "interests"])
@pytest.mark.parametrize("multipart", [True, False])
def test_a_page_of_the_form(visitor, name, multipart):
    visitor.fill(until="interests")
    before = visitor.client.session["enquiry_draft"]
    address = reverse("enquire_step", args=[name])
    if multipart:
        answer = visitor.client.post(address, {"message": TEN_MEGABYTES})
    else:
        answer = visitor.client.post(
            address, f"message={TEN_MEGABYTES}", content_type="application/x-www-form-urlencoded"
        )
    assert answer.status_code == 413
    assert "more than we can take at once" in answer.content.decode()
    assert visitor.client.session["enquiry_draft"] == before


def test_more_fields_than_any_page_has(visitor):
    visitor.fill()
    answer = visitor.client.post(reverse("enquire_check"), {f"f{n}": "x" for n in range(2000)})
    assert answer.status_code == 413 and not Enquiry.objects.exists()


def test_with_the_safeguard_against_other_sites_too(visitor):
    visitor.client.get(reverse("enquire_step", args=["postcode"]))  # which gives the cookie
    visitor.client.handler.enforce_csrf_checks = True
    assert visitor.client.post(reverse("enquire_check"), {"website": TEN_MEGABYTES}).status_code == 413


def test_what_is_no_request_at_all_has_its_own_page(client, db):
    answer = client.get("/", headers={"host": "not ours.example.org"})
    assert answer.status_code == 400 and "could not read" in answer.content.decode()
