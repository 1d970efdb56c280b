"""A cluster lead opens the overview, a dashboard and what a figure counts, and takes the board pack to the meeting."""

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from hub.models import User
from reporting.households import upkeep
from reporting.tasks import make_board_pack
from tests.journeys.conftest import look_at
from tests.journeys.enquirer import follow
from tests.journeys.test_main_job import PASSWORD, sign_in
from tests.reporting.histories import Histories, store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead(settings, hub):
    settings.HUB_DEMO = True
    store(Histories(300, 120).world)
    upkeep.catch_up()
    return User.objects.create_user("lead@example.org", PASSWORD, name="Patricia Lowes", role="cluster_lead")


@pytest.mark.parametrize("width", [390, 1280])
def test_before_the_meeting(visitor, lead, width, monkeypatch):
    page = visitor(width)
    sign_in(page, lead)
    page.goto("/reports/?month=2026-08")
    expect(page.get_by_role("heading", level=1)).to_have_text("How fostering recruitment is going")
    look_at(page, "reports-overview")
    follow(page, page.get_by_role("link", name="More about this").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("August 2026")
    look_at(page, "reports-dashboard-journey")
    for slug in ("waiting", "stopped"):
        page.goto(f"/reports/dashboards/{slug}/")
        look_at(page, f"reports-dashboard-{slug}")
    if width > 1000:  # no paper is as narrow as a telephone
        page.emulate_media(media="print")
        look_at(page, "reports-dashboard-print")
        page.emulate_media(media="screen")
    follow(page, page.get_by_role("link", name="M24").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Closed before application")

    page.goto("/reports/board-pack/")
    look_at(page, "reports-board-pack")
    page.get_by_label("Waiting times").uncheck()
    told = []
    monkeypatch.setattr(make_board_pack, "delay", told.append)
    follow(page, page.get_by_role("button", name="Make the board pack"))
    expect(page.get_by_role("main")).to_contain_text("being put together")
    make_board_pack(told[0])
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the board pack").click()
    pack = PdfReader(download.value.path())
    text = "".join(sheet.extract_text() for sheet in pack.pages)
    assert "Where people stop" in text and "What each figure counts" in text
    assert "stands for a small number" in text
