"""What must hold of the figures whatever the facts, and what a data officer is told before signing."""

import datetime

import pytest
import time_machine

from enquiries.casework.services import choose_authority
from enquiries.models import Activity
from enquiries.services import record_history
from hub.current import current
from reporting.measures import MONTHLY, QUARTERLY, Period, cases_behind, compute_lines, data_quality
from reporting.measures.cases import CASES
from reporting.returns import build_return
from tests.conftest import moment
from tests.reporting.histories import Histories, store

SEPTEMBER = Period.month("2026-09")
LATER = moment("2027-02-01 09:00")


def totals(period, as_at=LATER):
    lines = compute_lines(MONTHLY, period, as_at)
    return {line["code"]: line["total"] for line in lines if "total" in line}


def rows(lines):
    for line in lines:
        yield from line["values"].values() if "values" in line else [line]


def test_every_line_has_its_cases_and_its_place():
    assert [line.name for line in (*MONTHLY, *QUARTERLY)] == list(CASES)
    codes = list(dict.fromkeys(line.code for line in MONTHLY))
    assert codes == [f"M{number:02}" for number in range(1, 27)]


@pytest.mark.django_db
def test_a_total_is_its_authorities_and_the_unallocated():
    store(Histories(7, 200).world)
    for row in rows(compute_lines(MONTHLY, SEPTEMBER, LATER)):
        cells = [*row["authorities"].values(), row["unallocated"]]
        if "denominator" in row:
            for part in ("numerator", "denominator"):
                assert row[part] == sum(cell[part] for cell in cells)
        elif isinstance(row["total"], int):
            assert row["total"] == sum(cells)


@pytest.mark.django_db
def test_a_breakdown_adds_up_to_its_line():
    store(Histories(8, 200).world)
    lines = compute_lines(MONTHLY, SEPTEMBER, LATER)
    totals = {line["code"]: line["total"] for line in lines if "total" in line} | {
        code: totals_of["total"] for code in ("M03", "M04") for totals_of in lines if totals_of["code"] == "M02"
    }
    for line in lines:
        if "values" in line:
            assert sum(row["total"] for row in line["values"].values()) == totals[line["code"]], line["code"]


@pytest.mark.django_db
def test_what_is_open_is_what_was_open_plus_what_came_less_what_ended():
    world = Histories(9, 300).world
    # Where nothing is reopened, and nothing ended twice or before it came, the flows must meet the stock.
    voided = {fact.voids for fact in world.facts}
    parted = {fact.id for fact in world.facts if fact.kind == "merged" and fact.id in voided}
    world.facts = [f for f in world.facts if f.kind not in ("reopened", "voided") and f.id not in parted]
    received = {fact.enquiry: fact.on for fact in world.facts if fact.kind == "received"}
    merged = [fact for fact in world.facts if fact.kind == "merged"]
    ended = {number for fact in merged for number in (fact.enquiry, fact.into)}
    applied = {fact.enquiry: fact.on for fact in world.facts if fact.kind == "application_received"}
    kept = []
    for fact in world.facts:
        if fact.kind in ("closed", "decided"):
            too_early = fact.on < max(received[fact.enquiry], applied.get(fact.enquiry, received[fact.enquiry]))
            if fact.enquiry in ended or too_early or (fact.kind == "decided" and fact.enquiry not in applied):
                continue
            ended.add(fact.enquiry)
        kept.append(fact)
    world.facts = kept
    store(world)
    before, now = totals(Period.month("2026-08")), totals(SEPTEMBER)
    ended_now = sum(now[code] for code in ("M18", "M20", "M21", "M22", "M24"))
    assert ended_now > 10
    assert now["M25"] == before["M25"] + now["M02"] - ended_now


@pytest.mark.django_db
def test_a_return_costs_the_same_few_queries_whatever_it_counts(django_assert_max_num_queries):
    store(Histories(10, 60).world)
    current()  # what is configured is read once in a process, not for every return
    with django_assert_max_num_queries(17):
        build_return(SEPTEMBER, LATER)


def test_a_hub_without_enquiries_has_zeros_and_no_medians(authorities):
    lines = compute_lines(MONTHLY, SEPTEMBER, LATER)
    assert {row["total"] for row in rows(lines)} == {0, None}
    assert list(lines[0]["authorities"]) == ["E08000021", "E08000024", "E08000037"]
    assert list(lines[2]["values"]) == ["web", "phone", "email", "event", "authority", "referral", "other"]


