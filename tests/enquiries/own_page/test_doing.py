"""What people do on their own page: through the services of staff, recorded as theirs, once, and for nobody else."""

import json
import threading

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from enquiries.callbacks.services import book_callback, slots_on_offer
from enquiries.casework.services import change_people, record_consent
from enquiries.duplicates.merging import merge_enquiries
from enquiries.intake.services import Person
from enquiries.letters.outbox import MOST_LETTERS_A_DAY
from enquiries.models import Activity, CallbackSlot, Consent, Enquiry, SafeContact, SignInLink
from enquiries.own_page import services
from enquiries.own_page.forms import MessageForm
from enquiries.own_page.visit import COOKIE
from enquiries.services import record_activity, record_history
from hub.current import current
from hub.messages.services import send_due_messages
from hub.models import Message, NeighbourHub, Postcode
from hub.places.services import configure_hub
from tests.factories import make_enquiry as another_enquiry
from tests.factories import someone

from .conftest import link_in, send

pytestmark = pytest.mark.django_db
NAMES = ["callback", "message", "details", "contact", "consents", "feedback", "not_yet", "stop"]
BAD = ["", "x" * 3000, "‮‏abc", "a\x00b", "🙂", "'; drop table enquiries_enquiry; --", "=1+1", "\x07\x1b"]


def last_fact(enquiry):
    return enquiry.facts.order_by("-pk").first()


@pytest.fixture
def browser(enquiry, inside):
    return inside(enquiry)


