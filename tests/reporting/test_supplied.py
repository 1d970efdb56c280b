"""What councils send each month, in the returns (measures.md, L01 to L07, K06, K07 and K15)."""

import pytest
import time_machine

from handover.figures.services import record_figures
from reporting.layout import NOT_SUPPLIED, ReturnTable
from reporting.measures import Period
from reporting.returns import build_quarterly_return, build_return
from tests.conftest import moment

SEPTEMBER, AS_AT = Period.month("2026-09"), moment("2026-10-20 09:00")
GATESHEAD, NEWCASTLE = "E08000037", "E08000021"


@pytest.fixture
def send(gateshead, manager):
    """send("2026-09", L01=120) records the figures of Gateshead on 10 October."""

    def make(month: str, *, authority=gateshead, at: str = "2026-10-10 09:00", **values):
        with time_machine.travel(moment(at), tick=False):
            record_figures(authority=authority, month=Period.month(month).first, values=values, by=manager, via="hub")

    return make


def lines(document: dict) -> dict[str, dict]:
    return {
        f"{line['code']} {line['basis']}" if "basis" in line else line["code"]: line
        for line in document["lines"]
        if "supplied" in line
    }


def test_where_nobody_ever_sent_any_there_is_no_line(directory):
    assert not lines(build_return(SEPTEMBER, AS_AT)) and not lines(
        build_quarterly_return(Period.quarter("2026-Q2"), AS_AT)
    )


def test_what_was_not_sent_is_not_supplied_and_the_total_says_from_how_many(send, directory):
    send("2026-09", L01=120, L02=3, L05=0)
    found = lines(build_return(SEPTEMBER, AS_AT))
    assert list(found) == ["L01", "L02", "L03", "L04", "L05", "L06", "L07"]
    l01 = found["L01"]
    assert (l01["total"], l01["supplied"], l01["of"]) == (120, 1, 3)
    assert l01["authorities"] == {NEWCASTLE: None, "E08000024": None, GATESHEAD: 120}
    assert (found["L05"]["total"], found["L05"]["supplied"]) == (0, 1)
    assert (found["L04"]["total"], found["L04"]["supplied"]) == (None, 0)
    rows = {row.code: row for row in ReturnTable(build_return(SEPTEMBER, AS_AT)).rows}
    assert rows["L01"].cell(NEWCASTLE).text == rows["L04"].cell("total").text == NOT_SUPPLIED
    assert rows["L01"].label == "Approved mainstream households (1 of 3 councils)"
    assert rows["L05"].cell(GATESHEAD).text == "0"


def test_net_change_is_approvals_less_those_deregistered(send, make_enquiry, newcastle):
    with time_machine.travel(moment("2026-09-10 10:00")):
        make_enquiry("approved")
    send("2026-09", L02=3)
    send("2026-09", authority=newcastle, L01=80)
    l03 = lines(build_return(SEPTEMBER, AS_AT))["L03"]
    assert (l03["authorities"][GATESHEAD], l03["authorities"][NEWCASTLE], l03["supplied"]) == (-2, None, 1)


def test_only_what_was_sent_by_then(send, directory):
    send("2026-09", L01=120)
    send("2026-09", L01=121, at="2026-10-15 09:00")
    assert lines(build_return(SEPTEMBER, moment("2026-10-12 09:00")))["L01"]["total"] == 120
    assert lines(build_return(SEPTEMBER, AS_AT))["L01"]["total"] == 121
    assert lines(build_return(SEPTEMBER, moment("2026-10-01 09:00")))["L01"]["total"] is None


def test_a_quarter_is_supplied_when_each_month_is(send, newcastle):
    for month, ended, placed in (("2026-06", 0, 50), ("2026-07", 1, 52), ("2026-08", 0, 55), ("2026-09", 2, 61)):
        send(month, L02=ended, L05=placed)
    send("2026-09", authority=newcastle, L02=1, L05=40)
    found = lines(build_quarterly_return(Period.quarter("2026-Q2"), AS_AT))
    assert (found["K06"]["authorities"][GATESHEAD], found["K06"]["authorities"][NEWCASTLE]) == (3, None)
    assert (found["K06"]["total"], found["K06"]["supplied"], found["K07"]["total"]) == (3, 1, -3)
    assert (found["K15 now"]["total"], found["K15 before"]["total"]) == (101, 50)
    assert found["K15 change"]["authorities"][GATESHEAD] == 11 == found["K15 change"]["total"]
