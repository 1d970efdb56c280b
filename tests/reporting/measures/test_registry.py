"""Every code once, with its meaning; which version of the definition holds for a period."""

import datetime

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.urls import reverse

from hub.errors import Refused
from reporting.layout import ReturnTable
from reporting.measures import MONTHLY, QUARTERLY, Period
from reporting.measures.campaigns import COSTS, COUNTS
from reporting.measures.kept import MONTHLY_KEPT, QUARTERLY_KEPT
from reporting.measures.models import DefinitionVersion
from reporting.measures.registry import MEASURES
from reporting.measures.versions import SHIPPED, add_definition, definition_called, definition_for
from reporting.returns import drafting
from reporting.returns.documents import build_return
from tests.conftest import moment

SEPTEMBER, OCTOBER, AS_AT = Period.month("2026-09"), Period.month("2026-10"), moment("2026-11-05 09:00")
WHY = "The Department’s letter of 1 September"


@pytest.fixture
def add(manager):
    def make(version="2026.2", since=datetime.date(2026, 10, 1), **changes):
        return add_definition(by=manager, version=version, applies_from=since, **{"why": WHY, **changes})

    return make


def labels(period: Period) -> dict[str, str]:
    return {line["code"]: line["label"] for line in build_return(period, AS_AT)["lines"]}


def test_each_code_has_its_entry():
    codes = [f"M{n:02}" for n in range(1, 31)] + [f"L{n:02}" for n in range(1, 8)] + [f"K{n:02}" for n in range(1, 16)]
    assert sorted(MEASURES) == sorted([*codes, "N1", "N2", "N3"])
    for measure in MEASURES.values():
        assert measure.label and measure.unit and measure.wording.endswith(".") and measure.owner and measure.source
        assert bool(measure.numerator) == bool(measure.denominator)


def test_every_percentage_says_of_what_it_is_one():
    assert all(measure.denominator for measure in MEASURES.values() if measure.unit.startswith("percent"))


def test_each_line_of_a_return_is_of_a_known_code_and_part():
    for line in (*MONTHLY_KEPT, *QUARTERLY_KEPT):
        assert line.basis in MEASURES[line.code].parts
    assert {*COUNTS, *COSTS, "spend"} == set(MEASURES["K13"].parts)
    assert {line.code for line in (*MONTHLY, *QUARTERLY)} <= set(MEASURES)


def test_each_code_stands_in_one_section():
    codes = [code for _, _, codes in SHIPPED.sections for code in codes]
    assert sorted(codes) == sorted(code for code in MEASURES if not code.startswith("N"))


def test_the_products_own_holds_where_there_is_no_other(authorities):
    assert definition_for(SEPTEMBER) is SHIPPED and build_return(SEPTEMBER, AS_AT)["definition"] == "2026.1"


def test_a_version_holds_from_its_month_on(add, authorities):
    add(labels={"M02": "First enquiries", "M05": "Talks"}, left_out=["M04"])
    before, after = labels(SEPTEMBER), labels(OCTOBER)
    assert (before["M02"], before["M04"]) == ("Initial enquiries", "Initial enquiries by how they heard")
    assert (after["M02"], after["M05"], "M04" in after) == ("First enquiries", "Talks", False)
    assert build_return(OCTOBER, AS_AT)["definition"] == "2026.2"


def test_a_later_version_goes_on_from_the_one_before(add, authorities):
    add(labels={"M02": "First enquiries"})
    later = add("2027.1", datetime.date(2027, 1, 1))
    assert later.labels == {"M02": "First enquiries"}
    assert definition_for(Period.month("2026-12")).version == "2026.2"
    assert definition_for(Period.month("2027-01")).version == "2027.1"


def test_a_return_is_laid_out_by_the_version_it_keeps(add, authorities):
    sections = [("all", "All of it", tuple(code for _, _, codes in SHIPPED.sections for code in codes))]
    add(sections=sections)
    assert [section.title for section in ReturnTable(build_return(OCTOBER, AS_AT)).sections] == ["All of it"]
    assert ReturnTable(build_return(SEPTEMBER, AS_AT)).sections[0].title == "Enquiries"
    assert definition_called("1999.9") is SHIPPED


def test_a_draft_is_no_longer_current_when_another_version_holds(add, data_officer, authorities):
    with time_machine.travel(AS_AT, tick=False):
        ret = drafting.draft_return(period=OCTOBER, by=data_officer)
        assert drafting.is_current(ret)
        add(labels={"M02": "First enquiries"})
        assert not drafting.is_current(ret)


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "next"},
        {"version": "2026.1"},
        {"since": datetime.date(2026, 10, 2)},
        {"since": datetime.date(1900, 1, 1)},
        {"why": " "},
        {"labels": {"M99": "Nothing"}},
        {"left_out": ["X"]},
    ],
)
def test_what_is_no_version(add, wrong):
    with pytest.raises(Refused):
        add(**wrong)
    assert not DefinitionVersion.objects.exists()


def test_one_version_of_a_name_and_of_a_day(add):
    add()
    for same in ({"version": "2026.3"}, {"since": datetime.date(2026, 11, 1)}):
        with pytest.raises(Refused, match="already"):
            add(**same)


def test_a_version_is_never_changed(add):
    add()
    with pytest.raises(ProgrammingError), transaction.atomic():
        DefinitionVersion.objects.update(left_out=["M01"])


def test_the_pages_say_what_each_means(sign_in, cluster_lead):
    client = sign_in(cluster_lead)
    assert all(label.label in client.get(reverse("measures")).content.decode() for label in [MEASURES["K13"]])
    page = client.get(reverse("measure", args=["M06"])).content.decode()
    assert "within 1 working day" in page and "2026.1" in page and "Out of" in page
    assert client.get(reverse("measure", args=["M99"])).status_code == 404
    assert client.get(reverse("definition_add")).status_code == 403


@pytest.mark.parametrize("code", sorted(MEASURES))
def test_each_code_has_its_page(sign_in, manager, code):
    page = sign_in(manager).get(reverse("measure", args=[code]))
    assert page.status_code == 200 and code in page.content.decode()


def test_a_manager_adds_a_version_on_the_page(sign_in, manager):
    client = sign_in(manager)
    since = {"applies_from_day": "1", "applies_from_month": "10", "applies_from_year": "2026"}
    typed = {"version": "2026.2", **since, "labels": "M02: First enquiries\r\n", "left_out": ["M04"], "why": WHY}
    wrong = client.post(reverse("definition_add"), {**typed, "labels": "M02 First"})
    assert "a colon" in wrong.content.decode()
    client.post(reverse("definition_add"), typed)
    made = definition_for(OCTOBER)
    assert (made.version, made.labels, made.left_out) == ("2026.2", {"M02": "First enquiries"}, {"M04"})
    assert "Left out" in client.get(reverse("measure", args=["M04"])).content.decode()


def test_councils_do_not_open_them(sign_in, gateshead_worker):
    assert sign_in(gateshead_worker).get(reverse("measures")).status_code == 403


def test_a_part_of_a_code_stands_with_its_code(add):
    """A section that named it would break the page of what is counted."""
    for changes in ({"left_out": ["M28 held"]}, {"sections": [("events", "Events", ("M28 held",))]}):
        with pytest.raises(Refused, match="There is no measure M28 held"):
            add(**changes)
    assert add(labels={"M28 held": "Evenings held"}).label("M28", "held") == "Evenings held"


def test_a_code_stands_in_the_sections_once(add):
    with pytest.raises(Refused, match="M02 can stand in one section only"):
        add(sections=[("one", "One", ("M01", "M02")), ("two", "Two", ("M02",))])
