"""What may stand in the way: each answer leads to a kind page, with three ways on, and each way is recorded."""

import datetime
import threading

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse

from enquiries.intake import apart, wording
from enquiries.intake.promise import THEN
from enquiries.models import Activity, Consent, Enquiry, SteppedAside
from hub.models import Message, NeighbourHub
from tests.conftest import moment

from .conftest import COUPLE, Visitor

# page that asks, its answer; page of the branch, its field; words on it; how it is counted; what the enquiry keeps
BRANCHES = [
    pytest.param("postcode", {"postcode": "LS1 1AA"}, "outside", "outside_next",
        ["You live in Leeds", "you are welcome all the same"], "out_of_region", {"postcode": "LS1 1AA"}),
    pytest.param("situation", {"situation": "carer_elsewhere"}, "your-situation", "situation_next",
        ["You already foster", "puts the children who live with you first"], "carer_elsewhere",
        {"situation": "carer_elsewhere"}),
    pytest.param("situation", {"situation": "kinship"}, "your-situation", "situation_next",
        ["Caring for a child you know", "Family Rights Group"], "kinship", {"situation": "kinship"}),
    pytest.param("situation", {"situation": "supported_lodgings"}, "your-situation", "situation_next",
        ["In law it is not fostering"], "supported_lodgings", {"situation": "supported_lodgings"}),
    pytest.param("age", {"age": "18_to_20"}, "under-21", "age_next",
        ["Most councils ask foster carers to be 21", "There is no upper age"], "under_21", {"age": "18_to_20"}),
    pytest.param("age", {"age": "under_18"}, "under-21", "age_next", ["Childline"], "under_21", {"age": "under_18"}),
    pytest.param("spare-room", {"spare_room": "no"}, "no-room", "room_next",
        ["No spare bedroom is not the end of it", "over 3"], "no_spare_room", {"spare_room": "no"}),
    pytest.param("spare-room", {"spare_room": "not_yet"}, "no-room", "room_next",
        ["Not yet is fine"], "no_spare_room", {"spare_room": "not_yet"}),
    pytest.param("timing", {"timing": "not_yet"}, "not-yet", "timing_next",
        ["Not yet is fine", "binds you to nothing"], "not_yet", {"timing": "not_yet"}),
]  # fmt: skip
EACH = pytest.mark.parametrize(("page", "answer", "branch", "field", "words", "why", "kept"), BRANCHES)


def url(name: str) -> str:
    return reverse("enquire_step", args=[name])


def fill_after(visitor: Visitor, page: str, **changes) -> Visitor:
    """The rest of the couple's answers, with the branch's among them."""
    return visitor.fill(**{name.replace("-", "_"): value for name, value in changes.items()})


@EACH
@pytest.mark.django_db
def test_a_branch_is_kind_and_offers_three_ways(visitor, page, answer, branch, field, words, why, kept):
    visitor.fill(until=page)
    assert visitor.answer(page, **answer).url == url(branch)
    shown = visitor.page(branch)
    html = shown.content.decode()
    assert all(word in html for word in words) and html.count("<h1") == 1
    assert [value for value, _ in shown.context["form"].fields[field].choices] == ["go_on", "later", "stop"]
    assert f'href="{url(page)}"' in html  # back
    again = visitor.answer(branch)
    assert again.status_code == 200 and "Select what you would like to do" in again.content.decode()


@EACH
@pytest.mark.django_db
def test_who_goes_on_is_taken_in_with_the_answer(visitor, page, answer, branch, field, words, why, kept):
    fill_after(visitor, page, **{page: answer, branch: {field: "go_on"}}).send()
    enquiry = Enquiry.objects.get()
    assert {name: getattr(enquiry, name) for name in kept} == kept
    assert not enquiry.on_hold and not SteppedAside.objects.exists()


@pytest.mark.parametrize(("page", "answer", "branch", "field", "words", "why", "kept"), BRANCHES[:-1])
@pytest.mark.django_db
def test_who_said_that_they_would_like_to_talk_is_not_asked_again(
    visitor, page, answer, branch, field, words, why, kept
):
    fill_after(visitor, page, **{page: answer, branch: {field: "go_on"}}, timing=None)
    assert "Would you like to talk with us now?" not in visitor.client.get(reverse("enquire_check")).content.decode()
    assert visitor.page("timing").status_code == 302
    visitor.send()
    assert Enquiry.objects.get().timing == "now"


COMMON = "you apply to your council"


