"""Closing with a reason and a message; the exit interview; and whoever cannot be reached."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from enquiries.casework.actions import next_steps
from enquiries.closing.last_try import propose_closing
from enquiries.closing.services import close_enquiry
from enquiries.letters.services import send_template
from enquiries.models import Consent, SafeContact, Survey, Task
from enquiries.own_page.services import stop
from enquiries.services import record_activity
from enquiries.surveys.results import results
from hub.errors import Refused
from hub.messages.services import send_due_messages
from hub.models import Message
from hub.working_time import today
from tests.conftest import moment

NOW = moment("2026-11-17 10:00")  # a Tuesday


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def enquiry(clock, make_enquiry):
    enquiry = make_enquiry("in_touch")
    clock.shift(60)
    return enquiry


@pytest.fixture
def interview(enquiry, worker):
    """The path of the exit interview that went with the closing message."""
    close_enquiry(enquiry=enquiry, by=worker, reason="timing", tell_by="email")
    send_due_messages()
    body = next(one.body for one in mail.outbox if "/feedback/" in one.body)
    return re.search(r"/feedback/[\w-]{43}/", body).group()


def test_the_form_says_what_ofsted_counts_it_as_and_ticks_the_message(enquiry, sign_in, worker):
    html = sign_in(worker).get(reverse("close", args=[enquiry.reference])).content.decode()
    assert "Counts as AW3" in html and "Counts as AW0" in html
    assert re.search(r'value="email"[^>]*checked', html) and "Yes, by letter" not in html  # we have no address


def test_closed_and_told_in_one(enquiry, worker):
    close_enquiry(enquiry=enquiry, by=worker, reason="timing", note="A baby", tell_by="email")
    assert enquiry.stage == "closed" and Message.objects.filter(template="closing").count() == 1
    assert Survey.objects.get().occasion == "closing"


@pytest.mark.parametrize("reason", ["duplicate", "test"])
def test_nobody_is_told_of_a_duplicate_or_a_test(enquiry, worker, reason):
    close_enquiry(enquiry=enquiry, by=worker, reason=reason, tell_by="email")
    assert not Message.objects.filter(template="closing").exists()


def test_where_they_may_not_be_written_to_nothing_is_half_done(enquiry, worker):
    SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"by_email": False})
    with pytest.raises(Refused, match="not to email"):
        close_enquiry(enquiry=enquiry, by=worker, reason="timing", tell_by="email")
    enquiry.refresh_from_db()
    assert enquiry.is_open


def test_closed_meanwhile_sends_nothing_more(enquiry, worker, sign_in):
    seen = enquiry.version
    close_enquiry(enquiry=enquiry, by=worker, reason="timing", tell_by="email")
    typed = {"version": seen, "reason": "work", "tell": "email"}
    html = sign_in(worker).post(reverse("close", args=[enquiry.reference]), typed).content.decode()
    enquiry.refresh_from_db()
    assert "was closed meanwhile" in html and enquiry.closed_reason == "timing"
    assert Message.objects.filter(template="closing").count() == 1


def test_whoever_stops_themselves_is_told_and_asked_too(enquiry):
    stop(enquiry=enquiry, reason="work")
    assert Message.objects.filter(template="closing").exists() and Survey.objects.get().answered_at is None


class TestExitInterview:
    def test_answered_by_the_link_it_is_feedback_on_the_enquiry_and_counted(self, interview, enquiry, sign_in, worker):
        client = Client()
        typed = {"score": "2", "reason": "process", "better": "sooner", "contact_again": "yes", "comment": "Too slow"}
        assert "What was the main reason" in client.get(interview).content.decode()
        assert "We read every answer" in client.post(interview, typed, follow=True).content.decode()
        fact = enquiry.facts.get(kind="feedback")
        assert fact.outcome == "2" and "Be in touch sooner" in fact.note and "Too slow" in fact.note
        consent = enquiry.ledger.filter(purpose=Consent.Purpose.ASK_AGAIN).first()
        assert consent.given and consent.expires_on == datetime.date(2027, 11, 17)
        html = sign_in(worker).get(reverse("survey_results"), {"moment": "closing"}).content.decode()
        assert "Too slow" in html and enquiry.reference in html and "few answers" in html

    def test_it_may_be_changed_for_two_weeks_and_then_no_more(self, interview, enquiry, clock):
        client = Client()
        client.post(interview, {"score": "2"})
        seen = re.search(r'name="seen" value="([^"]+)"', client.get(interview, {"change": "yes"}).content.decode())[1]
        clock.shift(datetime.timedelta(days=13))
        client.post(interview, {"score": "4", "seen": seen})
        survey = Survey.objects.get()
        assert (survey.score, survey.answered_at, bool(survey.changed_at)) == (4, survey.fact.recorded_at, True)
        first, second = enquiry.facts.filter(kind="feedback").order_by("pk")
        assert survey.fact == first and second.about == first and second.outcome == "4"
        html = client.post(interview, {"score": "1", "seen": seen}).content.decode()  # the other window
        assert "answered this already" in html
        clock.shift(datetime.timedelta(days=2))
        client.post(interview, {"score": "1", "seen": survey.changed_at.isoformat()})
        survey.refresh_from_db()
        assert survey.score == 4

    def test_two_presses_are_one(self, interview, enquiry):
        for _ in range(2):
            Client().post(interview, {"score": "3", "comment": "So"})
        assert enquiry.facts.filter(kind="feedback").count() == 1

    @pytest.mark.parametrize("typed", [{"score": "9"}, {"score": "2", "reason": "age"}, {"score": "2", "better": "x"}])
    def test_bad_input_is_shown_again(self, interview, typed):
        assert "There is a problem" in Client().post(interview, typed).content.decode()
        assert Survey.objects.get().answered_at is None

    def test_whoever_would_rather_be_rung_is_a_task_until_they_told_us(self, interview, enquiry, worker, sign_in):
        assert "We ring you in the next days" in Client().post(interview, {"ring": "yes"}, follow=True).content.decode()
        Client().post(interview, {"ring": "yes"})
        task = Task.objects.get(kind="exit_call")
        assert task.title == "Exit interview by telephone" and task.due_on == datetime.date(2026, 11, 20)
        enquiry.refresh_from_db()
        typed = {"version": enquiry.version, "score": "5", "comment": "Lovely people"}
        page = reverse("exit_interview", args=[enquiry.reference])
        sign_in(worker).post(page, typed)
        survey = Survey.objects.get()
        task.refresh_from_db()
        assert (survey.score, survey.answered_by, task.is_open) == (5, worker, False)
        enquiry.refresh_from_db()
        again = sign_in(worker).post(page, {**typed, "version": enquiry.version}).content.decode()
        assert "told us already" in again

    def test_not_where_they_asked_us_not_to_ring(self, interview, enquiry):
        SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"by_phone": False})
        assert "Ring me instead" not in Client().get(interview).content.decode()
        assert "cannot ring you" in Client().post(interview, {"ring": "yes"}).content.decode()
        assert not Task.objects.filter(kind="exit_call").exists()

    def test_without_email_staff_can_ask_all_the_same(self, enquiry, worker, sign_in):
        close_enquiry(enquiry=enquiry, by=worker, reason="timing")
        typed = {"version": enquiry.version, "score": "4"}
        sign_in(worker).post(reverse("exit_interview", args=[enquiry.reference]), typed)
        assert Survey.objects.get().score == 4

    def test_closing_again_opens_the_same_interview(self, interview, enquiry, worker):
        record_activity(enquiry=enquiry, kind="reopened", by=worker, note="They rang")
        close_enquiry(enquiry=enquiry, by=worker, reason="work", tell_by="email")
        assert Survey.objects.count() == 1 and Client().get(interview).status_code == 410  # the later link counts


class TestWhoeverCannotBeReached:
    @pytest.fixture
    def tried(self, enquiry, worker, clock):
        for _ in range(5):
            clock.shift(60)
            record_activity(enquiry=enquiry, kind="attempt", by=worker, outcome="no_answer")
        return enquiry

    def test_after_so_many_attempts_the_letter_is_the_next_step(self, tried, worker, sign_in):
        step = next_steps(tried, worker)[0]
        assert step.text == "We tried 5 times: send the closing letter" and step.href.endswith("/write/last_try/")
        assert "5 times" in sign_in(worker).get(step.href).content.decode()

    def test_enough_is_enough_nobody_is_told_to_try_again(self, enquiry, worker, sign_in):
        monday = today() + datetime.timedelta(days=3)
        for number in range(1, 6):
            record_activity(enquiry=enquiry, kind="attempt", by=worker, outcome="no_answer", until=monday)
            html = sign_in(worker).get(f"/hub/enquiries/{enquiry.reference}/").content.decode()
            assert bool(re.search(r"Not reached[^<]*\. Try again", html)) == (number < 5), number
        assert "Not reached in 5 attempts." in html

    def test_one_fewer_proposes_nothing(self, enquiry, worker):
        for _ in range(4):
            record_activity(enquiry=enquiry, kind="attempt", by=worker, outcome="no_answer")
        assert "letter" not in next_steps(enquiry, worker)[0].text

    def test_ten_working_days_later_a_task_proposes_the_end_and_nothing_closes(self, tried, worker, clock):
        send_template(enquiry=tried, template="last_try", by=worker)
        send_due_messages()
        assert "letter" not in next_steps(tried, worker)[0].text
        clock.move_to(moment("2026-11-30 07:00"))
        assert propose_closing() == 0
        clock.move_to(moment("2026-12-01 07:00"))
        assert (propose_closing(), propose_closing()) == (1, 0)
        tried.refresh_from_db()
        assert tried.is_open and "Could not be reached" in Task.objects.get(kind="propose_closing").title
        assert next_steps(tried, worker)[0].text == "Close: no answer to our letter"

    def test_an_answer_ends_it(self, tried, worker, clock):
        send_template(enquiry=tried, template="last_try", by=worker)
        send_due_messages()
        clock.shift(60)
        record_activity(enquiry=tried, kind="message_received", by=None, channel="email", note="Sorry!")
        clock.move_to(moment("2026-12-02 07:00"))
        assert propose_closing() == 0 and not Task.objects.exists()


def test_results_ask_as_much_for_many_as_for_one(enquiry, worker, django_assert_max_num_queries):
    from enquiries.models import Enquiry

    close_enquiry(enquiry=enquiry, by=worker, reason="timing", tell_by="email")
    with django_assert_max_num_queries(2):
        shown = {one.code: one for one in results(Enquiry.objects.visible_to(worker))}
    assert (shown["closing"].total.sent, shown["closing"].total.answered, shown["closing"].total.rate) == (1, 0, 0)
    assert shown["handover"].total.rate is None


class TestAfterTheLastLetter:
    """Whoever was written to for the last time waits on their answer, not on our ringing."""

    @pytest.fixture
    def written(self, clock, make_enquiry, worker):
        enquiry = make_enquiry()
        clock.move_to(moment("2026-11-20 10:00"))
        for _ in range(3):
            record_activity(enquiry=enquiry, kind="attempt", by=worker, outcome="no_answer")
        enquiry.refresh_from_db()
        assert enquiry.is_overdue() and "Ring: late" in enquiry.due_in_words
        clock.shift(60)
        send_template(enquiry=enquiry, template="last_try", by=worker)
        enquiry.refresh_from_db()
        return enquiry

    def test_their_answer_is_waited_for_and_nobody_is_late(self, written):
        assert (written.clock, written.turn, written.is_overdue()) == ("last_try", "household", False)
        assert "Their answer to our last letter by Friday 4 December" in written.due_in_words
        assert "Wait for their answer" in written.next_step

    def test_ringing_once_more_changes_nothing_and_their_word_ends_it(self, written, worker, clock):
        clock.shift(60)
        record_activity(enquiry=written, kind="attempt", by=worker, outcome="no_answer")
        assert written.clock == "last_try"
        clock.shift(60)
        record_activity(enquiry=written, kind="message_received", by=None, channel="email", note="Sorry!")
        assert written.clock == "first_conversation" and written.turn == "hub"  # late since the beginning

    def test_after_its_time_it_says_to_close_and_the_task_is_there(self, written, clock):
        send_due_messages()
        clock.move_to(moment("2026-12-04 17:30"))
        assert propose_closing() == 1 and written.is_overdue()
        assert written.due_in_words.endswith("close?") and written.next_step.startswith("Close: no answer")

    def test_reopened_or_held_it_begins_anew(self, written, worker, clock):
        clock.shift(60)
        record_activity(enquiry=written, kind="hold_started", by=worker, until=datetime.date(2027, 3, 1))
        clock.shift(60)
        record_activity(enquiry=written, kind="hold_ended", by=worker)
        assert written.clock == "first_conversation"
