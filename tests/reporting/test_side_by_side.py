"""Councils side by side: what they agreed to, in the order asked, and nothing that tells a small number of another."""

import datetime
import itertools
import random

import pytest
import time_machine
from django.urls import reverse

from hub.errors import Refused
from reporting.dashboards import compared, side_by_side
from reporting.dashboards.compared import MEASURES, agree_measures, compared_on, sorts_for
from reporting.dashboards.page import Asked
from reporting.households import upkeep
from reporting.households.reading import Chosen
from reporting.measures import Period
from reporting.suppression.solving import Sum
from tests.conftest import moment
from tests.factories import someone
from tests.reporting.adversary import told_by_sums
from tests.reporting.histories import Histories, store

pytestmark = pytest.mark.django_db
QUARTER = Period.quarter("2026-Q2")
DAY = datetime.date(2026, 10, 5)
OWN, OTHERS = "E08000037", ("E08000021", "E08000022", "E08000024")


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False):
        yield


@pytest.fixture
def region(hub):
    store(Histories(300, 120).world)
    upkeep.catch_up()


def shown(sort: str = "", *, protected: bool = False, reader: str = ""):
    return side_by_side.build(Asked(Chosen(QUARTER), protected, DAY, reader, sort))


def test_each_council_has_every_figure_and_the_foot_adds_them_up(region):
    _, every = shown()
    assert len(every.table.head) == 1 + len(MEASURES)
    assert [row[0] for row in every.table.rows] == sorted([OWN, *OTHERS])
    column = every.table.head.index("Enquiries")
    counts = [int(row[column]) for row in (*every.table.rows, every.table.totals[0])]
    assert sum(counts) == int(every.table.totals[1][column]) > 0


def test_figures_are_those_of_the_return(region):
    from reporting.measures import MONTHLY, compute_lines

    line = next(line for line in MONTHLY if line.code == "M16")
    (document,) = compute_lines([line], QUARTER, moment("2027-02-01 09:00"))
    _, every = shown()
    column = every.table.head.index("Applications")
    assert {row[0]: int(row[column]) for row in every.table.rows} == document["authorities"]


@pytest.mark.parametrize(("sort", "falls"), [("M02", False), ("M15", True)])
def test_councils_stand_in_the_order_of_the_column_asked(region, sort, falls):
    first, every = shown(sort)
    numbers = [float(row[1]) for row in first.table.rows if row[1] != "no cases"]
    assert numbers == sorted(numbers, reverse=not falls)
    assert [row[0] for row in every.table.rows] == [row[0] for row in first.table.rows]


def test_what_is_hidden_stands_at_the_end_by_name(region):
    first, _ = shown("M18", protected=True)
    texts = [row[1] for row in first.table.rows]
    hidden = [row[0] for row in first.table.rows if row[1] == "c"]
    assert hidden
    assert texts[-len(hidden) :] == ["c"] * len(hidden)
    assert hidden == sorted(hidden)


def test_the_finding_names_the_two_ends(region):
    first, _ = shown("M02")
    ends = [first.table.rows[-1], first.table.rows[0]]
    assert first.title.startswith(f"From {ends[0][1]} in {ends[0][0]} to {ends[1][1]} in {ends[1][0]}; all together ")
    assert first.alt.startswith("Bar chart of enquiries: ")


def test_ones_own_council_is_marked_and_leads_the_finding(region):
    first, every = shown("M02", protected=True, reader=OWN)
    assert first.title.startswith(f"{OWN} (your council): ")
    assert first.table.own == every.table.own == f"{OWN} (your council)"


# --- Small numbers ---


def document(counts: dict[str, int]) -> dict:
    total = sum(counts.values())
    own = {code: count for code, count in counts.items() if code != "unallocated"}
    line = {"code": "M02", "unit": "households", "total": total, "authorities": own}
    return {"lines": [{**line, "unallocated": counts["unallocated"]}]}


def hidden_in(line: dict) -> set[str]:
    cells = {**line["authorities"], "unallocated": line["unallocated"], "total": line["total"]}
    return {code for code, cell in cells.items() if cell == "c"}


def told(counts: dict[str, int], *, reader: str) -> set[str]:
    """The small counts of others that somebody of `OWN` can reckon, from what is shown and their own figure."""
    line = side_by_side._protected(document(counts), reader)["lines"][0]
    unknown = hidden_in(line) - {OWN}
    every = {**counts, "total": sum(counts.values())}
    found = told_by_sums(every, [Sum("total", tuple(counts))], unknown)
    return {cell for cell in found if every[cell] < 5}


def tables():
    chance = random.Random(7)
    columns = (OWN, *OTHERS, "unallocated")
    for _ in range(300):
        yield {column: chance.choice((0, 0, 1, 2, 3, 4, 5, 6, 9, 20)) for column in columns}


def test_whoever_knows_their_own_figures_cannot_reckon_anothers():
    assert [counts for counts in tables() if told(counts, reader=OWN)] == []


def test_without_the_second_look_they_could():
    assert [counts for counts in itertools.islice(tables(), 100) if told(counts, reader="")]


