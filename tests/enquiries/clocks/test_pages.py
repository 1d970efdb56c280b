"""Settings about time: checked before they are saved, refused with a sentence, and kept with who changed them."""

import pytest
from django.urls import reverse

from enquiries.callbacks.services import promise_callback
from enquiries.clocks.recalculation import recalculate_clocks
from enquiries.clocks.services import LONGEST_STANDARD, SAID, WITH_STANDARD
from enquiries.models import Recalculation, Task
from enquiries.visits.services import book_visit
from hub.models import Closure, Hub, Standard
from tests.conftest import moment
from tests.enquiries.clocks.test_recalculation import day, due

PAGES = ("hub_hours", "closures", "standards", "attempts")


def a_day(name: str, text: str) -> dict:
    year, month, date = text.split("-")
    return {f"{name}_day": date, f"{name}_month": month, f"{name}_year": year}


CLOSED = {**a_day("day", "2026-03-06"), "what": "closed", "reason": "Snow"}
STANDARD = {"clock": "first_conversation", "working_days": "3", **a_day("applies_from", "2026-03-06")}


@pytest.mark.parametrize("name", PAGES)
def test_only_managers_set_them(name, sign_in, worker, data_officer, gateshead_worker, manager):
    for person in (worker, data_officer, gateshead_worker):
        assert sign_in(person).get(reverse(name)).status_code == 403
        assert sign_in(person).post(reverse(name), CLOSED).status_code == 403
    assert sign_in(manager).get(reverse(name)).status_code == 200
    assert sign_in(manager).put(reverse(name)).status_code == 405


def test_a_day_is_checked_then_saved_then_worked_out_and_its_author_is_kept(make_enquiry, at, sign_in, manager):
    enquiry = make_enquiry()
    client, url = sign_in(manager), reverse("closures")
    check = client.post(url, CLOSED).content.decode()
    assert "1 clock would move." in check and "1 would be due later" in check and not Closure.objects.exists()
    assert client.post(url, {**CLOSED, "confirmed": "yes"}).url == url
    page = client.get(url)
    html = page.content.decode()
    assert "0 of 1" in html and "Look again" in html and due(enquiry) == moment("2026-03-06 17:00")
    assert "Refresh" not in page  # somebody may be typing the next day
    recalculate_clocks()
    page = client.get(url)
    html = page.content.decode()
    assert "Closed on Friday 6 March: Snow. 1 clock moved." in html and "Look again" not in html
    assert due(enquiry) == moment("2026-03-09 17:00")
    remove = reverse("closure_remove", args=[Closure.objects.get().pk])
    assert "1 would be due sooner" in client.get(remove).content.decode() and Closure.objects.exists()
    assert client.post(remove).url == url
    html = client.get(url).content.decode()
    assert "Removed: closed on Friday 6 March: Snow" in html and html.count("Moira Manager") >= 3


