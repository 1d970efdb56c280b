"""The emailed link: asked for, sent, used once; nothing is revealed to whoever asks."""

import datetime
import re
import threading

import pytest
import time_machine
from django.core import mail
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enquiries.models import Enquiry, LinkRequest, SafeContact, SignInLink
from enquiries.own_page import links
from enquiries.own_page.links import answer_link_request, answer_link_requests, hash_of
from enquiries.own_page.visit import COOKIE, IDLE, LONGEST
from enquiries.services import record_activity
from hub.messages.sealed import HIDDEN, secret_of
from hub.messages.services import send_due_messages
from hub.models import Message
from tests.factories import intake, someone
from tests.factories import make_enquiry as another_enquiry

from .conftest import link_in

pytestmark = pytest.mark.django_db


def ask(address: str):
    return Client().post(reverse("own_page"), {"email": address}, follow=True)


def work() -> list:
    """What the worker does; gives the emails that came of it."""
    mail.outbox.clear()
    answer_link_requests()
    send_due_messages()
    return [one for one in mail.outbox if "/journey/" in one.body and "link" in one.subject]


def test_a_stranger_is_asked_for_an_address_and_told_what_the_page_is_for(client, hub):
    page = client.get(reverse("own_page"))
    assert page.status_code == 200 and "Send me a link" in page.content.decode()
    assert "no-store" in page["Cache-Control"] and COOKIE not in page.cookies


def test_known_and_unknown_get_the_same_answer(enquiry):
    pages = [ask(address) for address in (enquiry.applicants.first().email, "nobody@example.org")]
    assert [page.redirect_chain for page in pages] == [[(reverse("own_page_asked"), 302)]] * 2
    assert pages[0].content == pages[1].content
    assert LinkRequest.objects.count() == 2
    assert len(work()) == 1
    assert not LinkRequest.objects.exists()


def test_known_and_unknown_cost_the_same_statements(enquiry):
    def statements(address):
        with CaptureQueriesContext(connection) as told:
            Client().post(reverse("own_page"), {"email": address})
        return [re.sub(r"'[^']*'|\d+|_x\w+", "?", query["sql"]) for query in told.captured_queries]

    statements("first@example.org")
    known = statements(enquiry.applicants.first().email)
    assert known == statements("nobody@example.org")
    assert any("linkrequest" in sql for sql in known) and not any("applicant" in sql for sql in known)


@pytest.mark.parametrize(
    "typed", ["", "no address", "x" * 300 + "@example.org", "a\x00b@example.org", "‮gro.elpmaxe@eoz", "'; drop table--"]
)
def test_what_is_no_address_is_asked_again(hub, typed):
    page = Client().post(reverse("own_page"), {"email": typed})
    assert page.status_code == 200 and "Enter an email address" in page.content.decode()
    assert not LinkRequest.objects.exists()


def test_the_link_lets_in_once(enquiry, link_for):
    link, client = link_for(enquiry.applicants.first().email), Client()
    for _ in range(3):
        page = client.get(link)
        assert "Open my page" in page.content.decode() and enquiry.reference not in page.content.decode()
    client.head(link)
    assert client.post(link).url == reverse("own_page")
    assert enquiry.reference in client.get(reverse("own_page")).content.decode()
    second = Client().post(link)
    assert second.status_code == 410 and "no longer works" in second.content.decode()
    assert client.get(link).url == reverse("own_page")  # whoever is in already needs no new one


def test_the_address_may_be_typed_in_any_case(enquiry, link_for):
    assert link_for(f" {enquiry.applicants.first().email.upper()} ")


def test_used_expired_unknown_and_strange_tokens_look_alike(enquiry, link_for):
    used = link_for(enquiry.applicants.first().email)
    Client().post(used)
    late = link_for(enquiry.applicants.first().email)
    with time_machine.travel(timezone.now() + links.GOOD_FOR + datetime.timedelta(seconds=1), tick=False):
        for method in ("get", "post"):
            pages = {
                getattr(Client(), method)(path).content.split(b"csrfmiddleware")[0]
                for path in (used, late, f"/journey/{'a' * 43}/", "/journey/%E2%80%AE%F0%9F%99%82/", "/journey/%00/")
            }
            assert len(pages) == 1 and b"no longer works" in pages.pop()


def test_until_the_last_second_it_is_good(enquiry, link_for):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        link = link_for(enquiry.applicants.first().email)
    with time_machine.travel(now + links.GOOD_FOR - datetime.timedelta(seconds=1), tick=False):
        assert Client().post(link).status_code == 302


