"""The Messages tab of an enquiry, writing to them, and letters to print."""

import datetime
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from enquiries.letters.nudges import plan_nudge
from enquiries.letters.post import set_postal_address
from enquiries.letters.services import send_template
from enquiries.models import Enquiry, Nudge, PostalAddress, SafeContact, Task
from enquiries.services import record_activity
from hub.messages.sealed import HIDDEN
from hub.messages.services import send_due_messages
from hub.models import AccessLog, Message


@pytest.fixture
def pages(sign_in, worker):
    return sign_in(worker)


def address(name, enquiry, *args) -> str:
    return reverse(name, args=[enquiry.reference, *args])


def compose(client, enquiry, code="information_pack", **changes):
    page = client.get(address("message_write", enquiry, code))
    form = page.context["form"]
    data = {name: form[name].value() for name in ("version", "once", "subject", "body") if name in form.fields}
    return client.post(address("message_write", enquiry, code), {**data, **changes})


def put_right(client, enquiry, lines: str):
    version = Enquiry.objects.get(pk=enquiry.pk).version
    return client.post(address("postal_address", enquiry), {"lines": lines, "version": version})


def test_one_list_of_what_was_sent_and_received(pages, enquiry, worker, django_assert_max_num_queries):
    send_template(enquiry=enquiry, template="information_pack", by=worker)
    record_activity(
        enquiry=enquiry,
        kind="message_received",
        by=None,
        recorder="enquirer",
        channel="email",
        note="Thank you so much",
    )
    Message.objects.filter(template="acknowledgement").update(
        state="failed", failed_at=timezone.now(), last_fault="permanent-failure"
    )
    with django_assert_max_num_queries(60):
        page = pages.get(address("enquiry_messages", enquiry))
    html = page.content.decode()
    assert [entry.ours for entry in page.context["entries"]] == [False, True, True]
    assert "Thank you so much" in html and "Waiting to be sent" in html and "by Ruth Worker" in html
    assert "The address or number does not exist" in html and "Version 1 of its template" in html
    assert AccessLog.objects.filter(action="enquiry_read", reference=enquiry.reference).exists()


def test_a_link_of_their_own_works_in_what_staff_write_too(pages, make_enquiry):
    compose(pages, make_enquiry("closed"), "closing")
    send_due_messages()
    body = mail.outbox[-1].body
    assert HIDDEN not in body and re.search(r"/feedback/[\w-]{43}/", body)


def test_two_who_put_the_postal_address_right_at_once_do_not_overwrite_each_other(pages, enquiry, manager):
    seen = pages.get(address("postal_address", enquiry)).context["form"]["version"].value()
    set_postal_address(enquiry=enquiry, lines="9 Amber Street\nGateshead\nNE8 1AA", by=manager)
    typed = {"lines": "8 Amber Street\nGateshead\nNE8 1AA", "version": seen}
    html = pages.post(address("postal_address", enquiry), typed).content.decode()
    assert "has changed since you opened it: Moira Manager" in html and "8 Amber Street" in html
    assert PostalAddress.objects.get().lines.startswith("9 Amber Street")


def test_nothing_yet(pages, enquiry):
    Message.objects.all().delete()
    assert "Nothing was written yet" in pages.get(address("enquiry_messages", enquiry)).content.decode()


def test_what_is_planned_is_shown_and_can_be_called_off(pages, enquiry):
    at = timezone.now() + datetime.timedelta(days=9)
    nudge = plan_nudge(enquiry=enquiry, kind="reminder", at=at, template="gentle_reminder", key="k")
    assert "A gentle reminder" in pages.get(address("enquiry_messages", enquiry)).content.decode()
    off = address("nudge_call_off", enquiry, nudge.pk)
    assert pages.get(off).status_code == 405
    assert pages.post(off).status_code == 302
    assert Nudge.objects.get().why == "Called off by Ruth Worker"
    assert "Called off by Ruth Worker" in pages.get(address("enquiry_messages", enquiry)).content.decode()
    assert pages.post(address("nudge_call_off", enquiry, 99999)).status_code == 404


def test_another_ones_nudge_is_not_found_here(pages, enquiry, make_enquiry):
    nudge = plan_nudge(enquiry=make_enquiry(), kind="reminder", at=timezone.now(), template="gentle_reminder", key="k")
    assert pages.post(address("nudge_call_off", enquiry, nudge.pk)).status_code == 404


def test_a_template_is_chosen_among_those_that_may_go(pages, enquiry):
    PostalAddress.objects.all().delete()
    SafeContact.objects.update(by_text=False, by_phone=False)
    html = pages.get(address("message_choose", enquiry)).content.decode()
    assert "Information pack" in html and "They have not said that we may text them" in html
    assert "We have no postal address of theirs" in html and "Enter their postal address" in html
    assert address("message_write", enquiry, "tried_to_ring_text") not in html


