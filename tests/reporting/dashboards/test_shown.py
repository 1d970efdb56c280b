"""Whoever may not see small numbers: nothing hidden in the page, its pictures or what they are drawn of, and nothing
that the pages beside each other give away."""

import datetime
import itertools
import json

import pytest
import time_machine
from django.urls import reverse

from reporting.dashboards import shown, stopped
from reporting.dashboards.lines import ENDINGS, IN_TWO_WAYS
from reporting.dashboards.page import Asked
from reporting.dashboards.pickers import PickerForm
from reporting.dashboards.registry import BY_SLUG, DASHBOARDS
from reporting.households import upkeep
from reporting.households.models import Household
from reporting.households.reading import ALL, Cell, Chosen, add_up
from reporting.layout import HIDDEN
from reporting.measures import Period
from reporting.measures.computation import Sums
from tests.conftest import moment
from tests.reporting.histories import Histories, store

pytestmark = pytest.mark.django_db
OURS = ("journey", "waiting", "stopped")
MONTHS = [Period.month(f"2026-0{number}") for number in (7, 8, 9)]


@pytest.fixture
def region(hub):
    store(Histories(300, 120).world)
    upkeep.catch_up()
    with time_machine.travel(moment("2026-10-20 10:00"), tick=False):
        yield


def seen(chosen: Chosen, lines=tuple(ENDINGS)) -> shown.Figures:
    return shown.figures(lines, Asked(chosen, True, datetime.date(2026, 10, 20)), by=["month"])


def test_no_small_count_is_shown_of_any_period_and_council(region):
    year = shown.year_of(MONTHS[0])
    chosen = [Chosen(period) for period in (*MONTHS, year)] + [
        Chosen(year, code) for code in ("E08000037", "E08000021")
    ]
    found = 0
    for one in chosen:
        figures = seen(one)
        for cell in figures.cells:
            figure = figures.count(cell.line, cell.key, month=cell.month, area=cell.area)
            assert figure.number not in (1, 2, 3, 4)
            found += figure.is_hidden
    assert found


def test_what_adds_up_leaves_no_hidden_part_alone(region):
    """By stage, by reason, by month, by council: never one unknown in a sum of which the rest shows."""
    year = shown.year_of(MONTHS[0])
    figures = seen(Chosen(year))
    months = [month.first for month in year.months]
    for line in ("ended by stage", "ended by reason", "ended by whom", "ended after"):
        for month in (None, *months):
            parts = [figures.count(line, key, month=month) for key in figures.keys(line)]
            total = figures.count("ended", month=month)
            assert [part.is_hidden for part in (*parts, total)].count(True) != 1
        for key in figures.keys(line):
            parts = [figures.count(line, key, month=month) for month in months]
            assert [part.is_hidden for part in (*parts, figures.count(line, key))].count(True) != 1


def test_a_quarter_less_two_months_tells_nothing(region):
    quarter = Period.quarter("2026-Q2")
    whole = seen(Chosen(quarter))
    parts = [seen(Chosen(month)) for month in quarter.months]
    for line, key in {(cell.line, cell.key) for cell in whole.cells}:
        figures = [one.count(line, key) for one in (whole, *parts)]
        assert [figure.is_hidden for figure in figures].count(True) != 1


def test_a_month_looks_the_same_whatever_was_picked(region):
    """Else one page gives away what the other hides."""
    inside = seen(Chosen(Period.quarter("2026-Q2")))
    for month in MONTHS:
        alone = seen(Chosen(month))
        for cell in alone.cells:
            if cell.month is None and cell.area == ALL:
                assert (
                    alone.count(cell.line, cell.key).text == inside.count(cell.line, cell.key, month=month.first).text
                )


def test_a_month_of_one_council_is_not_shown(region):
    figures = seen(Chosen(MONTHS[1], "E08000037"))
    assert all(figures.count(cell.line, cell.key).is_hidden for cell in figures.cells if cell.area == "E08000037")


@pytest.mark.parametrize(
    "span", [("2026-05-01", "2026-07-31"), ("2025-10-01", "2026-09-30"), ("2026-08-02", "2026-08-31")]
)
def test_periods_that_overlap_are_refused(region, span):
    first, last = map(datetime.date.fromisoformat, span)
    with pytest.raises(ValueError, match="overlaps"):
        seen(Chosen(Period(first, last)))


def test_a_campaign_is_refused(region):
    with pytest.raises(ValueError, match="campaign"):
        seen(Chosen(MONTHS[0], campaign="LEAFLET"))


