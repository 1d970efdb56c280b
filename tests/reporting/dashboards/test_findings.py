"""The sentences over the pictures: true for none, one, and where two are the same."""

import datetime

import pytest
from django.urls import reverse

from reporting.dashboards import pictures, words
from reporting.dashboards.registry import DASHBOARDS
from reporting.dashboards.shown import Figure
from reporting.dashboards.waiting import _trend_title
from reporting.measures import Period
from reporting.measures.computation import Sums
from reporting.measures.registry import MEASURES


def figure(cases, *, hits=0, median=None, hidden=False):
    return Figure(Sums(cases, hits, cases, 0, median), hidden)


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "No household applied"), (1, "1 household applied"), (1234, "1,234 households applied")],
)
def test_how_many(number, said):
    assert words.households(figure(number), "applied") == said


def test_how_many_where_it_is_hidden():
    assert words.households(figure(3, hidden=True), "applied") == "c households applied"


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(5, 3, "2 more than a year before"), (3, 5, "2 fewer than a year before"), (4, 4, "as many as a year before")],
)
def test_beside_the_year_before(now, before, said):
    assert words.against(figure(now), figure(before)) == said


def test_beside_what_does_not_show_nothing_is_said():
    assert words.against(figure(9), figure(3, hidden=True)) == ""
    assert words.against(figure(3, hidden=True), figure(9)) == ""


def test_the_largest_and_ties():
    parts = [("a", figure(5)), ("b", figure(7)), ("c", figure(7)), ("d", figure(0))]
    assert [name for name, _ in words.largest(parts)] == ["b", "c"]
    assert words.largest([("a", figure(0))]) == []
    assert words.largest([]) == []


def test_a_hidden_one_that_may_be_larger_is_not_passed_over():
    assert words.largest([("a", figure(5)), ("b", figure(9, hidden=True))]) == []
    assert [name for name, _ in words.largest([("a", figure(5)), ("b", figure(2, hidden=True))])] == ["a"]


@pytest.mark.parametrize(("names", "said"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_names_in_a_row(names, said):
    assert words.listed(names) == said


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([("Jul 26", None), ("Aug 26", 40.0)], "Too few months to say whether people are spoken to sooner"),
        (
            [("Jul 26", 40.0), ("Aug 26", None), ("Sep 26", 60.0)],
            "More are spoken to in time: 60% in Sep 26, 40% in Jul 26",
        ),
        ([("Jul 26", 60.0), ("Aug 26", 40.0)], "Fewer are spoken to in time: 40% in Aug 26, 60% in Jul 26"),
        ([("Jul 26", 60.0), ("Aug 26", 60.0)], "As many are spoken to in time in Aug 26 as in Jul 26: 60%"),
    ],
)
def test_a_trend(points, said):
    assert _trend_title(pictures.Line("Conversation", points)) == said


def test_a_figure_without_cases_is_absent():
    assert (figure(0).share_text, figure(0).median_text, figure(0).of) == ("no cases", "no cases", "")
    assert figure(3, hits=1).share_text == "33.3%"
    assert (figure(3, median=1.5).median_text, figure(3, median=2.0).median_text) == ("1.5", "2")


def test_a_span_of_two_years_says_both():
    span = Period(datetime.date(2025, 11, 1), datetime.date(2026, 10, 31))
    assert span.label == "November 2025 to October 2026"


@pytest.mark.django_db
def test_every_measure_of_a_finding_is_explained(sign_in, manager):
    client = sign_in(manager)
    for dashboard in DASHBOARDS:
        sections = client.get(reverse("dashboard", args=[dashboard.slug])).context["page"].sections
        assert {code for section in sections for code in section.measures} <= set(MEASURES)