def test_it_is_shown_with_their_data_changed_and_sent(pages, enquiry):
    page = pages.get(address("message_write", enquiry, "information_pack"))
    assert "Hello Amina and Tom," in page.content.decode()
    answer = compose(pages, enquiry, body="Hello {{first_name}}, as agreed.")
    assert answer.status_code == 302
    message = Message.objects.get(template="information_pack")
    assert message.body == "Hello Amina, as agreed."


def test_pressed_twice_it_goes_once(pages, enquiry):
    page = pages.get(address("message_write", enquiry, "information_pack"))
    form = page.context["form"]
    data = {name: form[name].value() for name in ("version", "once", "subject", "body")}
    for _ in range(2):
        assert pages.post(address("message_write", enquiry, "information_pack"), data).status_code == 302
    assert Message.objects.filter(template="information_pack").count() == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Write something first"),
        ("x" * 10_000, "5,000 characters at most; this has 10,000"),
        ("{{frist_name}}", "Did you mean {{first_name}}?"),
        ("We ring you {{callback}}", "We do not have what this message needs"),
    ],
)
def test_bad_input_is_shown_again(pages, enquiry, body, said):
    answer = compose(pages, enquiry, body=body)
    assert answer.status_code == 200 and said in answer.content.decode() and body[:200] in answer.content.decode()
    assert not Message.objects.filter(template="information_pack").exists()


def test_checking_sends_nothing_and_counts_a_text(pages, enquiry):
    answer = compose(pages, enquiry, "tried_to_ring_text", body="Hello {{first_name}} 🙂" + "a" * 60, check="1")
    html = answer.content.decode()
    assert "2 text messages" in html and "With 🙂 it takes more" in html and "Hello Amina 🙂" in html
    assert not Message.objects.filter(channel="text").exists()


def test_an_old_page_overwrites_nothing_and_the_words_stay(pages, enquiry, worker):
    version = enquiry.version
    record_activity(enquiry=enquiry, kind="note", by=worker, note="Rang already")
    answer = compose(pages, enquiry, body="My words", version=version)
    assert "changed since you opened it" in answer.content.decode() and "My words" in answer.content.decode()
    assert not Message.objects.filter(template="information_pack").exists()


def test_blocked_it_says_why_and_posting_all_the_same_sends_nothing(pages, enquiry):
    SafeContact.objects.update(by_email=False)
    page = pages.get(address("message_write", enquiry, "information_pack"))
    assert "This cannot be sent. They asked us not to email them" in page.content.decode()
    answer = compose(pages, enquiry)
    assert answer.status_code == 200 and "was not sent" in answer.content.decode()
    assert not Message.objects.filter(template="information_pack").exists()


def test_an_unknown_template_is_not_found(pages, enquiry):
    assert pages.get(address("message_write", enquiry, "no-such-one")).status_code == 404


@pytest.mark.parametrize("name", ["enquiry_messages", "message_choose", "postal_address"])
def test_who_may_not_see_them(name, enquiry, sign_in, gateshead_worker, client):
    assert client.get(address(name, enquiry)).status_code == 302
    assert sign_in(gateshead_worker).get(address(name, enquiry)).status_code == 403


def test_another_method_is_refused(pages, enquiry):
    for name in ("enquiry_messages", "message_choose"):
        assert pages.post(address(name, enquiry)).status_code == 405
    assert pages.delete(address("postal_address", enquiry)).status_code == 405


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("1 Amber Street", "between 2 and 6 lines"),
        ("a\nb\nc\nd\ne\nf\nNE8 1AA", "between 2 and 6 lines"),
        ("1 Amber Street\nGateshead", "must be a postcode"),
        ("x" * 61 + "\nNE8 1AA", "60 characters"),
    ],
)
def test_a_postal_address_must_fit_in_the_window(pages, enquiry, lines, said):
    assert said in put_right(pages, enquiry, lines).content.decode()
    assert PostalAddress.objects.get().lines.startswith("1 Amber Street\nGateshead")


def test_a_postal_address_is_kept_and_taken_away(pages, enquiry):
    put_right(pages, enquiry, " 2  Amber Street \n\n Gateshead\nne81aa")
    assert PostalAddress.objects.get().lines == "2 Amber Street\nGateshead\nNE8 1AA"
    facts = enquiry.facts.filter(kind="details_changed", note="Changed: postal address")
    assert facts.count() == 1
    put_right(pages, enquiry, "2 Amber Street\nGateshead\nNE8 1AA")
    assert facts.count() == 1
    put_right(pages, enquiry, "")
    assert not PostalAddress.objects.exists()


@pytest.fixture
def letter(enquiry, worker):
    return send_template(enquiry=enquiry, template="tried_to_ring_letter", by=worker)


