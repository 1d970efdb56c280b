"""The manager's view: what is late, whose it is, who has room and who is away, without asking anyone."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enquiries.assignment.absences import record_absence
from enquiries.assignment.services import set_caseload
from enquiries.casework.services import log_call
from enquiries.models import Enquiry
from enquiries.services import assign_enquiry
from hub.models import AccessLog
from hub.working_time import today
from tests.enquiries.clocks.conftest import at

__all__ = ["at"]


def number_of(client, href: str) -> int:
    return len(client.get(href).context["work"].rows)


@pytest.fixture
def region(make_enquiry, at, worker, manager):
    at("2026-02-02 10:00")
    oldest, spoken = make_enquiry(), make_enquiry("in_touch")
    log_call(enquiry=oldest, by=worker, outcome="no_answer")
    at("2026-03-03 10:00")
    mine = make_enquiry()
    make_enquiry("handed_over")
    make_enquiry("eoi")
    for enquiry in (oldest, spoken, mine):
        assign_enquiry(enquiry=enquiry, to=worker, by=manager)
    set_caseload(
        person=worker, by=manager, capacity=2, takes_new=True, languages=[], interests=[], councils=[]
    )  # fmt: skip
    at("2026-03-05 10:00")
    return oldest


def test_each_number_is_that_of_the_list_behind_it(region, sign_in, manager, worker):
    client = sign_in(manager)
    work = client.get(reverse("manager_view")).context["work"]
    assert {figure["queue"].code: int(figure["number"]) for figure in work.figures} == {
        "overdue": 3, "new": 2, "unassigned": 1, "authorise": 1, "silent": 0,
    }  # fmt: skip
    for figure in work.figures:
        assert int(figure["number"]) == number_of(client, figure["href"]), figure["queue"].code
    for load in work.loads:
        for number, href in ((load.open, load.open_href), (load.late, load.late_href), (load.new, load.new_href)):
            assert number == number_of(client, href), load.name
    mine = work.loads[0]
    assert (mine.name, mine.open, mine.late, mine.new) == ("Ruth Worker", 3, 3, 2)
    assert mine.member.share == 150 and mine.member.is_over


def test_who_waited_longest_stands_first_and_was_looked_at(region, sign_in, manager):
    html = sign_in(manager).get(reverse("manager_view")).content.decode()
    assert html.index(region.reference) == html.index("/hub/enquiries/") + len("/hub/enquiries/")
    assert "asked 31 days ago, tried 1 time" in html and "150% of 2: too many" in html
    assert AccessLog.objects.filter(user=manager, action="work_list").exists()


def test_who_is_away_now_and_next(region, sign_in, manager, worker):
    record_absence(person=worker, by=worker, starts_on=today(), ends_on=today(), cover=manager)
    later = today() + datetime.timedelta(days=20)
    record_absence(person=manager, by=manager, starts_on=later, ends_on=later + datetime.timedelta(days=9))
    html = sign_in(manager).get(reverse("manager_view")).content.decode()
    assert "away until 5 March, Moira Manager covers" in html
    assert "25 March to 3 April" in html and "nobody covers yet" in html


def test_it_costs_the_same_for_few_and_for_many(region, make_enquiry, sign_in, manager):
    client, url = sign_in(manager), reverse("manager_view")
    client.get(url)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
        for _ in range(6):
            make_enquiry()
    assert counts[0] == counts[1] <= 24
    assert Enquiry.objects.count() == 17


def test_an_empty_hub_says_so(sign_in, manager):
    html = sign_in(manager).get(reverse("manager_view")).content.decode()
    assert "Everybody who enquired has been spoken with" in html and "Everybody is here" in html


def test_workers_have_their_own_list(sign_in, worker):
    assert sign_in(worker).get(reverse("manager_view")).status_code == 403
