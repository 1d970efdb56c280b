"""However often it is sent, it is one enquiry; and nobody is turned away by a trap for programs."""

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from enquiries import services
from enquiries.models import Enquiry, HeldSubmission
from hub.models import Message

from .conftest import Visitor

SENT = "enquire_sent"


@pytest.mark.django_db
def test_sent_twice_one_after_the_other(visitor):
    visitor.fill()
    draft = visitor.draft_id
    first = visitor.send()
    again = visitor.client.post(reverse("enquire_check"), {"draft": draft})
    assert first.url == again.url == reverse(SENT)
    assert Enquiry.objects.count() == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_back_to_the_check_after_sending_shows_the_confirmation(visitor):
    visitor.fill().send()
    assert "enquiry_draft" not in visitor.client.session
    assert visitor.client.get(reverse("enquire_check")).url == reverse(SENT)


@pytest.mark.django_db
def test_the_old_page_sent_again_while_a_new_draft_is_written(visitor):
    visitor.fill()
    old = visitor.draft_id
    visitor.send()
    visitor.fill(your_name={"first_name": "Someone", "last_name": "Else"})
    assert visitor.client.post(reverse("enquire_check"), {"draft": old}).url == reverse(SENT)
    assert Enquiry.objects.count() == 1


@pytest.mark.django_db
def test_a_new_enquiry_may_follow(visitor):
    visitor.fill().send()
    visitor.fill(your_name={"first_name": "Someone", "last_name": "Else"}).send()
    assert Enquiry.objects.count() == 2


@pytest.mark.django_db
def test_a_draft_brought_back_by_a_late_page_is_over(visitor):
    """A page saved in another tab while this one sent: the session is then older than the sending."""
    visitor.fill()
    kept = visitor.client.session["enquiry_draft"]
    visitor.send()
    session = visitor.client.session
    session["enquiry_draft"] = kept
    session.save()
    assert visitor.client.get(reverse("enquire")).url == reverse("enquire_step", args=["postcode"])


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_give_one_enquiry_and_the_same_reference(directory, broker_away, monkeypatch):
    """Both have found no enquiry with the key and stand before writing it; only then either goes on."""
    visitor = Visitor(Client()).fill()
    draft, cookie = visitor.draft_id, visitor.client.cookies["sessionid"].value
    both = threading.Barrier(2, timeout=20)
    route = services.route

    def route_together(**kwargs):
        if threading.current_thread() is not threading.main_thread():
            both.wait()
        return route(**kwargs)

    monkeypatch.setattr(services, "route", route_together)
    answers: list = []

    def send():
        client = Client()
        client.cookies["sessionid"] = cookie
        try:
            response = client.post(reverse("enquire_check"), {"draft": draft})
            answers.append((response.status_code, response.url))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert answers == [(302, reverse(SENT))] * 2
    enquiry = Enquiry.objects.get()
    assert enquiry.applicants.count() == 2
    assert enquiry.activities.filter(kind="received").count() == 1
    assert Message.objects.count() == 1
    assert enquiry.reference in visitor.client.get(reverse(SENT)).content.decode()


@pytest.mark.django_db
def test_what_fills_in_everything_is_held_for_a_person_to_judge_and_nobody_is_turned_away(visitor):
    visitor.fill()
    assert visitor.send(website="https://example.org\x00" * 100).url == reverse(SENT)
    assert not Enquiry.objects.exists()
    assert HeldSubmission.objects.get().reference in visitor.client.get(reverse(SENT)).content.decode()