class TestMessages:
    def test_starts_the_clock_of_an_answer(self, enquiry, browser):
        assert send(browser, "own_page_message", enquiry, words="May I foster with a dog?").url == reverse("own_page")
        fact = last_fact(enquiry)
        assert (fact.kind, fact.note, fact.who) == ("message_received", "May I foster with a dog?", "the enquirer")
        enquiry.refresh_from_db()
        assert enquiry.clock == "answer" and enquiry.turn == "hub"

    def test_pressed_twice_it_is_one(self, enquiry, browser):
        enquiry.refresh_from_db()
        typed = {"version": enquiry.version, "words": "Hello"}
        answers = [browser.post(reverse("own_page_message"), typed) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert enquiry.facts.filter(kind="message_received").count() == 1
        send(browser, "own_page_message", enquiry, words="Hello")  # said again later: another
        assert enquiry.facts.filter(kind="message_received").count() == 2

    def test_who_leaves_in_another_window_at_that_moment_is_told_so(self, enquiry, browser, monkeypatch):
        real, key = MessageForm.is_valid, browser.cookies[COOKIE].value

        def and_leave(form):
            Session.objects.filter(pk=key).delete()
            return real(form)

        monkeypatch.setattr(MessageForm, "is_valid", and_leave)
        answer = send(browser, "own_page_message", enquiry, words="Hello")
        assert answer.status_code == 200 and "this page closes by itself" in answer.content.decode()
        assert "Hello" in answer.content.decode() and not enquiry.facts.filter(kind="message_received").exists()

    def test_of_a_closed_enquiry_somebody_is_told(self, make_enquiry, inside):
        enquiry, worker = make_enquiry("in_touch"), someone("hub_worker")
        Enquiry.objects.filter(pk=enquiry.pk).update(owner=worker)
        record_activity(enquiry=enquiry, kind="closed", by=worker, reason="offence")
        send(inside(enquiry), "own_page_message", enquiry, words="Please look again")
        told = Message.objects.get(template="wrote_after_closing")
        assert told.to == worker.email and "Please look again" not in told.body

    def test_nobody_who_has_left_is_told(self, make_enquiry, inside, hub, manager):
        enquiry, gone = make_enquiry("in_touch"), someone("hub_worker")
        record_activity(enquiry=enquiry, kind="closed", by=gone, reason="offence")
        configure_hub(unallocated_owner=gone.email)
        assert current().hub.unallocated_owner == gone  # read while they were still with us
        type(gone).objects.filter(pk=gone.pk).update(is_active=False)
        send(inside(enquiry), "own_page_message", enquiry, words="Please look again")
        assert Message.objects.get(template="wrote_after_closing").to == manager.email


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one(make_enquiry, inside, monkeypatch):
    """The first stands between asking whether it was sent and writing; the second comes meanwhile."""
    enquiry = make_enquiry()
    browser = inside(enquiry)
    enquiry.refresh_from_db()
    typed = {"version": enquiry.version, "words": "Hello"}
    inside_now, go_on = threading.Event(), threading.Event()
    real = services.write_to_us
    from enquiries.own_page.actions import ACTIONS

    action = next(one for one in ACTIONS if one.name == "message")

    def slowly(**kwargs):
        inside_now.set()
        go_on.wait(20)
        return real(**kwargs)

    monkeypatch.setitem(vars(action), "service", slowly)
    answers = []

    def press():
        client = Client()
        client.cookies[COOKIE] = browser.cookies[COOKIE].value
        try:
            answers.append(client.post(reverse("own_page_message"), typed).status_code)
        finally:
            connections.close_all()

    first, second = threading.Thread(target=press), threading.Thread(target=press)
    first.start()
    assert inside_now.wait(20)
    second.start()
    go_on.set()
    for thread in (first, second):
        thread.join(30)
    assert answers == [302, 302]
    assert enquiry.facts.filter(kind="message_received").count() == 1


class TestNotYet:
    def test_with_the_hub_it_is_a_hold_and_ends_when_they_say(self, enquiry, browser):
        year = timezone.now().year + 1
        told = {"words": "Baby", "reason": "family", "may_ask": "no"}
        send(browser, "own_page_not_yet", enquiry, until_day="1", until_month="5", until_year=year, **told)
        enquiry.refresh_from_db()
        assert enquiry.on_hold and enquiry.hold_until.isoformat() == f"{year}-05-01"
        assert last_fact(enquiry).who == "the enquirer"
        later = {"until_day": "1", "until_month": "6", "until_year": year, "may_ask": "yes"}
        send(browser, "own_page_not_yet", enquiry, **later)
        enquiry.refresh_from_db()
        assert enquiry.hold_until.isoformat() == f"{year}-06-01"
        page = browser.get(reverse("own_page")).content.decode()
        assert "I would like to go on now" in page and "Choose another day" in page
        send(browser, "own_page_go_on", enquiry)
        enquiry.refresh_from_db()
        assert not enquiry.on_hold

    def test_with_a_council_it_is_a_message_and_the_council_is_told_nothing_about_them(
        self, make_enquiry, gateshead, inside
    ):
        enquiry = make_enquiry("with_authority")
        year = timezone.now().year + 1
        send(inside(enquiry), "own_page_not_yet", enquiry, until_day="1", until_month="5", until_year=year)
        enquiry.refresh_from_db()
        assert not enquiry.on_hold and enquiry.stage == "with_authority" and enquiry.clock == "answer"
        assert "not yet" in last_fact(enquiry).note
        (told,) = Message.objects.filter(template="please_ring_us")
        assert told.to == someone("authority_worker", gateshead).email
        assert enquiry.applicants.first().last_name not in told.body and "not yet" not in told.body

    def test_where_nobody_knows_which_council_has_them_no_stranger_is_told(self, make_enquiry, worker, manager):
        enquiry = make_enquiry("in_touch")
        sent = Activity(kind="handover_sent", occurred_at=timezone.now())  # of the import, which may not know to whom
        record_history(enquiry=enquiry, facts=[sent])
        enquiry.refresh_from_db()
        assert enquiry.stage == "handed_over" and enquiry.held_by is None
        services.stop(enquiry=enquiry)
        assert not Message.objects.filter(template="please_ring_us").exists()
        assert last_fact(enquiry).kind == "message_received"

    def test_a_call_that_was_booked_is_not_made(self, enquiry, browser):
        slot = slots_on_offer()[0]
        book_callback(enquiry=enquiry, starts_at=slot.starts_at)
        year = timezone.now().year + 1
        asked = {"until_day": "1", "until_month": "5", "until_year": year, "may_ask": "no"}
        send(browser, "own_page_not_yet", enquiry, **asked)
        enquiry.refresh_from_db()
        assert (enquiry.on_hold, enquiry.clock, enquiry.callback_at) == (True, "hold", None)
        assert CallbackSlot.objects.get().taken == 0

    @pytest.mark.parametrize("day", ["0", "31/2", "x", "🙂", "\x00"])
    def test_no_date_is_asked_again(self, enquiry, browser, day):
        page = send(browser, "own_page_not_yet", enquiry, until_day=day, until_month="2", until_year="2027")
        assert page.status_code == 200 and "must be a real date" in page.content.decode()


class TestStopping:
    def test_without_a_reason(self, enquiry, browser):
        send(browser, "own_page_stop", enquiry)
        enquiry.refresh_from_db()
        assert (enquiry.stage, enquiry.closed_reason) == ("closed", "no_reason")
        page = browser.get(reverse("own_page")).content.decode()
        assert "You are welcome back" in page and "Begin again" in page

    def test_with_one_and_begin_again(self, enquiry, browser):
        send(browser, "own_page_stop", enquiry, reason="moving_home", words="To Leeds")
        enquiry.refresh_from_db()
        assert enquiry.closed_reason == "moving_home"
        send(browser, "own_page_begin_again", enquiry, words="We stay")
        enquiry.refresh_from_db()
        assert enquiry.stage == "in_touch" and "We stay" in last_fact(enquiry).note

    def test_a_reason_that_is_not_theirs_to_give(self, enquiry, browser):
        page = send(browser, "own_page_stop", enquiry, reason="offence")
        assert page.status_code == 200
        enquiry.refresh_from_db()
        assert enquiry.is_open

    def test_what_was_booked_is_given_back(self, enquiry, browser):
        slot = slots_on_offer()[0]
        send(browser, "own_page_callback", enquiry, at=timezone.localtime(slot.starts_at).isoformat())
        assert CallbackSlot.objects.get().taken == 1
        send(browser, "own_page_stop", enquiry)
        assert CallbackSlot.objects.get().taken == 0

    def test_with_a_council_somebody_has_to_see_to_it(self, make_enquiry, inside):
        enquiry = make_enquiry("application")
        send(inside(enquiry), "own_page_stop", enquiry, reason="finances", words="Too little")
        enquiry.refresh_from_db()
        assert enquiry.stage == "application" and enquiry.clock == "answer" and enquiry.turn == "hub"
        assert "They want to stop. Finances. Too little" in last_fact(enquiry).note
        assert Message.objects.filter(template="please_ring_us").exists()

    def test_what_a_person_has_to_judge_is_not_opened_by_itself(self, make_enquiry, inside):
        enquiry = make_enquiry("in_touch")
        record_activity(enquiry=enquiry, kind="closed", by=someone("hub_worker"), reason="offence")
        send(inside(enquiry), "own_page_begin_again", enquiry, words="It was long ago")
        enquiry.refresh_from_db()
        assert enquiry.stage == "closed" and last_fact(enquiry).kind == "message_received"


class TestCallbacks:
    def test_book_change_cancel(self, enquiry, browser):
        first, second = slots_on_offer()[:2]
        for slot in (first, second):
            send(browser, "own_page_callback", enquiry, at=timezone.localtime(slot.starts_at).isoformat())
        enquiry.refresh_from_db()
        assert enquiry.callback_at == second.starts_at
        assert dict(CallbackSlot.objects.values_list("starts_at", "taken")) == {first.starts_at: 0, second.starts_at: 1}
        assert "We ring you" in browser.get(reverse("own_page")).content.decode()
        send(browser, "own_page_callback_cancel", enquiry)
        enquiry.refresh_from_db()
        assert enquiry.callback_at is None and last_fact(enquiry).who == "the enquirer"
        again = send(browser, "own_page_callback_cancel", enquiry)
        assert again.status_code in (302, 409)

    def test_the_last_place_pressed_twice_is_theirs_once(self, enquiry, browser, make_enquiry):
        slot = slots_on_offer()[0]
        for _ in range(slot.capacity - 1):
            book_callback(enquiry=make_enquiry("new"), starts_at=slot.starts_at)
        enquiry.refresh_from_db()
        typed = {"version": enquiry.version, "at": timezone.localtime(slot.starts_at).isoformat()}
        answers = [browser.post(reverse("own_page_callback"), typed).status_code for _ in range(2)]
        assert answers == [302, 302] and CallbackSlot.objects.get().taken == slot.capacity

    @pytest.mark.parametrize("at", ["2020-01-01T10:00:00+00:00", "x", "", "\x00", "9" * 400])
    def test_a_time_that_is_not_on_offer(self, enquiry, browser, at):
        page = send(browser, "own_page_callback", enquiry, at=at)
        assert page.status_code == 200 and "govuk-error-message" in page.content.decode()

    def test_not_offered_to_those_who_must_not_be_rung(self, make_enquiry, inside):
        enquiry = make_enquiry(safe_contact={"by_phone": False})
        browser = inside(enquiry)
        assert reverse("own_page_callback") not in browser.get(reverse("own_page")).content.decode()
        slot = slots_on_offer()[0]
        send(browser, "own_page_callback", enquiry, at=timezone.localtime(slot.starts_at).isoformat())
        enquiry.refresh_from_db()
        assert enquiry.callback_at is None


def details_of(enquiry, **changes) -> dict:
    first, second = enquiry.applicants.all()
    return {
        "first_name": first.first_name, "last_name": first.last_name, "phone": first.phone, "email": first.email,
        "second_first_name": second.first_name, "second_last_name": second.last_name, "postcode": enquiry.postcode,
        **changes,
    }  # fmt: skip


class TestDetails:
    def test_names_telephone_and_postcode_change_at_once(self, enquiry, browser, newcastle):
        born = timezone.now().date().replace(year=1985)
        enquiry.applicants.filter(position=1).update(born_on=born)
        typed = details_of(enquiry, first_name="Amína", phone="07700 900456", postcode="ne18qh")
        assert send(browser, "own_page_details", enquiry, **typed).url == reverse("own_page")
        first = enquiry.applicants.first()
        assert (first.first_name, first.phone, first.born_on) == ("Amína", "+447700900456", born)
        enquiry.refresh_from_db()
        assert enquiry.postcode == "NE1 8QH" and enquiry.authority == newcastle
        assert enquiry.facts.filter(kind="details_changed", recorder="enquirer").exists()

    @pytest.mark.parametrize(
        ("postcode", "said"),
        [
            ("NE1 8QH", "Your council is now Newcastle upon Tyne."),
            ("NE8 1AB", "Your council is still Gateshead."),
            ("LS1 1AA", "in Leeds, which is outside our region. If you would rather foster there, ask the fostering"),
            ("NE99 9ZZ", "We could not find which council your new postcode belongs to. Somebody from our team"),
            ("", "Without a postcode we do not know your council."),
        ],
    )
    def test_what_came_of_a_new_postcode_is_said(self, enquiry, browser, newcastle, postcode, said):
        Postcode.objects.create(postcode="NE81AB", authority_code="E08000037")
        send(browser, "own_page_details", enquiry, **details_of(enquiry, postcode=postcode))
        page = browser.get(reverse("own_page")).content.decode()
        assert "Your details are changed." in page and said in page
        enquiry.refresh_from_db()
        somebody_owes_them_an_answer = "Somebody from our team" in page.split("Your details are changed.")[1][:600]
        assert (enquiry.clock == "answer") == (somebody_owes_them_an_answer and postcode != "")

    def test_who_moved_out_of_the_region_is_rung_by_a_day(self, enquiry, browser):
        send(browser, "own_page_details", enquiry, **details_of(enquiry, postcode="LS1 1AA"))
        enquiry.refresh_from_db()
        assert (enquiry.clock, enquiry.turn) == ("answer", "hub") and enquiry.due_at is not None
        note = enquiry.facts.get(kind="message_received").note
        assert note.startswith("They moved to LS1 1AA.") and "Leeds" in note

    def test_the_neighbouring_hub_is_named_and_the_link_is_told_too(self, enquiry, browser, authorities):
        hub = NeighbourHub.objects.create(name="Foster for Yorkshire", telephone="01632 960200")
        hub.authorities.add(authorities["Leeds"])
        typed = details_of(enquiry, postcode="LS1 1AA", email="new@example.org")
        send(browser, "own_page_details", enquiry, **typed)
        page = browser.get(reverse("own_page")).content.decode()
        assert "ask Foster for Yorkshire (01632 960200)." in page
        assert "We have sent a link to new@example.org" in page

    def test_who_chose_a_council_keeps_it_and_who_stays_hears_nothing(self, enquiry, browser, gateshead):
        send(browser, "own_page_details", enquiry, **details_of(enquiry, phone="07700 900456"))
        assert "Your council is" not in browser.get(reverse("own_page")).content.decode()
        Enquiry.objects.filter(pk=enquiry.pk).update(chosen_authority=gateshead)
        send(browser, "own_page_details", enquiry, **details_of(enquiry, postcode="LS1 1AA"))
        assert "Your council is still Gateshead, as you chose." in browser.get(reverse("own_page")).content.decode()

    def test_a_council_that_must_not_know_is_not_named(self, enquiry, browser, newcastle):
        Enquiry.objects.filter(pk=enquiry.pk).update(not_authority=newcastle)
        send(browser, "own_page_details", enquiry, **details_of(enquiry, postcode="NE1 8QH"))
        page = browser.get(reverse("own_page")).content.decode()
        assert "We could not settle yet which council is yours." in page and "Newcastle" not in page

    def test_the_postcode_stays_once_a_council_has_them(self, make_enquiry, inside, gateshead):
        enquiry = make_enquiry("with_authority")
        send(inside(enquiry), "own_page_details", enquiry, **details_of(enquiry, postcode="NE1 8QH"))
        enquiry.refresh_from_db()
        assert enquiry.authority == gateshead and enquiry.postcode == "NE8 1AA"

    def test_an_email_address_counts_once_it_is_confirmed(self, enquiry, browser):
        old = enquiry.applicants.first().email
        send(browser, "own_page_details", enquiry, **details_of(enquiry, email="new@example.org"))
        assert enquiry.applicants.first().email == old
        mail.outbox.clear()
        send_due_messages()
        (sent,) = [one for one in mail.outbox if one.to == ["new@example.org"]]
        link = link_in(sent.body)
        assert "Yes, use this address" in Client().get(link).content.decode()
        assert enquiry.applicants.first().email == old
        new_browser = Client()
        assert new_browser.post(link).url == reverse("own_page")
        assert enquiry.applicants.first().email == "new@example.org"
        assert enquiry.reference in new_browser.get(reverse("own_page")).content.decode()
        assert enquiry.reference not in browser.get(reverse("own_page")).content.decode()  # signed in with the old
        mail.outbox.clear()
        send_due_messages()
        (told,) = [one for one in mail.outbox if one.to == [old]]
        assert "new@example.org" not in told.body

    def test_the_second_person_s_first_address_is_confirmed_too(self, enquiry, browser):
        mail.outbox.clear()
        send(browser, "own_page_details", enquiry, **details_of(enquiry, second_email="tom@example.org"))
        send_due_messages()
        (sent,) = [one for one in mail.outbox if one.to == ["tom@example.org"]]
        theirs = Client()
        assert theirs.post(link_in(sent.body)).url == reverse("own_page")
        assert enquiry.applicants.get(position=2).email == "tom@example.org"
        assert enquiry.reference in theirs.get(reverse("own_page")).content.decode()

    def test_what_staff_put_right_no_link_of_before_undoes(self, enquiry, browser, worker):
        mail.outbox.clear()
        send(browser, "own_page_details", enquiry, **details_of(enquiry, email="thief@example.org"))
        send_due_messages()
        (sent,) = [one for one in mail.outbox if one.to == ["thief@example.org"]]
        people = [Person.of(one) for one in enquiry.applicants.all()]
        people[0].email = "safe@example.org"
        change_people(enquiry=enquiry, by=worker, people=people, postcode=enquiry.postcode)
        assert Client().post(link_in(sent.body)).status_code == 410
        assert enquiry.applicants.first().email == "safe@example.org"

    def test_nobody_s_mailbox_is_filled_with_links(self, enquiry, browser):
        for name in "ABCD"[: MOST_LETTERS_A_DAY + 1]:
            typed = details_of(enquiry, email="other@example.org", first_name=name)
            answer = send(browser, "own_page_details", enquiry, **typed)
        assert answer.status_code == 200 and "We have sent several links" in answer.content.decode()
        assert Message.objects.filter(template="confirm_address").count() == MOST_LETTERS_A_DAY

    def test_an_address_that_is_taken_away_opens_nothing_any_more(self, enquiry, browser, inside):
        enquiry.applicants.filter(position=2).update(email="tom@example.org")
        theirs = inside(enquiry, "tom@example.org")
        assert enquiry.reference in theirs.get(reverse("own_page")).content.decode()
        send(browser, "own_page_details", enquiry, **details_of(enquiry, second_email=""))
        assert enquiry.applicants.get(position=2).email == ""
        assert enquiry.reference not in theirs.get(reverse("own_page")).content.decode()

    def test_a_link_to_a_new_address_tells_staff_nothing(self, enquiry, browser, sign_in, worker):
        send(browser, "own_page_details", enquiry, **details_of(enquiry, email="new@example.org"))
        body = Message.objects.get(template="confirm_address").body
        assert SignInLink.objects.filter(purpose="new_address").count() == 1
        assert "only-they-can-read-this-part" in body

    def test_what_staff_changed_meanwhile_is_not_overwritten(self, enquiry, browser):
        enquiry.refresh_from_db()
        seen = enquiry.version
        record_activity(enquiry=enquiry, kind="note", by=someone("hub_worker"), note="Secret")
        page = browser.post(reverse("own_page_details"), {"version": seen, **details_of(enquiry, first_name="Other")})
        html = page.content.decode()
        assert "has changed meanwhile" in html and "Secret" not in html and someone("hub_worker").name not in html
        assert enquiry.applicants.first().first_name == "Amina"
        enquiry.refresh_from_db()
        assert f'value="{enquiry.version}"' in html  # the next press goes through

    @pytest.mark.parametrize("field", ["first_name", "phone", "email", "postcode", "second_email", "version"])
    @pytest.mark.parametrize("typed", BAD[1:])
    def test_whatever_is_typed_is_answered(self, enquiry, browser, field, typed):
        enquiry.refresh_from_db()
        form = {"version": enquiry.version, **details_of(enquiry), field: typed}
        assert browser.post(reverse("own_page_details"), form).status_code in (200, 302)


class TestContactAndConsent:
    CONTACT = {"ways": ["phone", "email"], "when": "afternoon", "leave_message": "no", "say_who": "no"}

    def test_how_they_are_reached(self, enquiry, browser):
        send(browser, "own_page_contact", enquiry, **self.CONTACT, language="Polish", notes="After six", adjustments="")
        safe = Enquiry.objects.get(pk=enquiry.pk).safe_contact
        assert (safe.when, safe.leave_message, safe.language, safe.interpreter) == ("afternoon", False, "Polish", True)
        assert last_fact(enquiry).kind == "details_changed" and last_fact(enquiry).who == "the enquirer"

    def test_the_evening_is_kept_by_who_has_it_and_offered_to_nobody_else(self, enquiry, browser):
        evening = {**self.CONTACT, "when": "evening"}
        assert 'value="evening"' not in browser.get(reverse("own_page_contact")).content.decode()
        refused = send(browser, "own_page_contact", enquiry, **evening).content.decode()
        assert "Select another time to ring: nobody is here then" in refused
        SafeContact.objects.filter(enquiry=enquiry).update(when="evening")
        assert 'value="evening"' in browser.get(reverse("own_page_contact")).content.decode()
        assert send(browser, "own_page_contact", enquiry, **evening).status_code == 302

    def test_without_email_the_page_closes(self, enquiry, browser):
        send(browser, "own_page_contact", enquiry, **{**self.CONTACT, "ways": ["phone"]})
        assert "Send me a link" in browser.get(reverse("own_page")).content.decode()

    def test_consent_is_added_where_it_differs_with_the_words_that_were_read(self, enquiry, browser):
        before = Consent.objects.filter(enquiry=enquiry).count()
        send(browser, "own_page_consents", enquiry, share_with_authority="no", keep_in_touch="yes", research="no")
        added = Consent.objects.filter(enquiry=enquiry)[: Consent.objects.filter(enquiry=enquiry).count() - before]
        said = {one.purpose: (one.given, one.channel) for one in added}
        assert said == {"share_with_authority": (False, "web"), "keep_in_touch": (True, "web")}
        words = Consent.objects.get(enquiry=enquiry, purpose="keep_in_touch").wording
        page = browser.get(reverse("own_page_consents")).content.decode()
        assert "Send me news about fostering" in words and "Send me news about fostering" in page

    def test_what_was_said_before_two_enquiries_were_merged_is_what_they_change(self, enquiry, make_enquiry, inside):
        other = make_enquiry()
        said = {"wording": "x", "channel": "phone", "by": None, "recorder": "enquirer"}
        record_consent(enquiry=other, purpose="research", given=True, **said)
        merge_enquiries(survivor=enquiry, absorbed=other, by=someone("hub_worker"))
        browser = inside(enquiry)
        enquiry.refresh_from_db()
        form = browser.get(reverse("own_page_consents")).context["form"]
        assert form.fields["research"].initial == "yes"
        send(browser, "own_page_consents", enquiry, share_with_authority="yes", keep_in_touch="no", research="no")
        assert [one.given for one in enquiry.ledger.filter(purpose="research")] == [False, True]

    @pytest.mark.parametrize("agreed", [False, True])
    def test_under_18_nobody_is_asked_to_share_but_may_take_it_back(self, enquiry, browser, agreed):
        Enquiry.objects.filter(pk=enquiry.pk).update(age="under_18")
        Consent.objects.create(
            enquiry=enquiry, purpose="share_with_authority", given=agreed, wording="As asked", channel="phone"
        )
        fields = browser.get(reverse("own_page_consents")).context["form"].fields
        assert ("share_with_authority" in fields) == agreed and "research" in fields
        typed = {"keep_in_touch": "no", "research": "yes", **({"share_with_authority": "no"} if agreed else {})}
        assert send(browser, "own_page_consents", enquiry, **typed).status_code == 302
        enquiry.refresh_from_db()
        given = {one.purpose: one.given for one in enquiry.ledger.order_by("at", "pk")}
        assert given["research"] and not given["share_with_authority"]


class TestFeedbackAndData:
    def test_feedback(self, enquiry, browser):
        send(browser, "own_page_feedback", enquiry, score="4", words="Kind people")
        fact = last_fact(enquiry)
        assert (fact.kind, fact.outcome, fact.note) == ("feedback", "4", "4 of 5. Kind people")

    @pytest.mark.parametrize("score", ["0", "6", "", "x", "\x00"])
    def test_another_score_is_asked_again(self, enquiry, browser, score):
        assert send(browser, "own_page_feedback", enquiry, score=score).status_code == 200

    def test_what_we_hold_without_what_staff_wrote(self, enquiry, browser):
        record_activity(enquiry=enquiry, kind="note", by=someone("hub_worker"), note="The neighbour drinks")
        send(browser, "own_page_message", enquiry, words="May I foster with a dog?")
        page = browser.get(reverse("own_page_data")).content.decode()
        file = browser.get(reverse("own_page_data_file"))
        held = json.loads(file.content)
        assert file["Content-Disposition"] == f'attachment; filename="{enquiry.reference}.json"'
        first = enquiry.applicants.first()
        assert held["people"][0]["email"] == first.email and first.email in page
        assert held["what_you_agreed_to"][0]["words_shown"] in page
        assert "May I foster with a dog?" in page and "neighbour" not in page and "neighbour" not in str(held)
        assert someone("hub_worker").name not in page
        assert "within one month" in page


class TestNobodyElses:
    def test_every_address_asks_for_a_visit(self, hub, enquiry):
        found = []

        def walk(patterns):
            for pattern in patterns:
                if hasattr(pattern, "url_patterns"):
                    walk(pattern.url_patterns)
                elif (pattern.name or "").startswith("own_page"):
                    found.append(pattern)

        walk(get_resolver().url_patterns)
        open_to_all = {"own_page", "own_page_asked", "own_page_link", "own_page_leave"}
        assert {one.name for one in found} > open_to_all and len(found) > 15
        assert {one.name for one in found if not getattr(one.callback, "own", False)} == open_to_all
        for pattern in found:
            if pattern.name in open_to_all:
                continue
            path = reverse(pattern.name, args=["x"] if "<" in str(pattern.pattern) else [])
            for answer in (Client().get(path), Client().post(path, {"version": 1})):
                assert answer.status_code == 302 and answer.url == reverse("own_page"), pattern.name

    @pytest.mark.parametrize("name", NAMES)
    def test_no_write_reaches_another_enquiry(self, enquiry, inside, name):
        """The visit alone says whose it is: nothing that is sent along can name another."""
        other = another_enquiry("in_touch")
        before = (other.version, other.facts.count())
        browser = inside(enquiry)
        typed = {
            "reference": other.reference, "enquiry": other.pk, "words": "Hello", "score": "5", "ways": ["phone"],
            "version": other.version, "first_name": "Mallory", "email": "m@example.org",
        }  # fmt: skip
        browser.post(reverse(f"own_page_{name}") + f"?reference={other.reference}", typed)
        other.refresh_from_db()
        assert (other.version, other.facts.count()) == before

    @pytest.mark.parametrize("name", NAMES)
    def test_an_empty_form_and_an_odd_version_are_answered(self, browser, name):
        for version in ("", "x", "-1", "9" * 300, "\x00"):
            assert browser.post(reverse(f"own_page_{name}"), {"version": version}).status_code in (200, 302)

    @pytest.mark.parametrize("name", NAMES)
    def test_a_stranger_writes_nothing(self, enquiry, name):
        before = enquiry.facts.count()
        Client().post(reverse(f"own_page_{name}"), {"version": enquiry.version, "words": "x", "score": 1})
        assert enquiry.facts.count() == before

    def test_the_page_costs_the_same_however_long_the_history(self, enquiry, browser, django_assert_max_num_queries):
        for number in range(30):
            record_activity(enquiry=enquiry, kind="note", by=someone("hub_worker"), note=str(number))
        with django_assert_max_num_queries(40):
            browser.get(reverse("own_page"))


def test_being_asked_again_is_no_yes_to_news_and_can_be_taken_back(make_enquiry, inside, directory):
    enquiry = make_enquiry("in_touch")
    said = {"wording": "x", "channel": "phone", "by": None, "recorder": "enquirer"}
    record_consent(enquiry=enquiry, purpose="ask_again", given=True, **said)
    browser = inside(enquiry)
    enquiry.refresh_from_db()
    fields = browser.get(reverse("own_page_consents")).context["form"].fields
    assert (fields["ask_again"].initial, fields["keep_in_touch"].initial) == ("yes", "no")
    typed = {"share_with_authority": "yes", "keep_in_touch": "no", "research": "no", "ask_again": "no"}
    send(browser, "own_page_consents", enquiry, **typed)
    assert not enquiry.ledger.filter(purpose="ask_again").first().given
    assert "ask_again" not in browser.get(reverse("own_page_consents")).context["form"].fields
