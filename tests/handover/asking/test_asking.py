"""Has the council been in touch? Asked once, answered by a link or on the telephone, seen to by somebody."""

import datetime
import re

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from enquiries.letters.nudges import send_due_nudges
from enquiries.models import Nudge, SafeContact, Task
from enquiries.own_page.services import say_not_yet, stop
from enquiries.services import record_activity
from handover.asking.models import CouncilCheck
from handover.asking.services import answer_check, record_heard, settle_check
from handover.services import answer_handover, open_handover, withdraw_handover
from hub.errors import Refused
from hub.messages.sealed import HIDDEN, secret_of
from hub.models import Hub
from tests.conftest import moment

NOW = moment("2026-11-02 10:00")  # a Monday
DAY = moment("2026-11-16 10:05")  # ten working days later


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def waiting(clock, sent):
    return sent()


@pytest.fixture
def asked(waiting, clock):
    clock.move_to(DAY)
    assert send_due_nudges() == 1
    return CouncilCheck.objects.get()


def link(check: CouncilCheck) -> str:
    return reverse("council_heard", args=[secret_of(check.message.seed)])


def why() -> str:
    return Nudge.objects.get(kind="council_in_touch", state="skipped").why


def test_asked_ten_working_days_after_sending_once(waiting, clock):
    clock.move_to(DAY - datetime.timedelta(minutes=10))
    assert send_due_nudges() == 0
    clock.move_to(DAY)
    assert send_due_nudges() == 1
    assert send_due_nudges() == 0
    check = CouncilCheck.objects.get()
    message = check.message
    assert check.handover == waiting and check.asked_at == DAY
    assert message.channel == "email" and message.template_version == 1 and message.to_household
    assert message.body.count(f"/heard/{HIDDEN}/") == 2 and "Gateshead" in message.body
    assert check.token_sha256 not in message.body and "Gateshead" not in message.subject


def test_the_hub_says_after_how_long_or_never(clock, sent):
    Hub.objects.update(asks_after=3)
    sent()
    assert Nudge.objects.get(kind="council_in_touch").at == moment("2026-11-05 10:00")
    Hub.objects.update(asks_after=0)
    sent()
    assert Nudge.objects.filter(kind="council_in_touch").count() == 1


@pytest.mark.parametrize("answer", ["declined", "returned"])
def test_called_off_when_it_came_back(answer, waiting, clock, gateshead_worker):
    clock.shift(60)
    answer_handover(handover=waiting, by=gateshead_worker, answer=answer, reason="capacity")
    clock.move_to(DAY)
    assert send_due_nudges() == 0 and "Ready" in why()


def test_called_off_when_it_was_withdrawn_and_the_next_is_asked_itself(waiting, clock, agreement, gateshead, worker):
    from handover.services import send_handover

    clock.shift(60)
    withdraw_handover(handover=waiting, by=worker, reason="mistake")
    waiting.enquiry.refresh_from_db()
    send_handover(enquiry=waiting.enquiry, authority=gateshead, by=worker)
    clock.move_to(DAY)
    send_due_nudges()
    assert CouncilCheck.objects.get().handover.reference.endswith("-H2")
    assert "withdrawn" in why()


def wait(*, enquiry):
    say_not_yet(enquiry=enquiry, until=datetime.date(2027, 3, 1))


@pytest.mark.parametrize("said", [stop, wait])
def test_called_off_when_they_said_stop_or_wait(said, waiting, clock):
    clock.shift(60)
    said(enquiry=waiting.enquiry)
    clock.move_to(DAY)
    assert send_due_nudges() == 0 and "stop" in why()


def test_called_off_when_they_told_us_already(waiting, clock, worker):
    clock.shift(60)
    record_heard(handover=waiting, by=worker, answer="yes")
    clock.move_to(DAY)
    assert send_due_nudges() == 0 and "Said whether" in why()


