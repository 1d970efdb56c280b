"""The overview: what each role sees, and that nothing of a person is on it."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reporting.exports import funnel
from reporting.households import upkeep
from reporting.layout import ReturnTable
from reporting.suppression import suppress
from reporting.targets.models import Target
from tests.conftest import moment
from tests.reporting.documents import NAMES, count, document
from tests.reporting.histories import Histories, store

pytestmark = pytest.mark.django_db
OVERVIEW = "/reports/"


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False):
        yield


@pytest.fixture
def region(hub):
    store(Histories(300, 120).world)
    upkeep.catch_up()
    Target.objects.create(code="M06", value=90, applies_from=datetime.date(2023, 9, 1))


def table(**changes) -> ReturnTable:
    return ReturnTable(document(**changes), NAMES)


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_its_address():
    assert reverse("reports_overview") == OVERVIEW


def test_this_month_so_far_and_the_last_full_month(sign_in, manager, region):
    shown = text_of(sign_in(manager).get(OVERVIEW))
    assert "October 2026 so far" in shown and "Councils side by side, September 2026" in shown
    assert re.search(r"[\d.]+% of people spoken to within one working day; target 90% \(\d+ of \d+\)", shown)
    assert "was the median wait for a first conversation" in shown


def test_the_target_is_the_one_that_is_set(sign_in, manager, region):
    Target.objects.create(code="M06", value=75, applies_from=datetime.date(2026, 9, 15), recorded_by=manager)
    client = sign_in(manager)
    assert "within one working day; target 75%" in text_of(client.get(OVERVIEW))
    assert "within one working day; target 90%" in text_of(client.get(OVERVIEW, {"month": "2026-08"}))


def test_a_month_in_the_address(sign_in, manager, region):
    shown = text_of(sign_in(manager).get(OVERVIEW, {"month": "2026-08"}))
    assert "Councils side by side, August 2026" in shown and "so far (" not in shown


@pytest.mark.parametrize("month", ["2019-01", "2026-13", "x", "2027-01"])
def test_a_month_that_is_not_in_the_list_is_said_and_the_page_still_shows(sign_in, manager, region, month):
    answer = sign_in(manager).get(OVERVIEW, {"month": month})
    shown = text_of(answer)
    assert answer.status_code == 200
    assert "Select one of the months in the list" in shown and "Councils side by side, September 2026" in shown


def test_the_month_a_year_before_stands_beside_it(sign_in, manager, make_enquiry):
    for day in ("2025-09-03", "2025-09-04", "2026-09-03"):
        make_enquiry(received_at=moment(f"{day} 10:00"))
    make_enquiry(received_at=moment("2025-10-05 09:00"))
    make_enquiry(received_at=moment("2025-10-06 09:00"))
    upkeep.catch_up()
    shown = text_of(sign_in(manager).get(OVERVIEW))
    assert "1 household asked about fostering (1 fewer than a year before)" in shown
    assert "Compared with the same month of 2025." in shown
    # 6 October of last year is not over yet this year.
    assert "No households asked about fostering (1 fewer than a year before)" in shown
    assert "Compared with the same days of 2025." in shown


def test_each_part_leads_to_its_dashboard_and_definition(sign_in, manager, region):
    page = sign_in(manager).get(OVERVIEW).content.decode()
    assert 'href="/reports/dashboards/journey/?period=2026-09"' in page
    assert 'href="/reports/dashboards/stopped/?period=2026-09"' in page
    assert 'href="/reports/measures/M06/"' in page


def test_the_chart_has_a_finding_words_and_its_table(sign_in, manager, region):
    page = sign_in(manager).get(OVERVIEW).content.decode()
    assert 'role="img" aria-label="Bar chart: enquiries ' in page
    assert "the same in numbers" in page
    assert "<script" not in page.split("<svg")[-1] and "style=" not in page


def test_a_hub_manager_sees_small_numbers_and_others_do_not(sign_in, manager, cluster_lead, worker, region):
    assert "stands for a small number" not in text_of(sign_in(manager).get(OVERVIEW))
    for person in (cluster_lead, worker):
        answer = sign_in(person).get(OVERVIEW)
        assert "stands for a small number" in text_of(answer)
        cells = [cell for part in answer.context["page"].sections for row in part.table.rows for cell in row[1:]]
        assert "c" in cells and not {"1", "2", "3", "4"} & set(cells)
        figures = [one.figure for part in answer.context["page"].sections for one in part.sentences]
        assert not {"1", "2", "3", "4"} & set(figures)


def test_a_cluster_lead_sees_no_person(sign_in, cluster_lead, make_enquiry):
    enquiry = make_enquiry("in_touch", received_at=moment("2026-09-10 11:00"))
    upkeep.catch_up()
    page = sign_in(cluster_lead).get(OVERVIEW).content.decode()
    person = enquiry.applicants.first()
    for private in (enquiry.reference, enquiry.postcode, person.last_name, person.email):
        assert private and private not in page
    assert reverse("returns") not in page


@pytest.mark.parametrize("person", ["gateshead_worker", "newcastle_worker"])
def test_an_authority_may_not_open_reports(request, sign_in, person):
    assert sign_in(request.getfixturevalue(person)).get(OVERVIEW).status_code == 403


def test_strangers_sign_in_first(client, hub):
    assert "/accounts/login/" in client.get(OVERVIEW).headers["Location"]


def test_it_only_reads(sign_in, manager):
    assert sign_in(manager).post(OVERVIEW).status_code == 405


def test_once_built_it_asks_little_and_no_facts(sign_in, manager, region):
    client = sign_in(manager)
    client.get(OVERVIEW)
    with CaptureQueriesContext(connection) as queries:
        client.get(OVERVIEW)
    assert len(queries) < 15
    assert not any("activity" in query["sql"] or "reporting_household" in query["sql"] for query in queries)


def test_an_empty_hub_says_so(sign_in, manager, authorities):
    shown = text_of(sign_in(manager).get(OVERVIEW))
    assert "No households asked about fostering" in shown and "No household asked" in shown
    assert "Nobody was due a first conversation yet" in shown and "Nobody stopped in these months" in shown
    assert "put together for the first time" in shown


def test_a_funnel_of_hidden_steps_tells_nothing_of_them():
    picture = funnel.funnel(ReturnTable(suppress(document()), NAMES))
    hidden = next(step for step in picture.steps if step.code == "M16")
    assert (hidden.cell.text, hidden.share) == ("c", "c")
    assert "applications c" in picture.alt and "(c)" not in picture.title


def test_a_funnel_without_a_drop():
    lines = [count(code, (5, 5, 5, 0)) for code, _ in funnel.FUNNEL]
    assert funnel.funnel(table(lines=lines)).title == "No step in September 2026 was much smaller than the one before"