@pytest.mark.django_db
@pytest.mark.parametrize("situation", ["carer_elsewhere", "kinship", "supported_lodgings"])
def test_what_happens_then_is_true_of_their_situation(visitor, situation):
    visitor.fill(situation={"situation": situation}, your_situation={"situation_next": "go_on"}, timing=None).send()
    for words in (visitor.client.get(reverse("enquire_sent")).content.decode(), Message.objects.get().body):
        assert THEN[situation] in words and COMMON not in words and "half an hour" not in words


@pytest.mark.django_db
def test_the_common_way_is_told_as_before(visitor):
    visitor.fill().send()
    for words in (visitor.client.get(reverse("enquire_sent")).content.decode(), Message.objects.get().body):
        assert COMMON in words and "half an hour" in words


@pytest.mark.django_db
@pytest.mark.parametrize("situation", ["foster", "kinship"])
def test_under_18_nobody_is_asked_to_share_nor_promised_an_assessment(visitor, situation):
    kinship = {"situation_next": "go_on"} if situation == "kinship" else None
    visitor.fill(
        situation={"situation": situation}, your_situation=kinship, timing=None,
        age={"age": "under_18"}, under_21={"age_next": "go_on"}, sharing=None,
    )  # fmt: skip
    check = visitor.client.get(reverse("enquire_check"))
    assert check.status_code == 200 and "Before you send" not in check.content.decode()
    assert visitor.page("sharing").status_code == 302
    visitor.send()
    assert not Consent.objects.exists()
    for words in (visitor.client.get(reverse("enquire_sent")).content.decode(), Message.objects.get().body):
        assert THEN["under_18"] in words and "We will ring you by" in words
        assert COMMON not in words and "half an hour" not in words and "visits you" not in words


@EACH
@pytest.mark.django_db
@time_machine.travel(moment("2026-08-31 10:00"), tick=False)
def test_who_leaves_details_for_later_is_asked_then(visitor, page, answer, branch, field, words, why, kept):
    later = {page: answer, branch: {field: "later"}, "later": {"ask_when": "6", "may_ask": "yes"}}
    if branch != "not-yet":
        later["timing"] = None
    fill_after(visitor, page, **later).send()
    enquiry = Enquiry.objects.get()
    assert {name: getattr(enquiry, name) for name in kept} == kept
    assert (enquiry.timing, enquiry.on_hold, enquiry.hold_until) == ("not_yet", True, datetime.date(2027, 2, 28))
    consent = Consent.objects.get(purpose="ask_again")
    assert consent.given and consent.wording == wording.ask_again_wording("yes")
    shown = visitor.client.get(reverse("enquire_sent")).content.decode()
    assert "We will ask you again in February 2027" in shown and "ring you by" not in shown
    letter = Message.objects.get()
    assert "We will ask you again in February 2027" in letter.body and "ring you by" not in letter.body


@EACH
@pytest.mark.django_db
def test_who_stops_is_counted_and_no_more_known(visitor, newcastle, page, answer, branch, field, words, why, kept):
    visitor.client.get("/enquire/?utm_campaign=spring")
    visitor.fill(until=page)
    visitor.answer(page, **answer)
    assert visitor.answer(branch, **{field: "stop"}).url == reverse("enquire_stopped")
    row = SteppedAside.objects.get()
    assert (row.why, row.campaign) == (why, "spring")
    assert row.authority.name == ("Leeds" if why == "out_of_region" else "Gateshead")
    assert {f.name for f in SteppedAside._meta.concrete_fields} == {"id", "on", "why", "authority", "campaign"}
    assert "enquiry_draft" not in visitor.client.session and not Enquiry.objects.exists()
    page_after = visitor.client.get(reverse("enquire_stopped")).content.decode()
    assert "Thank you for thinking of it" in page_after and "We have kept none of your answers" in page_after
    # Pressed twice, it is one.
    assert visitor.answer(branch, **{field: "stop"}).url == reverse("enquire_stopped")
    assert SteppedAside.objects.count() == 1


@pytest.mark.django_db
def test_keep_nothing_is_stopping_too(visitor):
    visitor.fill(until="situation")
    visitor.answer("situation", situation="kinship")
    visitor.answer("your-situation", situation_next="later")
    for name in ("age", "spare-room"):
        visitor.answer(name, **COUPLE[name])
    assert visitor.page("timing").url == url("later")
    assert visitor.answer("later", ask_when="3", may_ask="no").url == reverse("enquire_stopped")
    assert SteppedAside.objects.get().why == "kinship" and not Enquiry.objects.exists()


