import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from enquiries.models import LinkRequest
from enquiries.own_page.links import answer_link_requests
from hub.messages.services import send_due_messages
from tests.enquiries.intake.conftest import broker_away  # noqa: F401


@pytest.fixture
def enquiry(make_enquiry):
    return make_enquiry("in_touch")


@pytest.fixture
def link_for(db):
    """link_for(address) asks for a link on the page, lets the worker do its work, and gives the link's path."""

    def ask(address: str) -> str:
        mail.outbox.clear()
        assert Client().post(reverse("own_page"), {"email": address}).url == reverse("own_page_asked")
        answer_link_requests()
        send_due_messages()
        assert not LinkRequest.objects.exists()
        return link_in(mail.outbox[-1].body)

    return ask


def link_in(body: str) -> str:
    return re.search(r"https?://[^/]+(/journey/[\w-]{43}/)", body).group(1)


@pytest.fixture
def inside(link_for):
    """inside(enquiry) is a browser whose person has signed in to the page of the enquiry."""

    def enter(enquiry, address: str = "") -> Client:
        client = Client()
        client.post(link_for(address or enquiry.applicants.first().email))
        return client

    return enter


@pytest.fixture
def page_of(inside):
    """page_of(enquiry) is the text of its own page."""

    def read(enquiry, client=None) -> str:
        page = (client or inside(enquiry)).get(reverse("own_page"))
        assert page.status_code == 200
        return page.content.decode()

    return read


def send(client, name: str, enquiry, args=(), **typed):
    """Send a form of the page as its owner sees it now."""
    enquiry.refresh_from_db()
    return client.post(reverse(name, args=args), {"version": enquiry.version, **typed})