def test_by_text_where_they_do_not_want_email(waiting, clock, settings):
    settings.NOTIFY_SMS_TEMPLATE_ID = settings.NOTIFY_EMAIL_TEMPLATE_ID = "6f1a0f5e-0000-4000-8000-000000000001"
    settings.NOTIFY_API_KEY = "k-6f1a0f5e-0000-4000-8000-000000000001-6f1a0f5e-0000-4000-8000-000000000002"
    SafeContact.objects.filter(enquiry=waiting.enquiry).update(by_email=False, by_text=True)
    clock.move_to(DAY)
    assert send_due_nudges() == 1
    message = CouncilCheck.objects.get().message
    assert message.channel == "text" and f"/heard/{HIDDEN}/" in message.body


def test_no_way_to_write_is_noted(waiting, clock):
    SafeContact.objects.filter(enquiry=waiting.enquiry).update(by_email=False, by_text=False)
    clock.move_to(DAY)
    assert send_due_nudges() == 0 and "asked us not to email" in why()
    assert not CouncilCheck.objects.exists()


def test_looking_answers_nothing(asked, client):
    for _scanner in range(3):
        html = client.get(link(asked), {"said": "no"}).content.decode()
        client.head(link(asked))
    assert re.search(r'value="no"[^>]*checked', html) and "Has Gateshead been in touch with you?" in html
    asked.refresh_from_db()
    assert asked.answered_at is None
    assert client.get(link(asked))["Referrer-Policy"] == "strict-origin"
    assert client.put(link(asked)).status_code == 405


def test_a_no_is_seen_to(asked, client):
    html = client.post(link(asked), {"answer": "no", "comment": "We wait and wait"}, follow=True).content.decode()
    assert "We ask Gateshead for you" in html and "Tuesday 17 November" in html
    asked.refresh_from_db()
    fact = asked.handover.enquiry.facts.get(kind="council_heard")
    assert (asked.answer, asked.comment, asked.needs_somebody) == ("no", "We wait and wait", True)
    assert (fact.outcome, fact.note, fact.recorder, fact.about) == (
        "no",
        "We wait and wait",
        "enquirer",
        asked.handover.sent_fact,
    )
    task = Task.objects.get(kind="council_not_heard")
    assert task.assigned_to == asked.handover.enquiry.owner and str(task.due_on) == "2026-11-17"


def test_a_yes_that_the_council_confirms_needs_nobody(asked, client, gateshead_worker):
    answer_handover(handover=asked.handover, by=gateshead_worker, answer="accepted")
    assert "Good to hear" in client.post(link(asked), {"answer": "yes"}, follow=True).content.decode()
    asked.refresh_from_db()
    assert not asked.needs_somebody and not Task.objects.filter(kind="council_not_heard").exists()


def test_a_yes_of_what_the_council_has_not_opened_needs_somebody(asked, client):
    client.post(link(asked), {"answer": "yes"})
    asked.refresh_from_db()
    assert asked.needs_somebody


def test_answered_once_and_changed_for_two_days(asked, client, clock):
    page = link(asked)
    client.post(page, {"answer": "no"})
    client.post(page, {"answer": "no"})  # pressed twice
    assert asked.handover.enquiry.facts.filter(kind="council_heard").count() == 1
    assert "You have answered this already" in client.post(page, {"answer": "yes"}).content.decode()  # another window
    clock.shift(datetime.timedelta(days=1))
    html = client.get(page, {"change": "yes"}).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', html)[1]
    client.post(page, {"answer": "yes", "seen": seen})
    asked.refresh_from_db()
    assert asked.answer == "yes" and not Task.objects.open().filter(kind="council_not_heard").exists()
    clock.shift(datetime.timedelta(days=2))
    assert "Change your answer" not in client.get(page).content.decode()
    with pytest.raises(Refused, match="answered this already"):
        answer_check(check=asked, answer="no", seen=asked.answered_at)


def test_bad_input_is_shown_again(asked, client):
    html = client.post(link(asked), {"comment": "What I typed"}).content.decode()
    assert "Select yes or no" in html and "What I typed" in html


def test_the_link_ends(asked, client, clock, worker):
    assert client.get(reverse("council_heard", args=["not-to-be-guessed"])).status_code == 410
    clock.shift(datetime.timedelta(days=31))
    assert client.get(link(asked)).status_code == 410


