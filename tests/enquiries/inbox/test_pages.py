"""The inbox as hub staff see it: who may, what it shows, what its buttons do."""

import pytest
from django.urls import reverse
from django.utils import timezone

from enquiries.inbox.mailbox import Item
from enquiries.inbox.reading import take_item
from enquiries.inbox.services import hold_submission
from enquiries.models import CallEvent, Enquiry, HeldSubmission, InboundMessage
from hub.models import AccessLog
from tests.factories import intake, someone

from .conftest import a_letter

ODD = "<script>alert(1)</script>\u202e=1+1"


@pytest.fixture
def held(directory):
    return hold_submission(intake=intake(message=f"Hello {ODD}"), key="web-1", why=["trap", "speed"])


@pytest.fixture
def aside(directory):
    return arrive(a_letter("I am away.", Auto_Submitted="auto-replied"))


@pytest.fixture
def unread(directory):
    return arrive(b"From: a@example.org\r\nContent-Type: text/plain; charset=x-odd\r\n\r\n<b>\x01\xff Hello")


def arrive(letter) -> InboundMessage:
    raw = letter if isinstance(letter, bytes) else letter.as_bytes()
    return take_item(Item(raw, len(raw), timezone.now()), mailbox="hello INBOX")


def looks() -> list[str]:
    return list(AccessLog.objects.order_by("pk").values_list("action", flat=True))


def test_everything_that_waits_with_its_count_in_the_menu(held, aside, unread, sign_in, worker):
    CallEvent.objects.create(call_id="1", kind="missed", at=timezone.now())
    page = sign_in(worker).get(reverse("inbox")).content.decode()
    assert held.names in page and held.reference in page and "A field that nobody can see was filled in" in page
    assert "amina.new@example.org" in page and "An automatic answer" in page and "nobody knows: x-odd" in page
    assert "Number withheld" in page
    assert '<span class="hub-count">4<span class="govuk-visually-hidden"> waiting</span>' in page
    assert looks() == ["inbox"]


def test_an_empty_inbox_says_so_and_is_no_look_at_anybody(hub, sign_in, worker):
    client = sign_in(worker)
    assert "Nothing waits" in client.get(reverse("inbox")).content.decode()
    assert "Nothing has been decided yet" in client.get(reverse("inbox_decided")).content.decode()
    assert looks() == []
    assert "hub-count" not in client.get(reverse("inbox")).content.decode()


def test_a_long_inbox_takes_no_more_queries_and_shows_the_oldest(
    directory, sign_in, worker, monkeypatch, django_assert_max_num_queries, django_assert_num_queries
):
    monkeypatch.setattr("enquiries.inbox.waiting.MOST_SHOWN", 3)
    client = sign_in(worker)
    hold_submission(intake=intake(), key="first", why=["trap"])
    with django_assert_max_num_queries(25) as few:
        client.get(reverse("inbox"))
    for n in range(6):
        hold_submission(intake=intake(), key=f"{n}", why=["trap"])
        arrive(a_letter("Away", Precedence="bulk"))
    with django_assert_num_queries(len(few)):
        page = client.get(reverse("inbox")).content.decode()
    assert "The oldest 3 of 7." in page and "The oldest 3 of 6." in page


def test_a_held_submission_shows_what_was_sent_and_runs_nothing_of_it(held, sign_in, worker):
    page = sign_in(worker).get(reverse("inbox_submission", args=[held.pk])).content.decode()
    assert "07700 900123" in page and "NE8 1AA" in page and "finished faster than anybody reads" in page
    assert "&lt;script&gt;" in page and "<script>alert" not in page
    assert "A person sent it: take it in" in page
    assert list(AccessLog.objects.values_list("action", "reference")) == [("inbox_item", held.reference)]


def test_taken_in(held, sign_in, worker):
    client = sign_in(worker)
    assert client.post(reverse("inbox_release", args=[held.pk])).url == reverse("enquiry", args=[held.reference])
    assert Enquiry.objects.get().reference == held.reference
    assert held.names in client.get(reverse("inbox_decided")).content.decode()
    shown = client.get(reverse("inbox_submission", args=[held.pk])).content.decode()
    assert "Ruth Worker took it in" in shown and "<button" not in shown.split("<main")[1]


