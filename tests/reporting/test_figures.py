"""A figure opened: exactly those whom it counts, as the return knew them, and only for those who may."""

import html
import re
from urllib.parse import parse_qsl

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enquiries.services import record_activity
from hub.models import AccessLog
from reporting.measures import Period
from reporting.returns import drafting, figures
from tests.conftest import moment
from tests.factories import someone
from tests.reporting.histories import Histories, store
from tests.reporting.oracle import Oracle

SEPTEMBER = Period.month("2026-09")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def draft(make_enquiry, data_officer):
    """Three enquiries of September, one of them spoken with in time."""
    for day in (10, 11, 12):
        make_enquiry(received_at=moment(f"2026-09-{day} 11:00"))
    spoken = make_enquiry(received_at=moment("2026-09-14 11:00"))
    worker = someone("hub_worker")
    at = moment("2026-09-14 15:00")
    record_activity(enquiry=spoken, kind="conversation", by=worker, channel="phone", occurred_at=at)
    return drafting.draft_return(period=SEPTEMBER, by=data_officer)


def address(line="M02", **asked) -> str:
    return reverse("return_figure", kwargs={"period": SEPTEMBER, "line": line}, query=asked)


def references(page) -> list[str]:
    return re.findall(r'href="/hub/enquiries/([A-Z0-9-]+)/"', page.content.decode())


def test_behind_every_figure_are_the_very_households_that_the_words_name(sign_in):
    world = Histories(11, 120).world
    store(world)
    manager = someone("hub_manager")
    ret = drafting.draft_return(period=SEPTEMBER, by=manager)
    client = sign_in(manager)
    page = client.get(reverse("return_page", args=[SEPTEMBER])).content.decode()
    links = [html.unescape(link) for link in re.findall(r'href="(/reports/returns/2026-09/figures/[^"]+)"', page)]
    assert len(links) > 150
    oracle = Oracle(world, SEPTEMBER.first, SEPTEMBER.last, ret.as_at)
    for link in links[::7]:
        path, _, query = link.partition("?")
        line, asked = path.rstrip("/").rpartition("/")[2], dict(parse_qsl(query))
        area, key = asked["area"], asked.get("key", "")
        code, _, by = line.partition("-by-")
        expected = [
            f"TEST-{enquiry}"
            for (c, b, k, a), cases in oracle.cases.items()
            if (c, b, k) == (code, by, key) and area in ("total", a)
            for enquiry, _ in cases
        ]
        assert sorted(references(client.get(link))) == sorted(expected), link


def test_numerator_and_denominator_stand_apart(sign_in, manager, draft):
    page = sign_in(manager).get(address("M06"))
    met, others = page.context["figure"].parts
    assert (len(met.entries), len(others.entries)) == (1, 3)
    shown = page.content.decode()
    assert "The 1 that meet it (the numerator)" in shown and "The 3 that do not" in shown
    assert "25.0%" in shown and "1 of 4" in shown and "14 September 2026" in shown and "None yet" in shown


def test_it_names_them_their_council_and_the_date(sign_in, manager, draft, make_enquiry):
    shown = sign_in(manager).get(address(area="E08000037")).content.decode()
    assert "Amina Khalid" in shown and "Gateshead" in shown and "10 September 2026" in shown
    assert "Nobody is counted here" in sign_in(manager).get(address(area="E08000021")).content.decode()


def test_what_came_after_the_return_is_not_in_it(sign_in, manager, draft, make_enquiry, in_october):
    in_october.shift(60)
    make_enquiry(received_at=moment("2026-09-15 11:00"))
    assert len(references(sign_in(manager).get(address()))) == 4


def test_a_long_list_has_pages(sign_in, manager, draft, monkeypatch):
    monkeypatch.setattr(figures, "SIZE", 3)
    client = sign_in(manager)
    first, second = client.get(address()), client.get(address(page="2"))
    assert (len(references(first)), len(references(second))) == (3, 1)
    assert not set(references(first)) & set(references(second))
    assert "?area=total&amp;version=1&amp;page=2" in first.content.decode() and "Page 2 of 2" in second.content.decode()


def test_the_look_is_one_row_of_the_log(sign_in, data_officer, draft):
    sign_in(data_officer).get(address("M03-by-channel", area="unallocated", key="web"))
    row = AccessLog.objects.get(action="figure_opened")
    assert (row.user, row.reference) == (data_officer, "2026-09 M03 by channel unallocated")


def test_no_figure_has_a_name_too_long_for_the_log(draft):
    from reporting.layout import ReturnTable

    names = [f"2026-09 {row.line} unallocated" for row in ReturnTable(draft.document).rows]
    assert max(map(len, names)) <= AccessLog._meta.get_field("reference").max_length


def test_the_cost_does_not_grow_with_the_cases(sign_in, manager, draft, make_enquiry, django_assert_num_queries):
    client = sign_in(manager)
    client.get(address())
    with CaptureQueriesContext(connection) as queries:
        client.get(address(area="unallocated"))
        client.get(address())
    assert len(queries) < 50
    for day in (16, 17, 18):
        make_enquiry(received_at=moment(f"2026-09-{day} 11:00"))
    drafting.draft_return(period=SEPTEMBER, by=manager)
    with django_assert_num_queries(len(queries)):
        client.get(address(area="unallocated"))
        client.get(address())


@pytest.mark.parametrize("person", ["cluster_lead", "worker", "gateshead_worker"])
def test_others_may_not_open_figures(request, sign_in, draft, person):
    assert sign_in(request.getfixturevalue(person)).get(address()).status_code == 403
    assert not AccessLog.objects.filter(action="figure_opened").exists()


@pytest.mark.parametrize("right", figures.RIGHTS)
def test_each_right_is_needed(sign_in, manager, draft, right, monkeypatch):
    monkeypatch.setattr(type(manager), "can", lambda self, asked: asked != right)
    assert sign_in(manager).get(address()).status_code == 403
    page = sign_in(manager).get(reverse("return_page", args=[SEPTEMBER]))
    assert page.status_code == 403 or "/returns/2026-09/figures/" not in page.content.decode()


def test_strangers_sign_in_first(client, draft):
    assert "/accounts/login/" in client.get(address()).headers["Location"]


def test_it_only_reads(sign_in, manager, draft):
    assert sign_in(manager).post(address()).status_code == 405


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("M99", {}),
        ("M02-by-channel", {}),
        ("M03-by-channel", {}),
        ("M03-by-channel", {"key": "fax"}),
        ("M02", {"key": "web"}),
        ("M02", {"area": "E08000035"}),
        ("M02", {"area": "\x00"}),
    ],
)
def test_what_is_no_figure(sign_in, manager, draft, line, asked):
    assert sign_in(manager).get(address(line, **asked)).status_code == 404


def test_a_month_without_a_return_has_none(sign_in, manager, authorities):
    assert sign_in(manager).get(address()).status_code == 404
