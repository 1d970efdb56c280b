import datetime

import pytest
import time_machine
from django.urls import reverse

from reporting.dashboards import journey, remembered
from reporting.dashboards.page import Asked, Dashboard
from reporting.dashboards.pickers import PickerForm, last_twelve_months
from reporting.dashboards.registry import BY_SLUG, DASHBOARDS
from reporting.households import upkeep
from reporting.households.reading import Chosen
from reporting.measures import Period
from tests.conftest import moment
from tests.reporting.histories import Histories, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(hub):
    store(Histories(300, 120).world)
    upkeep.catch_up()


@time_machine.travel(moment("2026-10-05 10:00"), tick=False)
@pytest.mark.parametrize("slug", [dashboard.slug for dashboard in DASHBOARDS])
def test_every_dashboard_shows_each_finding_with_its_table(sign_in, region, manager, slug):
    response = sign_in(manager).get(reverse("dashboard", args=[slug]), {"period": "2026-08"})
    assert response.status_code == 200
    about = "August 2026" if "period" in BY_SLUG[slug].picks else "Up to now"
    assert about in response.content.decode()
    for section in response.context["page"].sections:
        assert section.title
        assert section.table.rows or not section.spec
        assert not section.spec or section.alt


@pytest.mark.parametrize("slug", [dashboard.slug for dashboard in DASHBOARDS])
def test_a_hub_without_anybody_has_dashboards_too(sign_in, manager, slug):
    assert sign_in(manager).get(reverse("dashboard", args=[slug])).status_code == 200


def test_what_is_no_dashboard_is_not_there(sign_in, manager):
    assert sign_in(manager).get(reverse("dashboard", args=["weather"])).status_code == 404


def test_the_usual_period_is_the_twelve_full_months_before_this_one(hub):
    form = PickerForm({})
    assert form.chosen == Chosen(last_twelve_months())
    assert PickerForm({"period": "1066-10", "authority": "nowhere"}).chosen == form.chosen


def test_what_was_asked_lately_is_not_built_again(region):
    built = []

    def build(asked):
        built.append(asked)
        return journey.build(asked)

    dashboard = Dashboard("twice", "Twice", "", build)
    asked = Asked(Chosen(Period.month("2026-08")), False, datetime.date(2026, 10, 5))
    first = remembered.sections_of(dashboard, asked)
    assert remembered.sections_of(dashboard, asked) == first
    assert len(built) == 1
    other = Asked(asked.chosen, True, asked.today)
    remembered.sections_of(dashboard, other)
    assert len(built) == 2
