"""The board pack: what is in the file, for whom, and that it is noted."""

import io

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from hub.audit import AccessLog
from reporting.dashboards import pack
from reporting.dashboards.pickers import PackForm
from reporting.dashboards.registry import DASHBOARDS
from reporting.households import upkeep
from reporting.tasks import make_board_pack
from tests.conftest import moment
from tests.reporting.histories import Histories, store

pytestmark = pytest.mark.django_db
PICKED = {"dashboards": ["journey", "stopped"], "period": "2026-08"}


@pytest.fixture
def region(hub):
    store(Histories(300, 120).world)
    upkeep.catch_up()
    with time_machine.travel(moment("2026-10-20 10:00"), tick=False):
        yield


@pytest.fixture
def asked_of_the_worker(monkeypatch):
    asked = []
    monkeypatch.setattr(make_board_pack, "delay", asked.append)
    return asked


def form(picked=PICKED, *, protected=False):
    made = PackForm(
        picked, dashboards=[(one.slug, one.title) for one in DASHBOARDS if one.adds_up], protected=protected
    )
    assert made.is_valid()
    return made


def html_of(wanted):
    return pack.to_html(wanted, [(one, pack.sections_of(one, wanted.asked)) for one in wanted.dashboards])


def test_the_worker_makes_it_and_whoever_asks_again_gets_it(region, sign_in, manager, asked_of_the_worker):
    client = sign_in(manager)
    first = client.post(reverse("board_pack"), PICKED)
    assert "being put together" in first.content.decode()
    assert len(asked_of_the_worker) == 1
    make_board_pack(asked_of_the_worker[0])
    again = client.post(reverse("board_pack"), PICKED)
    assert again.headers["Content-Type"] == "application/pdf"
    assert again.headers["Content-Disposition"] == 'attachment; filename="board-pack-2026-08-to-2026-08.pdf"'
    catalogue = PdfReader(io.BytesIO(again.content)).trailer["/Root"]
    assert "/StructTreeRoot" in catalogue
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_object().get_data()
    noted = AccessLog.objects.get(action="board_pack_exported")
    assert (noted.user, noted.reference) == (manager, "August 2026")


def test_without_a_worker_it_is_made_after_a_minute_while_one_waits(region, sign_in, manager, asked_of_the_worker):
    client = sign_in(manager)
    client.post(reverse("board_pack"), PICKED)
    assert b"being put together" in client.post(reverse("board_pack"), PICKED).content
    with time_machine.travel(moment("2026-10-20 10:01:30"), tick=False):
        assert client.post(reverse("board_pack"), PICKED).content.startswith(b"%PDF")
    assert len(asked_of_the_worker) == 1


def test_it_has_the_pictures_tables_and_definitions_of_the_pages(region, manager):
    wanted = pack._wanted(form(), manager)
    html = html_of(wanted)
    for dashboard in wanted.dashboards:
        for section in pack.sections_of(dashboard, wanted.asked):
            assert section.svg == "" or f'src="embedded:{dashboard.slug}-{section.slug}.svg"' in html
            assert all(f">{row[0]}</th>" in html for row in section.table.rows[:1])
    assert "What each figure counts" in html and "Households that asked about fostering" in html
    assert "stands for a small number" not in html


def test_whoever_may_not_see_small_numbers_gets_their_own(region, manager, cluster_lead):
    full = pack._wanted(form(), manager)
    theirs = pack._wanted(form(protected=True), cluster_lead)
    assert full.key != theirs.key
    assert "stands for a small number" in html_of(theirs)
    assert ">c</td>" in html_of(theirs) and ">c</td>" not in html_of(full)


def test_what_the_worker_is_told_is_what_was_wanted(region, manager):
    wanted = pack._wanted(form(), manager)
    assert pack.Wanted.of_json(wanted.as_json()) == wanted


def test_nothing_chosen_is_said(region, sign_in, manager):
    answer = sign_in(manager).post(reverse("board_pack"), {"period": "2026-08"})
    assert "Select at least one part" in answer.content.decode()


@pytest.mark.parametrize("person", ["gateshead_worker", "newcastle_worker"])
def test_councils_have_none(request, sign_in, person):
    assert sign_in(request.getfixturevalue(person)).get(reverse("board_pack")).status_code == 403
