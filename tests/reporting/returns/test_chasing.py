"""The councils' own figures of the return: in or not, who was asked when, and asking again."""

import datetime

import pytest
from django.urls import reverse

from handover.figures import nudge
from handover.figures.services import record_figures
from hub.models import Membership, Message
from reporting.measures import Period
from reporting.returns import chasing, drafting
from tests.factories import someone
from tests.reporting.returns.kit import SEPTEMBER

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(gateshead):
    return someone("authority_lead", gateshead)


def of(ret, council) -> chasing.CouncilsFigures:
    return next(one for one in chasing.councils_figures(ret) if one.authority == council)


def test_a_council_is_in_or_not_as_the_return_knows_it(draft, gateshead, manager, in_october):
    in_october.shift(60)
    record_figures(authority=gateshead, month=SEPTEMBER.first, values={"L01": 30}, by=manager, via="hub")
    assert not of(draft, gateshead).is_supplied  # it came after the draft
    draft.as_at = draft.as_at + datetime.timedelta(minutes=5)
    assert of(draft, gateshead).is_supplied


def test_asking_is_a_message_to_the_lead_once_a_day(draft, gateshead, lead, manager, in_october):
    assert chasing.ask_councils(ret=draft, by=manager) == 1
    assert chasing.ask_councils(ret=draft, by=manager) == 0
    message = Message.objects.get(template="figures_missing")
    assert (message.to, message.created_by) == (lead.email, manager)
    in_october.shift(datetime.timedelta(days=1))
    assert chasing.ask_councils(ret=draft, by=manager) == 1


def test_it_says_who_was_asked_and_when(draft, gateshead, lead, manager, in_october):
    assert of(draft, gateshead).asked_at is None
    chasing.ask_councils(ret=draft, by=manager)
    in_october.shift(datetime.timedelta(days=2))
    chasing.ask_councils(ret=draft, by=manager)
    asked = of(draft, gateshead)
    assert (asked.asked_at.day, asked.asked_whom) == (7, lead.name)


def test_who_has_sent_theirs_is_not_asked(draft, gateshead, lead, manager):
    record_figures(authority=gateshead, month=SEPTEMBER.first, values={"L01": 30}, by=manager, via="hub")
    assert chasing.ask_councils(ret=draft, by=manager) == 0


def test_the_sweep_asks_nobody_who_was_asked_that_day(draft, gateshead, lead, manager, in_october):
    in_october.shift(datetime.timedelta(days=2))
    chasing.ask_councils(ret=draft, by=manager)
    assert nudge.ask_for_missing_figures() == 0
    in_october.shift(datetime.timedelta(days=1))
    assert nudge.ask_for_missing_figures() == 1


def test_the_page_lists_them_and_the_button_asks(draft, sign_in, manager, lead):
    client = sign_in(manager)
    shown = client.get(reverse("return_page", args=[SEPTEMBER])).content.decode()
    assert "3 of 3 are not supplied" in shown and "Not asked yet" in shown
    answer = client.post(reverse("return_ask", args=[SEPTEMBER]), follow=True)
    assert "We have asked 1 council by email" in answer.content.decode() and lead.name in answer.content.decode()


def test_a_council_that_left_in_the_period_is_listed_and_not_asked_again(draft, gateshead, lead, manager):
    Membership.objects.filter(authority=gateshead).update(ends_on="2026-09-15")
    assert not of(draft, gateshead).is_supplied
    assert chasing.ask_councils(ret=draft, by=manager) == 0


def test_of_a_quarter_each_month_is_asked_for_and_the_council_counted_once(enquiry, gateshead, lead, manager):
    ret = drafting.draft_return(period=Period.quarter("2026-Q2"), by=manager)
    months = [one.month.month for one in chasing.councils_figures(ret) if one.authority == gateshead]
    assert months == [7, 8, 9]
    assert chasing.ask_councils(ret=ret, by=manager) == 1
    assert Message.objects.filter(template="figures_missing").count() == 3