@time_machine.travel(moment("2026-11-20 12:00"))  # recorded before LATER, whenever the test runs
def test_what_rule_10_leaves_out_and_what_m19_misses_is_listed(make_enquiry, newcastle):
    enquiry = make_enquiry(received_at=moment("2026-09-10 10:00"))
    sent = Activity(kind="handover_sent", occurred_at=moment("2026-09-14 10:00"), authority=newcastle)
    facts = [
        Activity(kind="conversation", occurred_at=moment("2026-09-09 10:00")),
        sent,
        Activity(kind="handover_accepted", occurred_at=moment("2026-09-13 10:00"), about=sent),
        Activity(kind="application_received", occurred_at=moment("2026-09-20 00:00")),
        Activity(kind="decided", occurred_at=moment("2026-09-19 00:00"), outcome="approved"),
    ]
    record_history(enquiry=enquiry, facts=facts)
    found = {finding["code"]: finding["enquiries"] for finding in data_quality(SEPTEMBER, LATER)}
    assert found == {
        code: [enquiry.pk]
        for code in (
            "conversation_before_received",
            "answer_before_sent",
            "decision_before_application",
            "approval_without_places",
        )
    }
    assert data_quality(Period.month("2026-08"), LATER) == []


@time_machine.travel(moment("2026-11-20 12:00"))  # recorded before LATER, whenever the test runs
def test_anything_else_before_the_enquiry_is_listed_once(make_enquiry):
    first, second, third = (make_enquiry(received_at=moment("2026-09-10 10:00")) for _ in range(3))
    early = moment("2026-08-20 10:00")
    record_history(enquiry=first, facts=[Activity(kind="conversation", occurred_at=early)])
    eoi = Activity(kind="eoi_submitted", occurred_at=early)
    record_history(enquiry=second, facts=[Activity(kind="conversation", occurred_at=early), eoi])
    record_history(enquiry=third, facts=[Activity(kind="closed", occurred_at=early, reason="timing")])
    for period in (SEPTEMBER, Period.month("2026-08")):
        found = {finding["code"]: finding["enquiries"] for finding in data_quality(period, LATER)}
        assert found == {
            "conversation_before_received": [first.pk, second.pk],
            "fact_before_received": [second.pk, third.pk],
        }
    assert data_quality(Period.month("2026-07"), LATER) == []


def test_a_return_of_then_has_the_council_of_then(make_enquiry, newcastle, worker):
    with time_machine.travel(moment("2026-09-10 10:00"), tick=False):
        enquiry = make_enquiry()
    with time_machine.travel(moment("2026-10-10 10:00"), tick=False):
        choose_authority(enquiry=enquiry, by=worker, authority=newcastle, why="They work in Gateshead")
    for as_at, code in [("2026-10-01 09:00", "E08000037"), ("2026-10-11 09:00", newcastle.gss_code)]:
        cases = cases_behind("M02", SEPTEMBER, moment(as_at))
        assert [(case.enquiry_id, case.area) for case in cases] == [(enquiry.pk, code)]


@pytest.mark.parametrize("text", ["2026-13", "2026-9", "2026-00", "0000-01", "09/2026", "", "2026-09-01", "२०२६-०९"])
def test_a_month_is_written_one_way(text):
    with pytest.raises(ValueError, match="2026-09"):
        Period.month(text)


def test_a_month_ends_on_its_last_day():
    assert Period.month("2028-02") == Period(datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))
    assert str(SEPTEMBER) == "September 2026"


def test_a_quarter_is_of_the_financial_year():
    assert Period.quarter("2026-Q1") == Period(datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    assert Period.quarter("2026-Q4") == Period(datetime.date(2027, 1, 1), datetime.date(2027, 3, 31))
    assert Period.quarter("2026-Q2").earlier(months=6) == Period(datetime.date(2026, 1, 1), datetime.date(2026, 3, 31))
    assert Period.quarter("2026-Q2").earlier(months=9) == Period.quarter("2025-Q3")
    assert str(Period.quarter("2026-Q2")) == "July to September 2026"


@pytest.mark.parametrize("text", ["2026-Q5", "2026-Q0", "2026Q1", "2026-q1", "", "9999-Q4"])
def test_a_quarter_is_written_one_way(text):
    with pytest.raises(ValueError, match="2026-Q1"):
        Period.quarter(text)
