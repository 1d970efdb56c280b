"""The public form in a browser: a couple, "not yet", stopping, without JavaScript, by keyboard, on small screens."""

import pytest
import time_machine
from playwright.sync_api import expect

from enquiries.models import Enquiry, EqualityAnswers, SteppedAside
from tests.conftest import moment
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import COUPLE, NOT_YET, ByKeyboard, Enquirer, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FRIDAY = moment("2026-11-20 10:00")
NARROWEST, TELEPHONE, DESK = 320, 390, 1280


def works(page, name) -> None:
    """Without scripts axe cannot run; what counts is that every page comes whole."""
    assert page.locator("h1").count() == 1, name


def begin(page) -> None:
    page.goto("/enquire/")


def pick_the_first_time(page) -> str:
    first = page.locator("#id_callback_at optgroup option").first
    page.locator("#id_callback_at").select_option(first.get_attribute("value"))
    return first.inner_text()


def test_a_couple_chooses_a_time_and_answers_about_themselves(visitor, directory):
    with time_machine.travel(FRIDAY):
        page = visitor(TELEPHONE)
        begin(page)
        couple = Enquirer(page, look_at)
        assert couple.fill() == list(COUPLE)
        page.goto("/enquire/calls/")
        pick_the_first_time(page)
        look_at(page, "calls-time")
        couple.go_on()
        expect(page.get_by_role("main")).to_contain_text("Friday 20 November at")
        couple.send()
        expect(page.get_by_role("main")).to_contain_text("We will ring you on Friday 20 November at")
        follow(page, page.get_by_role("link", name="Choose another time"))
        look_at(page, "another-time")
        couple.go_on("Choose this time")
        expect(page.get_by_role("alert")).to_contain_text("Select a time")
        look_at(page, "another-time-wrong")
        page.locator("#id_callback_at optgroup option").last.evaluate("e => e.selected = true")
        couple.go_on("Choose this time")
        follow(page, page.get_by_role("button", name="Answer the questions"))
        look_at(page, "about-you")
        page.locator('input[name="sex"][value="prefer_not_to_say"]').check()
        couple.go_on("Save my answers")
        look_at(page, "sent-and-answered")
    assert Enquiry.objects.get().callback_at is not None
    assert EqualityAnswers.objects.get().sex == "prefer_not_to_say"


def test_not_yet(visitor, directory):
    with time_machine.travel(FRIDAY):
        page = visitor(NARROWEST)
        begin(page)
        somebody = Enquirer(page, look_at, NOT_YET)
        walked = somebody.fill()
        assert [name for name in walked if name in NOT_YET] == list(NOT_YET)
        reference = somebody.send()
        expect(page.get_by_role("main")).to_contain_text("We will ask you again in May 2027")
    enquiry = Enquiry.objects.get(reference=reference)
    assert (enquiry.timing, enquiry.on_hold) == ("not_yet", True)


def test_the_form_by_keyboard_alone(visitor, directory):
    page = visitor(DESK)
    begin(page)
    somebody = ByKeyboard(page, lambda page, name: None)
    assert somebody.fill() == list(COUPLE)
    assert Enquiry.objects.count() == 0
    assert Enquiry.objects.get(reference=somebody.send())


def test_the_form_without_javascript(visitor, directory):
    page = visitor(NARROWEST, script=False)
    begin(page)
    somebody = Enquirer(page, works, NOT_YET)
    somebody.fill()
    assert Enquiry.objects.get(reference=somebody.send()).on_hold


# Every page that says "not now" or "not with us", and the way out of it.
ASIDE = {
    "outside": {"postcode": {"postcode": "LS1 1AA"}, "outside": {"outside_next": "stop"}},
    "elsewhere": {"situation": {"situation": "carer_elsewhere"}, "your-situation": {"situation_next": "stop"}},
    "kinship": {"situation": {"situation": "kinship"}, "your-situation": {"situation_next": "stop"}},
    "lodgings": {"situation": {"situation": "supported_lodgings"}, "your-situation": {"situation_next": "stop"}},
    "under-18": {"age": {"age": "under_18"}, "under-21": {"age_next": "stop"}},
    "no-room": {"spare-room": {"spare_room": "no"}, "no-room": {"room_next": "stop"}},
    "no-room-yet": {"spare-room": {"spare_room": "not_yet"}, "no-room": {"room_next": "stop"}},
    "not-yet": {"timing": {"timing": "not_yet"}, "not-yet": {"timing_next": "stop"}},
}  # fmt: skip


def test_every_kind_page_is_whole_and_lets_one_stop(visitor, directory):
    for count, (name, answers) in enumerate(ASIDE.items(), start=1):
        page = visitor(NARROWEST)
        begin(page)
        somebody = Enquirer(page, lambda page, name: None, answers)
        last = list(answers)[-1]
        while somebody.here != "stopped":
            if somebody.here == last:
                look_at(page, f"branch-{name}")
            somebody.answer()
            somebody.go_on()
        assert SteppedAside.objects.count() == count
        page.context.close()
    page = visitor(NARROWEST)
    page.goto("/enquire/stopped/")
    look_at(page, "stopped")
    page.goto("/enquire/too-long/")
    look_at(page, "too-long")