def test_rejected_and_taken_in_after_all(held, sign_in, worker):
    client = sign_in(worker)
    assert client.post(reverse("inbox_reject", args=[held.pk])).url == reverse("inbox")
    assert held.names not in client.get(reverse("inbox")).content.decode()
    shown = client.get(reverse("inbox_submission", args=[held.pk])).content.decode()
    assert "that no person sent it" in shown and "Take it in after all" in shown
    refused = client.post(reverse("inbox_reject", args=[held.pk]))
    assert refused.status_code == 409 and "decided meanwhile" in refused.content.decode()
    client.post(reverse("inbox_release", args=[held.pk]))
    assert Enquiry.objects.count() == 1


def test_a_letter_set_aside_becomes_an_enquiry_or_is_dismissed(aside, sign_in, worker):
    client = sign_in(worker)
    page = client.get(reverse("inbox_message", args=[aside.pk])).content.decode()
    assert "I am away." in page and "Make it an enquiry" in page
    client.post(reverse("inbox_dismiss", args=[aside.pk]))
    assert not Enquiry.objects.exists()
    assert client.post(reverse("inbox_dismiss", args=[aside.pk])).status_code == 409
    assert "Take it in after all" in client.get(reverse("inbox_message", args=[aside.pk])).content.decode()
    client.post(reverse("inbox_take_in", args=[aside.pk]))
    client.post(reverse("inbox_take_in", args=[aside.pk]))
    enquiry = Enquiry.objects.get()
    assert enquiry.received_at == aside.taken_at and enquiry.channel == "email"
    aside.refresh_from_db()
    assert (aside.state, aside.decided_by) == ("enquiry", worker)


def test_a_letter_set_aside_of_somebody_known_goes_on_their_timeline(make_enquiry, sign_in, worker):
    enquiry = make_enquiry()
    aside = arrive(a_letter("Away", From=enquiry.applicants.first().email, Precedence="bulk"))
    client = sign_in(worker)
    assert "Put it on the timeline" in client.get(reverse("inbox_message", args=[aside.pk])).content.decode()
    client.post(reverse("inbox_take_in", args=[aside.pk]))
    assert enquiry.activities.filter(kind="message_received").count() == 1


def test_what_could_not_be_read_is_shown_as_it_came_and_its_bytes_go_once_it_is_taken_in(unread, sign_in, worker):
    client = sign_in(worker)
    page = client.get(reverse("inbox_message", args=[unread.pk])).content.decode()
    assert "a character set that nobody knows: x-odd" in page and "&lt;b&gt;" in page and "\x01" not in page
    client.post(reverse("inbox_take_in", args=[unread.pk]))
    unread.refresh_from_db()
    assert unread.raw is None and "Hello" in unread.enquiry.message


def test_of_nobody_known_nothing_can_be_made(directory, sign_in, worker):
    unread = arrive(b"Subject: x\r\n\r\nWho am I?")
    client = sign_in(worker)
    page = client.get(reverse("inbox_message", args=[unread.pk])).content.decode()
    assert "We cannot tell who sent it" in page and "Make it an enquiry" not in page
    assert client.post(reverse("inbox_take_in", args=[unread.pk])).status_code == 409
    assert not Enquiry.objects.exists()


READ = ["inbox", "inbox_decided", "inbox_submission", "inbox_message"]
WRITE = ["inbox_release", "inbox_reject", "inbox_take_in", "inbox_dismiss"]


def address(name: str, held, aside) -> str:
    of_a_submission = name in ("inbox_submission", "inbox_release", "inbox_reject")
    return reverse(name, args=[] if name in READ[:2] else [held.pk if of_a_submission else aside.pk])


@pytest.mark.parametrize("role", ["authority_worker", "authority_lead", "cluster_lead", "administrator"])
def test_nobody_but_hub_staff(role, held, aside, sign_in, gateshead):
    client = sign_in(someone(role, gateshead))
    for name in READ + WRITE:
        assert client.get(address(name, held, aside)).status_code == 403, name
        assert client.post(address(name, held, aside)).status_code == 403, name
    held.refresh_from_db()
    assert held.state == "held" and looks() == []
    assert not HeldSubmission.objects.visible_to(someone(role, gateshead)).exists()


def test_wrong_method_and_nothing_there(held, aside, sign_in, worker):
    client = sign_in(worker)
    assert [client.post(address(name, held, aside)).status_code for name in READ] == [405] * 4
    assert [client.get(address(name, held, aside)).status_code for name in WRITE] == [405] * 4
    assert client.get(reverse("inbox_submission", args=[10**9])).status_code == 404
    assert client.post(reverse("inbox_take_in", args=[10**9])).status_code == 404