def test_hours_and_standards_are_kept_with_what_they_were(make_enquiry, at, sign_in, manager):
    make_enquiry()
    client = sign_in(manager)
    client.post(reverse("hub_hours"), {"opens_at": "8:30am", "closes_at": "18:00", "confirmed": "yes"})
    html = client.get(reverse("hub_hours")).content.decode()
    assert "Opens at 8:30am, was 9am; Closes at 6pm, was 5pm" in html
    recalculate_clocks()
    url = reverse("standards")
    assert "No clock that runs now would move" in client.post(url, STANDARD).content.decode()
    client.post(url, {**STANDARD, "confirmed": "yes"})
    client.post(url, {**STANDARD, "working_days": "4", "confirmed": "yes"})
    html = client.get(url).content.decode()
    assert "4 from 6 March 2026" in html and "4 working days from Friday 6 March, was 3" in html
    assert Standard.objects.get().working_days == 4
    client.post(reverse("attempts"), {"most_attempts": "4"})
    assert Hub.objects.get().most_attempts == 4
    assert "Attempts before the closing letter 4, was 5" in client.get(reverse("attempts")).content.decode()


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("hub_hours", {"opens_at": "17:00", "closes_at": "9am"}, "must close later than it opens"),
        ("hub_hours", {"opens_at": "9am", "closes_at": "5pm"}, "These are the opening hours already"),
        ("hub_hours", {"opens_at": "25:00", "closes_at": ""}, "Enter the time at which we close"),
        ("closures", {**CLOSED, **a_day("day", "2026-03-04")}, "Day must be on or after 5 March 2026"),
        ("closures", {**CLOSED, **a_day("day", "2040-03-04")}, "Day must be on or before"),
        ("closures", {**CLOSED, **a_day("day", "2026-03-07")}, "We are closed on Saturday 7 March anyway"),
        ("closures", {**CLOSED, **a_day("day", "2026-04-03")}, "We are closed on Friday 3 April anyway"),
        ("closures", {**CLOSED, "what": "open"}, "Friday 6 March is a working day anyway"),
        ("closures", {**CLOSED, "reason": ""}, "Enter why"),
        ("standards", {**STANDARD, "working_days": "0"}, f"working days from 1 to {LONGEST_STANDARD}"),
        ("standards", {**STANDARD, "working_days": "400"}, f"working days from 1 to {LONGEST_STANDARD}"),
        ("standards", {**STANDARD, "working_days": "two"}, "Enter a whole number of working days"),
        ("standards", {**STANDARD, "clock": "hold"}, "Select the step"),
        ("standards", {**STANDARD, **a_day("applies_from", "2026-03-04")}, "must be on or after 5 March 2026"),
        ("attempts", {"most_attempts": "0"}, "Enter a number from 1 to 20"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_changed(name, typed, words, at, sign_in, manager):
    page = sign_in(manager).post(reverse(name), {**typed, "confirmed": "yes"}).content.decode()
    assert words in page and "There is a problem" in page
    assert not Closure.objects.exists() and not Standard.objects.exists() and not Recalculation.objects.exists()


def test_a_day_that_is_in_the_list_or_past_stays(at, sign_in, manager):
    Closure.objects.create(day=day("2026-03-06"), reason="Snow")
    past = Closure.objects.create(day=day("2026-03-02"), reason="Snow")
    client = sign_in(manager)
    assert "is in the list already" in client.post(reverse("closures"), CLOSED).content.decode()
    assert client.post(reverse("closure_remove", args=[past.pk])).status_code == 409
    assert Closure.objects.count() == 2


def test_every_clock_with_a_standard_has_a_name_for_managers():
    assert set(SAID) == set(WITH_STANDARD)


def test_closing_a_day_names_who_is_booked_on_it_and_leaves_a_task_for_each(make_enquiry, at, sign_in, manager, worker):
    rung, visited, other = make_enquiry(), make_enquiry("in_touch"), make_enquiry()
    promise_callback(enquiry=rung, at=moment("2026-03-06 11:00"))
    promise_callback(enquiry=other, at=moment("2026-03-09 11:00"))
    book_visit(enquiry=visited, by=worker, at=moment("2026-03-06 18:30"), visitor=worker, place="home")
    client, url = sign_in(manager), reverse("closures")
    check = client.post(url, CLOSED).content.decode()
    assert "11:00, call-back" in check and "18:30, first visit by Ruth Worker" in check
    assert rung.reference in check and visited.reference in check and other.reference not in check
    assert not Task.objects.exists()
    client.post(url, {**CLOSED, "confirmed": "yes"})
    tasks = {task.enquiry: task for task in Task.objects.all()}
    assert set(tasks) == {rung, visited} and tasks[visited].assigned_to == worker
    assert tasks[visited].title == "We are closed on Friday 6 March: agree another time for the first visit at 18:30"


def test_opening_a_day_names_nobody(make_enquiry, at, sign_in, manager):
    promise_callback(enquiry=make_enquiry(), at=moment("2026-03-07 11:00"))
    typed = {**CLOSED, **a_day("day", "2026-03-07"), "what": "open"}
    check = sign_in(manager).post(reverse("closures"), typed).content.decode()
    assert "Check before saving" in check and "Booked on that day" not in check
