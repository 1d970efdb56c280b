"""The equality questions: optional, after sending, and with nothing that leads from an answer to anybody."""

import datetime
import threading

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.urls import reverse

from enquiries.intake import apart
from enquiries.intake.forms.equality import QUESTIONS
from enquiries.models import Activity, Enquiry, EqualityAnswers
from enquiries.models.apart import EQUALITY_QUESTIONS
from tests.conftest import moment

from .conftest import Visitor

PAGE = "/enquire/about-you/"
ANSWERS = {"age_band": "40_49", "sex": "female", "religion": "prefer_not_to_say", "disability": "limited_a_little"}


@pytest.mark.django_db
def test_they_are_offered_only_after_sending(visitor):
    assert visitor.client.get(PAGE).url == reverse("enquire_sent")
    visitor.fill()
    assert visitor.client.post(PAGE, ANSWERS).url == reverse("enquire_sent")
    assert not EqualityAnswers.objects.exists()
    visitor.send()
    assert PAGE in visitor.client.get(reverse("enquire_sent")).content.decode()
    page = visitor.client.get(PAGE).content.decode()
    assert "Every question is optional" in page and "nobody can tell that they are yours" in page
    assert page.count("Prefer not to say") == len(EQUALITY_QUESTIONS)


def test_the_questions_are_those_that_are_kept_and_fit():
    assert tuple(QUESTIONS) == EQUALITY_QUESTIONS
    for name, (_, _, choices) in QUESTIONS.items():
        longest = EqualityAnswers._meta.get_field(name).max_length
        assert all(len(code) <= longest for code, _ in choices)


@pytest.mark.django_db
@time_machine.travel(moment("2026-11-20 10:00"), tick=False)
def test_answers_are_kept_by_month_and_council_alone(visitor, gateshead):
    visitor.fill().send()
    facts = Activity.objects.count()
    answer = visitor.client.post(PAGE, ANSWERS, follow=True)
    assert answer.redirect_chain == [(reverse("enquire_sent"), 302)]
    assert "Your answers are kept apart" in answer.content.decode() and PAGE not in answer.content.decode()
    row = EqualityAnswers.objects.get()
    assert (row.month, row.authority) == (datetime.date(2026, 11, 1), gateshead)
    assert {name: getattr(row, name) for name in EQUALITY_QUESTIONS if getattr(row, name)} == ANSWERS
    assert Activity.objects.count() == facts


@pytest.mark.django_db
def test_nothing_links_an_answer_to_anybody(visitor, capsys):
    visitor.fill().send()
    enquiry = Enquiry.objects.get()
    capsys.readouterr()
    visitor.client.post(PAGE, ANSWERS)
    logged = capsys.readouterr()
    # The row knows the month, the council and the answers, and points at nothing else.
    fields = {field.name: field for field in EqualityAnswers._meta.get_fields()}
    assert set(fields) == {"id", "month", "authority", *EQUALITY_QUESTIONS}
    assert [name for name, field in fields.items() if field.is_relation] == ["authority"]
    row = EqualityAnswers.objects.get()
    # The session knows that questions were answered, not what, nor which row.
    kept = Session.objects.get(pk=visitor.client.session.session_key).get_decoded()
    assert kept["equality_answered"] == kept["enquiry_sent"]["draft"]
    said = str({name: value for name, value in kept.items() if name != "_messages"})
    assert all(f"'{code}'" not in said for code in ANSWERS.values())
    assert all(code not in logged.out + logged.err for code in (*ANSWERS.values(), enquiry.reference))
    assert "EqualityAnswers" not in logged.out + logged.err
    assert not any(value == row.pk for name, value in kept.items())


@pytest.mark.django_db
def test_no_answer_at_all_leaves_no_row(visitor):
    visitor.fill().send()
    assert visitor.client.post(PAGE, {}).url == reverse("enquire_sent")
    assert not EqualityAnswers.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["unknown", "\x00", "🙂", "x" * 300, "'; drop table", "=1+1"])
def test_an_answer_that_is_none_comes_back(visitor, typed):
    visitor.fill().send()
    page = visitor.client.post(PAGE, {"sex": typed})
    assert page.status_code == 200 and "Select one of the choices offered" in page.content.decode()
    assert not EqualityAnswers.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_they_are_kept_once(directory, broker_away, monkeypatch):
    visitor = Visitor(Client()).fill()
    visitor.send()
    cookie, both = visitor.client.cookies["sessionid"].value, threading.Barrier(2, timeout=20)
    first_time = apart._first_time

    def together(*args):
        both.wait()
        return first_time(*args)

    monkeypatch.setattr(apart, "_first_time", together)
    answers: list[int] = []

    def send():
        client = Client()
        client.cookies["sessionid"] = cookie
        try:
            answers.append(client.post(PAGE, ANSWERS).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [302, 302] and EqualityAnswers.objects.count() == 1
