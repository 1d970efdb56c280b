"""“I would like another council”: said on their own page, answered by the hub, told to no council."""

import pytest
from django.urls import reverse

from enquiries.own_page.services import ask_for_another
from enquiries.services import record_activity
from hub.errors import Refused
from hub.models import Message
from tests.factories import someone

from .conftest import send

pytestmark = pytest.mark.django_db
NAME = "own_page_another_council"


@pytest.fixture
def with_council(make_enquiry):
    return make_enquiry("with_authority")


def test_it_runs_the_clock_of_our_answer_and_no_council_is_told(with_council, inside, newcastle):
    browser = inside(with_council)
    assert "I would like another council" in browser.get(reverse("own_page")).content.decode()
    Message.objects.all().delete()
    send(browser, NAME, with_council, wish=str(newcastle.pk), words="My sister fosters there")
    fact = with_council.facts.get(kind="council_change_asked")
    assert (fact.authority, fact.note, fact.recorder) == (newcastle, "My sister fosters there", "enquirer")
    with_council.refresh_from_db()
    assert (with_council.clock, with_council.turn, with_council.stage) == ("answer", "hub", "with_authority")
    assert not Message.objects.exists()
    html = browser.get(reverse("own_page")).content.decode()
    assert "We owe you an answer" in html and "I would like another council" not in html  # once, until we answer


def test_which_and_why_need_not_be_said(with_council, inside):
    send(inside(with_council), NAME, with_council)
    fact = with_council.facts.get(kind="council_change_asked")
    assert (fact.authority, fact.note) == (None, "")


def test_their_own_council_and_the_one_that_must_not_know_are_not_offered(with_council, inside, newcastle):
    with_council.not_authority, with_council.not_why = newcastle, "Works there"
    with_council.save()
    html = inside(with_council).get(reverse(NAME)).content.decode()
    assert "Sunderland" in html and "Gateshead</option>" not in html and "Newcastle upon Tyne</option>" not in html


def test_bad_input_is_shown_again(with_council, inside):
    answer = send(inside(with_council), NAME, with_council, wish="999999", words="What I typed")
    html = answer.content.decode()
    assert "Select a council from the list, or none" in html and "What I typed" in html


def test_only_where_a_council_is_near(make_enquiry, inside):
    early = make_enquiry("in_touch")
    assert "I would like another council" not in inside(early).get(reverse("own_page")).content.decode()
    with pytest.raises(Refused, match="not possible as things stand"):
        ask_for_another(enquiry=early)


def test_after_we_have_spoken_they_may_ask_again(with_council):
    ask_for_another(enquiry=with_council)
    with pytest.raises(Refused):
        ask_for_another(enquiry=with_council)
    record_activity(enquiry=with_council, kind="conversation", by=someone("hub_worker"), channel="phone")
    assert with_council.clock == "application"
    ask_for_another(enquiry=with_council)
    assert with_council.facts.filter(kind="council_change_asked").count() == 2


def test_staff_record_it_from_a_call(with_council, sign_in, worker, gateshead, newcastle, gateshead_worker):
    client, page = sign_in(worker), reverse("another_council", args=[with_council.reference])
    html = client.get(page).content.decode()
    assert "Newcastle upon Tyne" in html and "Gateshead</option>" not in html
    with_council.refresh_from_db()
    client.post(page, {"version": with_council.version, "wish": newcastle.pk, "words": "Nearer to work"})
    fact = with_council.facts.get(kind="council_change_asked")
    assert (fact.authority, fact.channel, fact.recorded_by) == (newcastle, "phone", worker)
    assert sign_in(gateshead_worker).get(page).status_code == 403