def test_a_letter_waits_to_be_printed_and_is_noted_as_posted_once(pages, letter, enquiry):
    page = pages.get(reverse("letters_to_print"))
    assert page.context["letters"] == [letter] and "1 Amber Street" in page.content.decode()
    pdf = pages.get(reverse("letter_as_pdf", args=[letter.pk]))
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    task = Task.objects.get(kind="letter")
    assert task.enquiry == enquiry and task.is_open
    assert pages.get(reverse("letter_posted", args=[letter.pk])).status_code == 405
    for _ in range(2):
        pages.post(reverse("letter_posted", args=[letter.pk]))
    letter.refresh_from_db()
    task.refresh_from_db()
    assert letter.state == "sent" and not task.is_open
    assert enquiry.facts.filter(kind="task_done").count() == 1
    assert "No letter waits" in pages.get(reverse("letters_to_print")).content.decode()


def test_it_says_what_became_of_it(pages, enquiry):
    said = {}
    for code in ("information_pack", "tried_to_ring_letter"):
        compose(pages, enquiry, code)
        said[code] = pages.get(address("enquiry_messages", enquiry)).content.decode()
    assert "It is in the outbox" in said["information_pack"]
    assert "It is with the letters to print" in said["tried_to_ring_letter"]
    put_right(pages, enquiry, "")
    assert "We hold no postal address of theirs now" in pages.get(address("message_choose", enquiry)).content.decode()


def test_letters_are_for_hub_staff_alone(letter, sign_in, gateshead_worker):
    client = sign_in(gateshead_worker)
    for name in ("letters_to_print", "letter_as_pdf", "letter_posted"):
        args = [] if name == "letters_to_print" else [letter.pk]
        assert client.get(reverse(name, args=args)).status_code == 403


def test_what_is_no_letter_is_not_found(pages, enquiry):
    email = Message.objects.filter(channel="email").first()
    assert pages.get(reverse("letter_as_pdf", args=[email.pk])).status_code == 404
    assert pages.post(reverse("letter_posted", args=[email.pk])).status_code == 404


def test_in_the_demo_everything_can_be_read_and_elsewhere_there_is_no_such_page(client, enquiry, settings):
    mailbox = reverse("demo_mailbox")
    assert client.get(mailbox).status_code == 404
    settings.HUB_DEMO = True
    send_template(enquiry=Enquiry.objects.get(pk=enquiry.pk), template="tried_to_ring_text", by=None)
    html = client.get(mailbox).content.decode()
    assert "Text message to 07700 900123" in html and "we tried to ring you" in html
    assert 'href="http' in html and client.post(mailbox).status_code == 405


def test_the_demos_mailbox_shows_a_link_that_signs_in(client, enquiry, settings):
    from enquiries.models import SignInLink
    from enquiries.own_page.links import send_link
    from hub.messages.sealed import HIDDEN
    from hub.messages.services import send_due_messages

    settings.HUB_DEMO = True
    person = enquiry.applicants.first()
    send_link(enquiry=enquiry, applicant=person, address=person.email, template="sign_in_link")
    send_due_messages()
    html = client.get(reverse("demo_mailbox")).content.decode()
    assert HIDDEN not in html and SignInLink.objects.count() == 1
    token = html.split("/journey/")[1].split("/")[0]
    assert client.get(f"/journey/{token}/").status_code == 200


class TestOwnWords:
    def test_first_in_the_list_and_sent_with_its_own_subject(self, pages, enquiry):
        html = pages.get(address("message_choose", enquiry)).content.decode()
        assert html.index("Write your own") < html.index("Information pack")
        answer = compose(pages, enquiry, "own_words", subject="Your question", body="Dear Amina, yes, you may rent.")
        assert answer.status_code == 302
        message = Message.objects.get(template="own_words")
        assert message.subject == "Your question" and "you may rent" in message.body

    def test_left_unwritten_it_goes_nowhere(self, pages, enquiry):
        html = compose(pages, enquiry, "own_words").content.decode()
        assert "Write what you would like to say" in html and not Message.objects.filter(template="own_words").exists()

    @pytest.mark.parametrize(("subject", "said"), [("", "Enter a subject"), ("Hello {{nonsense}}", "nonsense")])
    def test_a_bad_subject_is_shown_again(self, pages, enquiry, subject, said):
        html = compose(pages, enquiry, subject=subject).content.decode()
        assert said in html and not Message.objects.filter(template="information_pack").exists()

    def test_a_template_may_have_another_subject(self, pages, enquiry):
        compose(pages, enquiry, subject="As we said on the telephone ({{reference}})")
        assert Message.objects.get(template="information_pack").subject == (
            f"As we said on the telephone ({enquiry.reference})"
        )

    def test_what_does_not_fit_the_stage_stands_back(self, pages, make_enquiry):
        groups = pages.get(address("message_choose", make_enquiry("ready"))).context["groups"]
        fitting, others = ({one.code for one in groups[0][name]} for name in ("may", "others"))
        assert "own_words" in fitting and "visit_confirmed" in fitting
        assert {"information_pack", "tried_to_ring", "eoi_invitation"} <= others
