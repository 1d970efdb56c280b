"""“With the councils”: each count is a list, each row says why and leads to the one thing to do."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enquiries.councils.wishes import ask_for_another_council
from enquiries.services import record_activity
from handover.asking.services import record_heard, settle_check
from handover.following.figures import figures
from handover.following.silence import note_silence
from handover.following.transfer import transfer_handover
from handover.milestones import record_milestone
from handover.models import Agreement, Handover
from handover.services import answer_handover, open_handover, withdraw_handover
from hub.models import AccessLog
from hub.working_time import today
from tests.conftest import moment
from tests.factories import someone

NOW = moment("2026-11-02 10:00")  # a Monday


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def page(sign_in, worker):
    def show(code: str = "silent") -> str:
        # Each time anew: as the days go by the session ends.
        answer = sign_in(worker).get(reverse("with_councils"), {"list": code})
        assert answer.status_code == 200
        return answer.content.decode()

    return show


def counts() -> dict[str, int]:
    all_of_them = Handover.objects.all()
    found = {name: getattr(all_of_them, name)() for name in ("silent", "not_heard", "contradicted", "change_asked")}
    return {name: rows.count() for name, rows in {**found, "came_back": all_of_them.came_back()}.items()}


def only(name: str, count: int = 1) -> bool:
    return counts() == {**dict.fromkeys(counts(), 0), name: count}


def test_late_to_answer(clock, sent, page):
    handover = sent()
    sent()
    assert not any(counts().values())
    assert "Every council has answered in time" in page()
    clock.move_to(moment("2026-11-09 17:30"))
    assert note_silence() == 2 and only("silent", 2)
    html = page()
    assert handover.enquiry.names in html and "Answer was due 9 November 2026, not opened" in html
    assert reverse("handover_chase", args=[handover.reference]) in html
    assert AccessLog.objects.filter(action="work_list").exists()


def test_nobody_has_been_in_touch_until_it_is_settled(clock, accepted, worker, page):
    handover = accepted()
    record_heard(handover=handover, by=worker, answer="no", comment="Not a word")
    assert only("not_heard")
    html = page("not_heard")
    assert "They said no on 2 November 2026" in html and "Not a word" in html
    assert reverse("handover_settle", args=[handover.reference]) in html
    settle_check(handover=handover, by=worker, note="They ring today")
    assert not any(counts().values())


def test_a_no_against_the_councils_record(clock, accepted, worker, gateshead_worker, page):
    handover = accepted()
    clock.shift(datetime.timedelta(days=2))
    record_milestone(handover=handover, by=gateshead_worker, kind="initial_visit", occurred_on=today())
    record_heard(handover=handover, by=worker, answer="no")
    assert only("contradicted")
    assert "Gateshead recorded “First visit” on 4 November 2026" in page("differ")


def test_what_the_council_does_afterwards_contradicts_nothing(clock, accepted, worker, gateshead_worker):
    handover = accepted()
    record_heard(handover=handover, by=worker, answer="no")
    clock.shift(datetime.timedelta(days=2))
    record_milestone(handover=handover, by=gateshead_worker, kind="application_received", occurred_on=today())
    assert only("not_heard")


def test_a_first_visit_by_the_hub_is_not_the_councils(clock, accepted, worker):
    handover = accepted()
    clock.shift(datetime.timedelta(days=1))
    handover.enquiry.refresh_from_db()
    record_activity(enquiry=handover.enquiry, kind="initial_visit", by=worker)
    record_heard(handover=handover, by=worker, answer="no")
    assert only("not_heard")


def test_a_yes_though_nobody_opened_it(clock, sent, worker, gateshead_worker, page, sign_in):
    def handover_tab(handover) -> str:
        address = reverse("handover_prepare", args=[handover.enquiry.reference])
        return sign_in(worker).get(address).content.decode()

    handover = sent()
    record_heard(handover=handover, by=worker, answer="yes")
    assert only("contradicted")
    assert "Gateshead has not even opened the referral" in page("differ")
    settle = reverse("handover_settle", args=[handover.reference])
    assert settle in handover_tab(handover)
    open_handover(handover=handover, by=gateshead_worker)
    assert not any(counts().values())
    # They say yes, and the council has opened it: there is nothing left to see to.
    assert settle not in handover_tab(handover)


def test_another_council_until_transferred_or_spoken_with(clock, accepted, newcastle, worker, page):
    Agreement.objects.create(authority=newcastle, version="1", signed_by="E. Dodds", starts_on="2024-04-01")
    moved, talked = accepted(), accepted()
    clock.shift(60)
    for handover in (moved, talked):
        handover.enquiry.refresh_from_db()
        ask_for_another_council(enquiry=handover.enquiry, by=worker, wish=newcastle, words="Nearer to work")
        assert handover.enquiry.clock == "answer"
    assert only("change_asked", 2)
    html = page("change")
    assert "for Newcastle upon Tyne" in html and "Nearer to work" in html
    assert reverse("handover_transfer", args=[moved.reference]) in html
    clock.shift(60)
    transfer_handover(handover=moved, to=newcastle, by=worker, reason="person_asked")
    moved.enquiry.refresh_from_db()
    assert moved.enquiry.clock == "authority_answer" and only("change_asked")
    record_activity(enquiry=talked.enquiry, kind="conversation", by=worker, channel="phone")
    assert not any(counts().values())


def test_another_council_once_it_came_back(clock, accepted, newcastle, worker, page):
    handover = accepted()
    handover.enquiry.refresh_from_db()
    ask_for_another_council(enquiry=handover.enquiry, by=worker)
    clock.shift(60)
    withdraw_handover(handover=handover, by=worker, reason="person_asked")
    assert only("change_asked")
    assert reverse("handover_prepare", args=[handover.enquiry.reference]) in page("change")


def test_came_back_this_week(clock, sent, gateshead_worker, page):
    handover = sent()
    answer_handover(handover=handover, by=gateshead_worker, answer="declined", reason="capacity", note="Full")
    assert only("came_back")
    html = page("back")
    assert "Declined on 2 November 2026: no capacity to assess now" in html and "Full" in html
    clock.shift(datetime.timedelta(days=7))
    assert not any(counts().values())


def test_the_queries_are_as_many_for_twenty(clock, sent, worker, page):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            page()
        return len(made)

    sent()
    clock.move_to(moment("2026-11-09 17:30"))
    note_silence()
    page()
    few = queries()
    clock.move_to(NOW)
    for _more in range(5):
        sent()
    clock.move_to(moment("2026-11-09 17:30"))
    note_silence()
    assert counts()["silent"] == 6
    assert queries() == few


def test_for_those_who_do_casework(page, sign_in, gateshead_worker, cluster_lead, worker, client):
    here = reverse("with_councils")
    for person in (gateshead_worker, cluster_lead, someone("administrator")):
        assert sign_in(person).get(here).status_code == 403
    assert sign_in(worker).post(here).status_code == 405
    assert "With the councils" in sign_in(worker).get(reverse("today")).content.decode()
    for page_number in ("0", "-1", "x", "99"):
        assert sign_in(worker).get(here, {"page": page_number, "list": "nonsense"}).status_code == 200


def test_figures_of_each_council(clock, sent, worker, gateshead_worker, newcastle):
    in_time, late, silent, fresh, taken_back = (sent() for _ in range(5))
    clock.move_to(moment("2026-11-04 09:00"))
    answer_handover(handover=in_time, by=gateshead_worker, answer="accepted")  # after 2 working days
    withdraw_handover(handover=taken_back, by=worker, reason="mistake")
    clock.move_to(moment("2026-11-10 09:00"))
    answer_handover(handover=late, by=gateshead_worker, answer="declined", reason="capacity")  # after 6
    record_heard(handover=in_time, by=worker, answer="yes")
    record_heard(handover=silent, by=worker, answer="no")
    shown = figures(Handover.objects.all())
    rows = {row.name: row for row in shown.rows}
    ours = rows["Gateshead"]
    assert shown.since == datetime.date(2026, 9, 1)
    # Those of Monday that nobody answered have had their time too.
    assert (ours.sent, ours.in_time_shown) == (5, "25.0% (1 of 4)")
    assert (ours.median_shown, ours.yes_shown, ours.asked, ours.open) == ("4.0", "50.0% (1 of 2)", 0, 3)
    assert (rows["Newcastle upon Tyne"].in_time_shown, rows["Newcastle upon Tyne"].median_shown) == ("no cases",) * 2
    assert shown.all.sent == 5 and shown.all.median_shown == "4.0"
    assert fresh.is_unanswered


def test_whose_time_has_not_passed_is_not_counted_yet(clock, sent, gateshead_worker):
    sent()
    clock.move_to(moment("2026-11-09 16:00"))  # the fifth working day
    assert figures(Handover.objects.all()).all.in_time_shown == "no cases"
    clock.move_to(moment("2026-11-10 08:00"))
    assert figures(Handover.objects.all()).all.in_time_shown == "0.0% (0 of 1)"


@pytest.mark.parametrize("number", ["9" * 23, "9" * 5000, "²", "-1", "0", "\x00", ""])
def test_an_odd_number_of_a_page_is_no_fault(number, sign_in, worker):
    assert sign_in(worker).get(reverse("with_councils"), {"page": number}).status_code == 200
