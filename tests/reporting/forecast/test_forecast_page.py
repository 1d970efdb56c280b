import datetime

import pytest
import time_machine
from django.urls import reverse

from reporting.forecast import page
from reporting.forecast.backtest import Judged
from reporting.forecast.forms import ForecastForm
from reporting.forecast.paths import number_of, read_paths
from reporting.forecast.services import known_of
from reporting.households import upkeep
from reporting.households.reading import Cell, Chosen, add_up
from reporting.measures import UNALLOCATED, Period
from tests.conftest import moment
from tests.reporting.histories import Histories, store


@pytest.fixture
def region(hub):
    with time_machine.travel(moment("2026-12-05 10:00"), tick=False):
        store(Histories(300, 120).world)
        upkeep.catch_up()
        yield


@pytest.mark.django_db
def test_what_came_is_what_the_return_counts(region):
    last = Period.month("2026-11")
    known = known_of("", last)
    sums = add_up(["M16", "M18"], Chosen(Period(datetime.date(2026, 7, 1), last.last)), by=["month"])
    for kind, line in (("applied", "M16"), ("approved", "M18")):
        for month in (7, 8, 9, 10, 11):
            found = sums.get(Cell(line, month=datetime.date(2026, month, 1)))
            came = known.came[kind].get(number_of(datetime.date(2026, month, 1)), 0)
            assert came == (found.cases if found else 0), (kind, month)


@pytest.mark.django_db
def test_the_councils_together_are_everybody(region):
    last = Period.month("2026-11")
    parts = ["E08000037", "E08000024", "E08000022", UNALLOCATED]
    numbers = [sum(number for _, number in read_paths(code, last, 48)) for code in parts]
    assert sum(numbers) == sum(number for _, number in read_paths("", last, 48)) > 100


@pytest.mark.django_db
def test_what_is_dated_later_is_not_read(region):
    last = Period.month("2026-08")
    assert max(when for path, _ in read_paths("", last, 48) for when in path[:8] if when) <= number_of(last.last)


@pytest.mark.django_db
def test_the_page_says_what_is_expected_and_rests_on_what(sign_in, region, manager):
    response = sign_in(manager).get(reverse("forecast"))
    assert response.status_code == 200
    assert {section.slug for section in response.context["page"].sections} >= {"ahead-applied", "back-approved"}
    assert response.context["page"].assumed.rows


@pytest.mark.django_db
def test_assumptions_in_the_address_change_it_and_are_shown(sign_in, region, manager):
    asked = {"change": "−50", "step": "applied", "points": "5", "workers": "1", "hours": "2", "loss": "30"}
    response = sign_in(manager).get(reverse("forecast"), asked)
    assert "As things are" in response.context["page"].sections[0].table.head
    assert ["Applications lost when it is later", "20%", "30%"] in response.context["page"].assumed.rows


@pytest.mark.django_db
def test_what_cannot_be_read_is_said_and_changes_nothing(sign_in, region, manager):
    response = sign_in(manager).get(reverse("forecast"), {"change": "lots", "authority": "nowhere"})
    assert response.status_code == 200
    assert "More new enquiries: enter a number from -100 to 500" in response.content.decode()
    assert not response.context["page"].is_otherwise


@pytest.mark.django_db
def test_who_may_not_see_small_numbers_sees_none(sign_in, region, cluster_lead):
    for asked in ({}, {"authority": "E08000037"}):
        response = sign_in(cluster_lead).get(reverse("forecast"), asked)
        for section in response.context["page"].sections:
            for row in (*section.table.rows, *section.table.totals):
                assert not {"1", "2", "3", "4"} & set(row), section.slug
                assert not any(cell.startswith(("0 to", "1 to", "2 to", "3 to", "4 to")) for cell in row[1:])
            assert not asked or "What came" not in section.table.head


@pytest.mark.django_db
def test_a_hub_without_history_is_told_kindly(sign_in, manager):
    response = sign_in(manager).get(reverse("forecast"))
    assert "It is too early for a forecast" in response.content.decode()


@pytest.mark.django_db
def test_an_authority_has_no_forecast(sign_in, gateshead_worker):
    assert sign_in(gateshead_worker).get(reverse("forecast")).status_code == 403


@pytest.mark.django_db
def test_only_looking_is_possible(sign_in, manager):
    assert sign_in(manager).post(reverse("forecast")).status_code == 405


@pytest.mark.django_db
def test_a_minus_as_people_type_it_is_one(hub):
    assert ForecastForm({"change": "−20"}).cleaned_data["change"] == -20


def test_too_little_history_is_said_so():
    assert page.verdict(None, "applied", 5) == (
        "There are only 5 months of history; from 12 on we can say how good this is"
    )


def test_the_sentence_says_which_was_nearer():
    better = Judged(trials=57, error=2.04, bias=-0.02, inside=0.84, naive_error=3.1)
    assert page.verdict(better, "applied", 24) == (
        "Forecasts of a month’s applications were 2.0 out on average, less than a simple forecast (3.1), and on the "
        "whole neither too high nor too low; 84% of months lay in the range that promises 80%"
    )
    worse = page.verdict(Judged(57, 4.0, 1.5, 0.5, 3.1), "approved", 24)
    assert "more than a simple forecast (3.1), and on the whole 1.5 too high" in worse
    assert "as far as a simple forecast, and" in page.verdict(Judged(57, 3.1, -1.5, 0.5, 3.1), "approved", 24)