def test_the_link_ends_with_the_handover_and_with_safety(asked, client, worker):
    SafeContact.objects.filter(enquiry=asked.handover.enquiry).update(by_email=False)
    assert client.get(link(asked)).status_code == 410
    SafeContact.objects.filter(enquiry=asked.handover.enquiry).update(by_email=True)
    assert client.get(link(asked)).status_code == 200
    withdraw_handover(handover=asked.handover, by=worker, reason="mistake")
    assert client.get(link(asked)).status_code == 410 == client.post(link(asked), {"answer": "no"}).status_code
    with pytest.raises(Refused, match="does not have their details any more"):
        answer_check(check=asked, answer="no")
    assert not Task.objects.open().filter(kind="council_not_heard").exists()


def test_settled_with_a_note_once_and_open_again_with_a_new_no(asked, worker):
    answer_check(check=asked, answer="no")
    settle_check(handover=asked.handover, by=worker, note="Samir rings them today.")
    asked.refresh_from_db()
    assert (asked.settled_by, asked.needs_somebody) == (worker, False)
    assert asked.handover.enquiry.facts.filter(kind="note", note__contains="Samir rings them").exists()
    assert not Task.objects.open().filter(kind="council_not_heard").exists()
    with pytest.raises(Refused, match="nothing to settle"):
        settle_check(handover=asked.handover, by=worker, note="Again")
    record_heard(handover=asked.handover, by=worker, answer="no", comment="Nobody rang")
    asked.refresh_from_db()
    assert asked.needs_somebody and asked.answered_by == worker
    assert Task.objects.open().filter(kind="council_not_heard").count() == 1


def test_staff_write_down_what_they_say(waiting, worker, sign_in, gateshead_worker):
    page = reverse("handover_heard", args=[waiting.reference])
    client = sign_in(worker)
    html = client.post(page, {"comment": "What I typed"}).content.decode()
    assert "Select what they say" in html and "What I typed" in html
    client.post(page, {"answer": "no", "comment": "On the telephone"})
    check = CouncilCheck.objects.get()
    assert (check.answer, check.answered_by, check.asked_at) == ("no", worker, None)
    fact = waiting.enquiry.facts.get(kind="council_heard")
    assert (fact.channel, fact.recorded_by) == ("phone", worker)
    page = reverse("handover_settle", args=[waiting.reference])
    assert "Enter what you found out" in client.post(page, {}).content.decode()
    assert client.post(f"{page}?from=lists", {"note": "They ring today"})["Location"] == reverse("with_councils")
    assert "nothing to settle" in client.post(page, {"note": "Again"}).content.decode()
    html = client.get(reverse("handover_prepare", args=[waiting.enquiry.reference])).content.decode()
    assert "They ring today" in html and "No, not yet" in html
    assert sign_in(gateshead_worker).get(page).status_code == 403


def test_the_tab_tells_sent_opened_answered_asked(asked, sign_in, worker, gateshead_worker, clock):
    open_handover(handover=asked.handover, by=gateshead_worker)
    html = sign_in(worker).get(reverse("handover_prepare", args=[asked.handover.enquiry.reference])).content.decode()
    for words in (
        "2 November 2026, Ruth Worker",
        "16 November 2026, Samir Gateshead",
        "Not yet: due by 9 November",
        "16 November 2026, by email",
    ):
        assert words in html, words


def test_the_authority_reads_nothing_of_it(asked, gateshead_worker):
    from hub.isolation import bound_to

    answer_check(check=asked, answer="no", comment="They are rude")
    with pytest.raises(Exception, match="permission denied"), bound_to(gateshead_worker.authority_id):
        list(CouncilCheck.objects.all())


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"answer": "maybe"}, "check_answer_known"),
        ({"answer": "yes"}, "check_answered_when"),
        ({"asked_at": None}, "check_asked_with_a_link"),
        ({"settled_at": NOW, "settled_how": "x"}, "check_settled_says_how"),
    ],
)
def test_the_database_keeps_the_rules(change, rule, asked):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        CouncilCheck.objects.update(**change)


def test_an_application_is_no_reason_not_to_ask(waiting, clock, gateshead_worker):
    answer_handover(handover=waiting, by=gateshead_worker, answer="accepted")
    waiting.enquiry.refresh_from_db()
    record_activity(enquiry=waiting.enquiry, kind="application_received", by=gateshead_worker)
    clock.move_to(DAY)
    assert send_due_nudges() == 1