@pytest.mark.django_db
def test_who_begins_again_after_stopping_may_stop_again(visitor):
    for _ in range(2):
        visitor.fill(until="age")
        visitor.answer("age", age="under_18")
        visitor.answer("under-21", age_next="stop")
    assert SteppedAside.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_stopping_twice_at_once_is_counted_once(directory, monkeypatch):
    """Both have read the draft before either has counted."""
    visitor = Visitor(Client()).fill(until="age")
    visitor.answer("age", age="under_18")
    cookie, both = visitor.client.cookies["sessionid"].value, threading.Barrier(2, timeout=20)
    first_time = apart._first_time

    def together(*args):
        both.wait()
        return first_time(*args)

    monkeypatch.setattr(apart, "_first_time", together)
    answers: list[str] = []

    def stop():
        client = Client()
        client.cookies["sessionid"] = cookie
        try:
            answers.append(client.post(url("under-21"), {"age_next": "stop"}).url)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=stop) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [reverse("enquire_stopped")] * 2
    assert SteppedAside.objects.count() == 1


@pytest.mark.django_db
def test_the_neighbouring_hub_is_shown_where_we_know_it(visitor, authorities):
    hub = NeighbourHub.objects.create(
        name="Foster for Yorkshire", telephone="01632 960200", email="hello@yorkshire.example.org"
    )
    hub.authorities.add(authorities["Leeds"])
    visitor.answer("postcode", postcode="LS1 1AA")
    page = visitor.page("outside").content.decode()
    assert all(text in page for text in ("Foster for Yorkshire", "01632 960200", "hello@yorkshire.example.org"))


@pytest.mark.django_db
def test_an_answer_changed_asks_the_branch_again(visitor):
    visitor.fill(until="household", situation={"situation": "kinship"}, your_situation={"situation_next": "go_on"})
    assert visitor.answer("situation", situation="supported_lodgings").url == url("your-situation")
    assert "In law it is not fostering" in visitor.page("your-situation").content.decode()


@pytest.mark.django_db
def test_answers_of_a_way_not_taken_never_arrive(visitor):
    visitor.fill(
        timing={"timing": "not_yet"}, not_yet={"timing_next": "later"}, later={"ask_when": "3", "may_ask": "yes"},
    )  # fmt: skip
    visitor.answer("timing", timing="now")
    visitor.answer("sharing", share="no")
    visitor.send()
    enquiry = Enquiry.objects.get()
    assert (enquiry.timing, enquiry.on_hold) == ("now", False)
    assert not Consent.objects.get(purpose="keep_in_touch").given
    assert not Consent.objects.filter(purpose="ask_again").exists()
    assert not Activity.objects.filter(kind="hold_started").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({}, "Select when we may ask you again"),
        ({"ask_when": "3"}, "Select yes if we may keep your details and ask you again"),
        ({"ask_when": "date", "may_ask": "yes"}, "Enter the date on which we may ask again, like 27 3 2027"),
        (
            {"ask_when": "date", "ask_on_day": "1", "ask_on_month": "1", "ask_on_year": "2020", "may_ask": "yes"},
            "Date must be on or after",
        ),
        (
            {"ask_when": "date", "ask_on_day": "1", "ask_on_month": "1", "ask_on_year": "2999", "may_ask": "yes"},
            "Date must be on or before",
        ),
    ],
)
def test_a_bad_date_comes_back(visitor, answers, message):
    visitor.fill(until="later", timing={"timing": "not_yet"}, not_yet={"timing_next": "later"})
    page = visitor.answer("later", **answers)
    assert page.status_code == 200 and page.content.decode().count(message) == 2


@pytest.mark.django_db
@time_machine.travel(moment("2026-11-20 10:00"), tick=False)
def test_a_date_of_their_own(visitor):
    typed = {"ask_when": "date", "ask_on_day": "27", "ask_on_month": "March", "ask_on_year": "2027", "may_ask": "yes"}
    visitor.fill(timing={"timing": "not_yet"}, not_yet={"timing_next": "later"}, later=typed)
    assert "27 March 2027" in visitor.client.get(reverse("enquire_check")).content.decode()
    assert visitor.page("later").context["form"]["ask_on"].value()["month"] == "March"
    visitor.send()
    assert Enquiry.objects.get().hold_until == datetime.date(2027, 3, 27)