def test_three_in_a_quarter_of_an_hour_and_ten_in_a_day(enquiry):
    address, now = enquiry.applicants.first().email, timezone.now()
    with time_machine.travel(now, tick=False):
        pages = [ask(address) for _ in range(5)]
        assert len({page.content for page in pages}) == 1
        assert LinkRequest.objects.count() == 3
        ask("somebody.else@example.org")  # of the same house: not punished
        assert LinkRequest.objects.count() == 4
    for quarter in range(1, 6):
        with time_machine.travel(now + quarter * datetime.timedelta(minutes=16), tick=False):
            for _ in range(3):
                ask(address)
    assert LinkRequest.objects.filter(address=address).count() == 10


def test_no_link_where_email_is_not_safe(make_enquiry):
    enquiry = make_enquiry(safe_contact={"by_email": False})
    ask(enquiry.applicants.first().email)
    assert work() == []
    assert not SignInLink.objects.exists()


def test_a_link_dies_when_email_is_no_longer_safe(enquiry, link_for):
    link = link_for(enquiry.applicants.first().email)
    SafeContact.objects.filter(enquiry=enquiry).update(by_email=False)
    assert Client().post(link).status_code == 410


def test_a_link_and_a_visit_end_when_the_address_changes(enquiry, link_for, inside):
    first = enquiry.applicants.first()
    link, client = link_for(first.email), inside(enquiry)
    first.email = "new@example.org"
    first.save()
    assert Client().post(link).status_code == 410
    page = client.get(reverse("own_page"))
    assert "Send me a link" in page.content.decode() and enquiry.reference not in page.content.decode()


def test_only_the_hash_is_kept_and_staff_cannot_read_the_link(enquiry, sign_in, worker):
    ask(enquiry.applicants.first().email)
    answer_link_requests()
    message = Message.objects.get(template="sign_in_link")
    token = secret_of(message.seed)
    assert SignInLink.objects.get().token_sha256 == hash_of(token)
    assert token not in message.body and HIDDEN in message.body
    messages = reverse("enquiry_messages", args=[enquiry.reference])
    assert token not in sign_in(worker).get(messages).content.decode()
    mail.outbox.clear()
    send_due_messages()
    message.refresh_from_db()
    assert message.state == "sent" and message.seed == ""
    assert link_in(mail.outbox[-1].body) == f"/journey/{token}/"
    page = sign_in(worker).get(messages).content.decode()
    assert token not in page and HIDDEN in page
    assert "link" not in mail.outbox[-1].subject.split("(")[0] or enquiry.names not in mail.outbox[-1].subject


def test_the_token_is_in_no_log_and_no_referrer(enquiry, link_for, capsys):
    link = link_for(enquiry.applicants.first().email)
    capsys.readouterr()
    client = Client()
    pages = [client.get(link), client.post(link), client.post(link), client.put(link), client.get(f"{link}more/")]
    assert [page.status_code for page in pages] == [200, 302, 410, 405, 404]
    said = capsys.readouterr()
    assert link.split("/")[2] not in said.out + said.err
    assert {page["Referrer-Policy"] for page in pages[:3]} == {"strict-origin"}


def test_asking_for_a_link_does_not_disturb_staff(enquiry):
    before, facts = enquiry.version, enquiry.facts.count()
    ask(enquiry.applicants.first().email)
    answer_link_requests()
    enquiry.refresh_from_db()
    assert (enquiry.version, enquiry.facts.count()) == (before, facts)


def test_old_links_are_forgotten(enquiry, link_for):
    link_for(enquiry.applicants.first().email)
    with time_machine.travel(timezone.now() + links.GOOD_FOR + links.KEPT_FOR + datetime.timedelta(minutes=1)):
        answer_link_requests()
    assert not SignInLink.objects.exists()


def test_a_request_is_answered_once(enquiry):
    asked = LinkRequest.objects.create(address=enquiry.applicants.first().email)
    assert answer_link_request(asked=asked.pk) is not None
    assert answer_link_request(asked=asked.pk) is None
    assert SignInLink.objects.count() == 1


