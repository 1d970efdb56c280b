"""From the first page to the confirmation."""

import pytest
from django.urls import reverse

from enquiries.models import Enquiry

pytestmark = pytest.mark.django_db


def test_a_couple_gets_through(visitor, mailoutbox):
    response = visitor.fill().send()
    assert response.status_code == 302 and response.url == reverse("enquire_sent")
    enquiry = Enquiry.objects.get()
    assert [str(person) for person in enquiry.applicants.all()] == ["Amina Khalid", "Tom O’Neill"]
    assert enquiry.applicants.first().phone == "+447700900123"
    assert (enquiry.channel, enquiry.source, enquiry.spare_room) == ("web", "word_of_mouth", "yes")
    assert enquiry.interests == ["short_term", "siblings"]
    assert enquiry.activities.first().who == "the enquirer"
    page = visitor.client.get(response.url).content.decode()
    assert enquiry.reference in page
