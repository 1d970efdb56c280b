"""The overview: what each role sees, and that nothing of a person is on it."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reporting import overview, services
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.suppression import suppress
from reporting.targets.defaults import make_targets
from reporting.targets.models import Target
from tests.conftest import moment
from tests.reporting.documents import NAMES, count, document

pytestmark = pytest.mark.django_db
OVERVIEW = "/reports/"


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False):
        yield


@pytest.fixture
def figures(monkeypatch, authorities):
    """The document of tests in place of the computation, for whichever month is asked."""

    def build(period, as_at):
        return document(period={"from": period.first.isoformat(), "to": period.last.isoformat()})

    make_targets(Target)
    monkeypatch.setattr(services, "build_return", build)


def table(**changes) -> ReturnTable:
    return ReturnTable(document(**changes), NAMES)


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_its_address():
    assert reverse("reports_overview") == OVERVIEW


def test_this_month_so_far_and_the_last_full_month(sign_in, manager, figures):
    answer = sign_in(manager).get(OVERVIEW)
    shown = text_of(answer)
    assert "October 2026 so far" in shown and "Councils side by side, September 2026" in shown
    assert "26 households asked about fostering" in shown
    assert "84.6% of people spoken to within one working day; target 90% (22 of 26)" in shown
    assert "1 working day was the median wait for a first conversation" in shown
    assert "<title>Reports: September 2026 –" in answer.content.decode()


def test_a_month_in_the_address(sign_in, manager, figures, make_enquiry):
    make_enquiry(received_at=moment("2026-08-02 10:00"))
    shown = text_of(sign_in(manager).get(OVERVIEW, {"month": "2026-08"}))
    assert "Councils side by side, August 2026" in shown and "so far (" not in shown


@pytest.mark.parametrize("month", ["2019-01", "2026-13", "x", "2027-01"])
def test_a_month_that_is_not_in_the_list_is_said_and_the_page_still_shows(sign_in, manager, figures, month):
    answer = sign_in(manager).get(OVERVIEW, {"month": month})
    shown = text_of(answer)
    assert answer.status_code == 200
    assert "Select one of the months in the list" in shown and "Councils side by side, September 2026" in shown


def test_the_chart_has_a_finding_words_and_its_table(sign_in, manager, figures):
    page = sign_in(manager).get(OVERVIEW).content.decode()
    assert "The biggest step down is from first conversations (24) to first visits (12)" in page
    assert 'role="img" aria-label="Bar chart of September 2026: enquiries 26, first conversations 24' in page
    assert "The same in numbers" in page
    assert "<script" not in page.split("<svg")[-1] and "style=" not in page


def test_a_hub_manager_sees_small_numbers_and_a_cluster_lead_does_not(sign_in, manager, cluster_lead, figures):
    full = text_of(sign_in(manager).get(OVERVIEW))
    assert "Newcastle upon Tyne 12 83.3% 10 of 12 1 0" in full
    assert "stands for a small number" not in full
    seen = text_of(sign_in(cluster_lead).get(OVERVIEW))
    assert "Newcastle upon Tyne 12 83.3% 10 of 12 c 0" in seen
    assert ("c households applied" in seen and "applications c, approvals 0" in seen) or "Applications c" in seen
    assert "stands for a small number" in seen


def test_a_hub_worker_sees_figures_with_small_numbers_hidden(sign_in, worker, figures):
    assert "c households applied" in text_of(sign_in(worker).get(OVERVIEW))


def test_a_cluster_lead_sees_no_person(sign_in, cluster_lead, make_enquiry):
    enquiry = make_enquiry("in_touch", received_at=moment("2026-09-10 11:00"))
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


def test_the_cost_does_not_grow_with_enquiries(sign_in, manager, make_enquiry, django_assert_num_queries):
    make_enquiry(received_at=moment("2026-09-10 11:00"))
    client = sign_in(manager)
    client.get(OVERVIEW)
    with CaptureQueriesContext(connection) as queries:
        client.get(OVERVIEW)
    assert len(queries) < 45
    for day in (11, 12, 13):
        make_enquiry(received_at=moment(f"2026-09-{day} 11:00"))
    with django_assert_num_queries(len(queries)):
        client.get(OVERVIEW)


def test_an_empty_hub_says_so(sign_in, manager, authorities):
    shown = text_of(sign_in(manager).get(OVERVIEW))
    assert "No households asked about fostering" in shown and "Nothing happened in September 2026" in shown
    assert "Nobody was due a first conversation yet" in shown


def test_figures_are_hidden_before_they_reach_the_page(cluster_lead, manager, figures):
    period = Period.month("2026-09")
    assert services.figures_for(user=cluster_lead, period=period) == suppress(document())
    assert services.figures_for(user=manager, period=period) == document()


def test_a_funnel_of_hidden_steps_tells_nothing_of_them():
    funnel = overview.funnel(ReturnTable(suppress(document()), NAMES))
    hidden = next(step for step in funnel.steps if step.code == "M16")
    assert (hidden.cell.text, hidden.share) == ("c", "c")
    assert "applications c" in funnel.alt and "(c)" not in funnel.title


def test_a_funnel_without_a_drop():
    lines = [count(code, (5, 5, 5, 0)) for code, _ in overview.FUNNEL]
    assert overview.funnel(table(lines=lines)).title == "No step in September 2026 was much smaller than the one before"


@pytest.mark.parametrize(("number", "said"), [(0, "No households applied"), (1, "1 household applied")])
def test_words_follow_the_number(number, said):
    lines = [line for line in document()["lines"] if line["code"] != "M16"]
    lines.append(count("M16", (number, 0, 0, 0)))
    sentences = [f"{sentence.figure} {sentence.text}" for sentence in overview.sentences(table(lines=lines))]
    assert said in sentences