def test_with_the_broker_away_the_sweep_answers(enquiry, broker_away, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(enquiry.applicants.first().email).status_code == 200
    assert len(work()) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_gets_in(make_enquiry, link_for, monkeypatch):
    """Both have found the link good and stand before using it up; only then either goes on."""
    link = link_for(make_enquiry().applicants.first().email)
    both, real = threading.Barrier(2, timeout=20), links.link_of

    def look_together(token):
        found = real(token)
        if threading.current_thread() is not threading.main_thread():
            both.wait()
        return found

    monkeypatch.setattr(links, "link_of", look_together)
    answers: list[int] = []

    def press():
        try:
            answers.append(Client().post(link).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [302, 410]


class TestTheVisit:
    def test_it_ends_after_half_an_hour_without_a_click(self, enquiry, inside):
        client, now = inside(enquiry), timezone.now()
        with time_machine.travel(now + IDLE - datetime.timedelta(minutes=1)):
            assert enquiry.reference in client.get(reverse("own_page")).content.decode()
        with time_machine.travel(now + 2 * IDLE - datetime.timedelta(minutes=2)):
            assert enquiry.reference in client.get(reverse("own_page")).content.decode()
        with time_machine.travel(now + 4 * IDLE):
            page = client.get(reverse("own_page_details"), follow=True)
            assert "closes by itself" in page.content.decode() and enquiry.reference not in page.content.decode()

    def test_it_ends_in_the_evening_however_busy(self, enquiry, inside):
        client, now = inside(enquiry), timezone.now()
        for step in range(1, 33):
            with time_machine.travel(now + step * datetime.timedelta(minutes=15)):
                client.get(reverse("own_page"))
        with time_machine.travel(now + LONGEST + datetime.timedelta(seconds=5)):
            assert enquiry.reference not in client.get(reverse("own_page")).content.decode()

    def test_leaving_ends_it_on_the_server(self, enquiry, inside):
        client = inside(enquiry)
        kept = client.cookies[COOKIE].value
        assert client.get(reverse("own_page_leave")).status_code == 405
        client.post(reverse("own_page_leave"))
        stale = Client()
        stale.cookies[COOKIE] = kept
        assert enquiry.reference not in stale.get(reverse("own_page")).content.decode()

    def test_its_cookie_is_for_its_own_pages_alone(self, enquiry, inside):
        cookie = inside(enquiry).cookies[COOKIE]
        assert cookie["path"] == "/journey/" and cookie["httponly"] and cookie["samesite"] == "Lax"

    def test_staff_in_the_same_browser_do_not_mix_with_it(self, enquiry, link_for, sign_in, worker):
        staff = sign_in(worker)
        staff.post(link_for(enquiry.applicants.first().email))
        assert staff.get(reverse("today")).status_code == 200
        assert enquiry.reference in staff.get(reverse("own_page")).content.decode()
        staff.post(reverse("own_page_leave"))
        assert staff.get(reverse("today")).status_code == 200
        staff.post(link_for(enquiry.applicants.first().email))
        staff.post(reverse("account_logout"))
        assert staff.get(reverse("today")).status_code == 302
        assert enquiry.reference in staff.get(reverse("own_page")).content.decode()

    def test_the_cookie_of_one_session_opens_nothing_in_the_other(self, enquiry, inside, sign_in, worker):
        theirs, staff = inside(enquiry), sign_in(worker)
        crossed = Client()
        crossed.cookies["sessionid"] = theirs.cookies[COOKIE].value
        crossed.cookies[COOKIE] = staff.cookies["sessionid"].value
        assert crossed.get(reverse("today")).status_code == 302
        assert "Send me a link" in crossed.get(reverse("own_page")).content.decode()

    def test_signing_in_again_takes_a_new_session(self, enquiry, inside, link_for):
        client = inside(enquiry)
        before = client.cookies[COOKIE].value
        client.post(link_for(enquiry.applicants.first().email))
        assert client.cookies[COOKIE].value != before


class TestSeveralWithOneAddress:
    def test_the_open_and_latest_one_opens_and_the_other_can_be_chosen(self, directory, inside):
        address = "family@example.org"
        old = another_enquiry("closed", applicants=intake().applicants[:1])
        new = another_enquiry(applicants=intake().applicants[:1])
        for one in (old, new):
            one.applicants.update(email=address)
        client = inside(new, address)
        assert new.reference in client.get(reverse("own_page")).content.decode()
        assert old.reference in client.get(reverse("own_page_choose")).content.decode()
        client.post(reverse("own_page_choose"), {"reference": old.reference})
        assert old.reference in client.get(reverse("own_page")).content.decode()

    def test_a_reference_of_somebody_else_cannot_be_chosen(self, enquiry, inside):
        other = another_enquiry()
        answer = inside(enquiry).post(reverse("own_page_choose"), {"reference": other.reference})
        assert answer.status_code == 404

    def test_the_second_applicant_has_a_page_too(self, enquiry, inside):
        enquiry.applicants.filter(position=2).update(email="tom@example.org")
        assert enquiry.reference in inside(enquiry, "tom@example.org").get(reverse("own_page")).content.decode()

    def test_a_merged_enquiry_opens_the_survivor(self, enquiry, inside):
        survivor = another_enquiry()
        address = enquiry.applicants.first().email
        Enquiry.objects.filter(pk=survivor.pk).update(absorbs=True)
        record_activity(enquiry=enquiry, kind="merged", by=someone("hub_worker"), reason="duplicate", into=survivor)
        Enquiry.objects.filter(pk=enquiry.pk).update(merged_into=survivor)
        page = inside(enquiry, address).get(reverse("own_page")).content.decode()
        assert survivor.reference in page and enquiry.reference not in page