def test_a_share_of_referrals_does_not_tell_how_few_were_declined(region):
    hidden, plain = shown(protected=True)[1].table, shown()[1].table
    column = hidden.head.index("Referrals accepted")
    of_all = plain.head.index("Referrals accepted")
    for row, full in zip(hidden.rows, plain.rows, strict=True):
        if row[column] not in ("c", "no cases"):
            accepted, of = (
                int(word) for word in full[of_all].split("(")[1].rstrip(")").replace("\u00a0", " ").split(" of ")
            )
            assert of - accepted == 0 or of - accepted >= 5


# --- What was agreed ---


def test_where_nothing_was_recorded_the_usual_is_compared(region, cluster_lead, sign_in):
    table = shown(protected=True)[1].table
    assert list(table.head[1:]) == [one.short for one in MEASURES if one.usual]
    page = sign_in(cluster_lead).get(reverse("dashboard", args=["councils"]), {"sort": "L01"}).content.decode()
    assert "Approved households at the end" not in page


def test_what_was_agreed_holds_from_its_day_on(region, manager):
    agree_measures(measures=["M16", "M02"], applies_from=datetime.date(2026, 11, 1), agreed_where="Board", by=manager)
    assert len(compared_on(DAY)) > 2
    assert [one.key for one in compared_on(datetime.date(2026, 11, 1))] == ["M02", "M16"]
    agree_measures(measures=["M18"], applies_from=datetime.date(2026, 11, 1), agreed_where="Board", by=manager)
    assert [one.key for one in compared_on(datetime.date(2026, 12, 1))] == ["M18"]


def test_sorting_by_what_was_not_agreed_shows_nothing_of_it(region, manager):
    agree_measures(measures=["M02"], applies_from=DAY, agreed_where="Board", by=manager)
    assert sorts_for(True) == [("M02", "Enquiries")]
    for section in shown("M18", protected=True, reader=OWN):
        assert "pproval" not in f"{section.title} {section.kicker} {section.alt} {section.table}"


def test_those_who_see_small_numbers_see_all_columns(region, manager):
    agree_measures(measures=["M02"], applies_from=DAY, agreed_where="Board", by=manager)
    assert len(shown()[1].table.head) == 1 + len(MEASURES)


@pytest.mark.parametrize(
    "changes",
    [{"measures": []}, {"measures": ["M99"]}, {"applies_from": datetime.date(2026, 10, 4)}, {"agreed_where": " "}],
)
def test_what_cannot_be_agreed_is_refused(manager, changes):
    given = {"measures": ["M02"], "applies_from": DAY, "agreed_where": "Board", **changes}
    with pytest.raises(Refused):
        agree_measures(by=manager, **given)


def test_only_a_manager_records_it(worker):
    with pytest.raises(Refused):
        agree_measures(measures=["M02"], applies_from=DAY, agreed_where="Board", by=worker)


def test_the_page_of_settings(sign_in, manager):
    client, address = sign_in(manager), reverse("compared_measures")
    assert "Today they see" in client.get(address).content.decode()
    day = {"applies_from_day": "6", "applies_from_month": "10", "applies_from_year": "2026"}
    assert client.post(address, {"measures": ["M02"], "agreed_where": "Board", **day}).status_code == 302
    page = client.get(address).content.decode()
    assert "6 October 2026" in page
    assert "Board" in page
    assert "Select at least one figure" in client.post(address, day).content.decode()


# --- Periods ---


def test_quarters_that_are_over_and_no_others_are_for_whoever_sees_no_small_numbers(region, sign_in, cluster_lead):
    client = sign_in(cluster_lead)
    form = client.get(reverse("dashboard", args=["councils"]), {"period": "2026-08"}).context["form"]
    assert form.chosen.span == Period.quarter("2026-Q2")
    spans = sorted((span.first, span.last) for _, span in form.periods.values())
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))
    assert spans[-1][1] < DAY


def test_a_manager_may_pick_a_month(region, sign_in, manager):
    form = sign_in(manager).get(reverse("dashboard", args=["councils"]), {"period": "2026-08"}).context["form"]
    assert form.chosen.span == Period.month("2026-08")


def test_a_hub_without_figures_says_so(hub):
    first, _ = shown()
    assert first.title == "No council has a figure that can be shown; all together no cases"


def test_months_of_figures_sent_are_counted_of_those_asked_for(authorities, manager):
    from handover.figures.services import record_figures

    gateshead = authorities["Gateshead"]
    lead = someone("authority_lead", gateshead)
    record_figures(authority=gateshead, month=datetime.date(2026, 8, 1), values={"L01": 71}, by=lead)
    record_figures(authority=gateshead, month=datetime.date(2026, 9, 1), values={"L01": 72}, by=lead)
    first, every = shown(compared.SENT_FIGURES)
    assert [row[1] for row in first.table.rows] == ["2 of 3", "0 of 3", "0 of 3"]
    column = every.table.head.index("Approved households")
    assert [row[column] for row in every.table.rows] == ["72", "not supplied", "not supplied"]