def test_they_pick_no_campaign_and_a_council_for_the_year(region):
    form = PickerForm({"period": "2026-08", "authority": "E08000037", "campaign": "X"}, adds_up=True)
    assert "campaign" not in form.fields
    assert form.chosen == Chosen(shown.year_of(MONTHS[1]), "E08000037")
    assert PickerForm({}, adds_up=True).chosen.span == shown.year_of(MONTHS[1])
    assert "The last 12 full months" not in dict(form.fields["period"].choices).values()


def test_pictures_are_drawn_of_what_may_show(region, monkeypatch):
    """A number of which there is no other on the page is not in its data either."""
    Household.objects.all().delete()
    cells = {
        Cell("ended by stage", "in_touch", datetime.date(2026, 8, 1), "E08000037"): Sums(917, 0, 917),
        Cell("ended by stage", "ready", datetime.date(2026, 8, 1), "E08000037"): Sums(3, 0, 3),
        Cell("ended by stage", "new", datetime.date(2026, 8, 1), "E08000037"): Sums(823, 0, 823),
    }
    every = {}
    for cell, sums in cells.items():
        for month, area in itertools.product((cell.month, None), (cell.area, ALL)):
            every[Cell(cell.line, cell.key, month, area)] = sums
    for month, area in itertools.product((datetime.date(2026, 8, 1), None), ("E08000037", ALL)):
        every[Cell("ended", "", month, area)] = Sums(1743, 0, 1743)
    monkeypatch.setattr(shown, "add_up", lambda *args, **kwargs: every)
    section = stopped.of(Asked(Chosen(MONTHS[1]), True, datetime.date(2026, 10, 20)))
    said = json.dumps(section.spec) + section.alt + section.svg + str(section.table) + section.title
    # Ready is small; new, the next smallest, would tell it.
    assert "823" not in said
    assert {row[0]: row[1] for row in section.table.rows}["Ready"] == HIDDEN
    assert '"number": 3' not in said
    assert "917" in said


@pytest.mark.parametrize("slug", OURS)
def test_the_same_page_for_both_audiences(sign_in, region, manager, cluster_lead, slug):
    """Every number on the page of whoever may not see small ones is on the other's too; small ones are on neither."""
    address, asked = reverse("dashboard", args=[slug]), {"period": "2026-08"}
    full = sign_in(manager).get(address, asked).context["page"].sections
    seen = sign_in(cluster_lead).get(address, asked).context["page"].sections
    assert [one.slug for one in full] == [one.slug for one in seen]
    hidden = 0
    for ours, theirs in zip(full, seen, strict=True):
        if ours.slug.startswith("until"):
            continue
        for row, protected in zip(sorted(ours.table.rows), sorted(theirs.table.rows), strict=True):
            for cell, other in zip(row[1:], protected[1:], strict=True):
                assert other in (cell, HIDDEN)
                assert other not in {"1", "2", "3", "4"} or ours.slug == "medians"
                hidden += other == HIDDEN
        if theirs.spec and not ours.slug.startswith(("within", "cohorts")):
            assert not {1, 2, 3, 4} & numbers_in(theirs.spec)
    assert hidden or slug == "journey"


def numbers_in(spec) -> set:
    """The numbers that a picture is drawn of."""
    found = set()
    if isinstance(spec, dict):
        for key, value in spec.items():
            found |= {value} if key == "number" and value is not None else numbers_in(value)
    if isinstance(spec, list):
        found |= set().union(*map(numbers_in, spec)) if spec else set()
    return found


def test_the_two_ways_of_endings_are_those_of_the_lines():
    assert set(itertools.chain(IN_TWO_WAYS, *IN_TWO_WAYS.values())) <= set(ENDINGS)
    assert set(OURS) <= set(BY_SLUG) and len(BY_SLUG) == len(DASHBOARDS)


def test_lines_of_the_dashboards_and_of_the_returns_agree(region):
    """What stopped is what the returns say: M24, M21 and M22."""
    chosen = Chosen(Period.quarter("2026-Q2"))
    ours = add_up(list(ENDINGS), chosen, lines=shown.LINES)
    theirs = add_up(["M24", "M21", "M22"], chosen)
    total = sum(sums.cases for sums in theirs.values())
    assert ours[Cell("ended")].cases == total > 0
    for line in ("ended by stage", "ended by reason", "ended by whom", "ended after"):
        assert sum(sums.cases for cell, sums in ours.items() if cell.line == line) == total
