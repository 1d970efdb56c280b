"""What must hold of the figures of any history: parts add up to their whole, and flows meet the stock."""

import datetime
from collections import defaultdict
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.measures import MONTHLY, Period, cases_behind, compute_lines
from tests.conftest import moment
from tests.reporting.histories import Histories, store

JULY, AUGUST, SEPTEMBER = (Period.month(f"2026-0{month}") for month in (7, 8, 9))
QUARTER, AS_AT = Period.quarter("2026-Q2"), moment("2027-02-01 09:00")
# What is counted when it happens; a quarter has as many as its months together.
FLOWS = ("M01", "M02", "M05", "M08", "M10", "M11", "M12", "M13", "M14", "M16", "M18", "M19", "M20", "M21", "M22", "M24")
pytestmark = pytest.mark.django_db
seeds = given(seed=st.integers(0, 2**32))
few = settings(max_examples=6, deadline=None, derandomize=True, database=None)


@contextmanager
def stored(world):
    with transaction.atomic():
        store(world)
        yield
        transaction.set_rollback(True)


def lines_of(period: Period, as_at: datetime.datetime = AS_AT) -> list[dict]:
    return compute_lines(MONTHLY, period, as_at)


def columns_of(row: dict) -> dict:
    return {"total": row["total"], **row["authorities"], "unallocated": row["unallocated"]}


def totals(lines: list[dict]) -> dict:
    return {line["code"]: line["total"] for line in lines if "total" in line}


@few
@seeds
def test_totals_are_their_authorities_and_breakdowns_their_line(seed):
    with stored(Histories(seed, 60).world):
        lines = lines_of(AUGUST)
    plain = {line["code"]: columns_of(line) for line in lines if "total" in line}
    for line in lines:
        for row in line["values"].values() if "values" in line else [line]:
            cells = [*row["authorities"].values(), row["unallocated"]]
            if line["unit"] == "percent":
                for part in ("numerator", "denominator"):
                    assert row[part] == sum(cell[part] for cell in cells), line["code"]
                assert row["numerator"] <= row["denominator"]
            elif "days" not in line["unit"]:
                assert row["total"] == sum(cells), line["code"]
        if "values" in line:
            whole = plain["M02" if line["code"] in ("M03", "M04") else line["code"]]
            for column, count in whole.items():
                added = sum(columns_of(row)[column] for row in line["values"].values())
                assert added == count, (line["code"], line["breakdown"], column)


@few
@seeds
def test_what_is_part_of_another_is_never_more(seed):
    with stored(Histories(seed, 60).world):
        found = {line["code"]: line for line in lines_of(SEPTEMBER) if "total" in line}
    assert found["M26"]["total"] <= found["M25"]["total"]
    assert found["M06"]["denominator"] <= found["M02"]["total"]
    assert found["M09"]["denominator"] <= found["M08"]["total"]


@few
@seeds
def test_a_quarter_has_as_many_as_its_months(seed):
    with stored(Histories(seed, 60).world):
        months = [totals(lines_of(period)) for period in (JULY, AUGUST, SEPTEMBER)]
        quarter = totals(lines_of(QUARTER))
    for code in FLOWS:
        assert quarter[code] == sum(month[code] for month in months), code
    assert quarter["M25"] == months[-1]["M25"] and quarter["M26"] == months[-1]["M26"]


@few
@seeds
def test_open_at_the_end_is_open_before_and_received_and_reopened_less_closed_and_decided(seed):
    world = Histories(seed, 80).world
    # Joined households have the facts of several; their stock is the others' (test_measures_oracle.py).
    joining = {fact.id for fact in world.facts if fact.kind == "merged"}
    world.facts = [fact for fact in world.facts if fact.id not in joining and fact.voids not in joining]
    voided = {fact.voids for fact in world.facts}
    facts = [fact for fact in world.facts if fact.id not in voided and SEPTEMBER.first <= fact.on <= SEPTEMBER.last]
    happened = defaultdict(set)
    for fact in facts:
        happened[fact.kind].add(fact.enquiry)
    with stored(world):
        before, now = ({case.enquiry_id for case in cases_behind("M25", month, AS_AT)} for month in (AUGUST, SEPTEMBER))
        counted = totals(lines_of(SEPTEMBER))
    came, went = now - before, before - now
    assert came <= happened["received"] | happened["reopened"]
    assert went <= happened["closed"] | happened["decided"]
    assert counted["M25"] == len(before) + len(came) - len(went)


@few
@seeds
def test_a_figure_is_as_many_as_the_cases_behind_it(seed):
    with stored(Histories(seed, 40).world):
        lines = lines_of(AUGUST)
        behind = {line.name: cases_behind(line.name, AUGUST, AS_AT) for line in MONTHLY if line.shape == "count"}
    for line in lines:
        if line["unit"] in ("households", "referrals") and "total" in line:
            for area, count in columns_of(line).items():
                cases = [case for case in behind[line["code"]] if area in ("total", case.area)]
                assert len(cases) == count, (line["code"], area)
