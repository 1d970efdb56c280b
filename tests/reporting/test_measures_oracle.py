"""The measures in SQL against the slow reckoning in plain Python, on odd histories: every cell must be equal."""

import datetime
import statistics

import pytest

from reporting.measures import MONTHLY, QUARTERLY, Period, cases_behind, compute_lines
from tests.reporting.histories import Histories, store
from tests.reporting.oracle import LONDON, QUARTERLY_MEDIANS, Oracle

# The last day's end, a moment of the month itself, midnight at the end of a target day, and long after.
MOMENTS = ["2026-09-15 12:00", "2026-10-01 00:00", "2026-10-02 00:00", "2026-10-20 09:00", "2027-02-01 09:00"]


def moment(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=LONDON)


def figures(lines):
    """(code, breakdown, key, column) → cell."""
    found = {}
    for line in lines:
        by = line.get("breakdown", "")
        for key, row in line["values"].items() if by else [("", line)]:
            total = row["total"]
            if "denominator" in row:
                total = {"value": total, "numerator": row["numerator"], "denominator": row["denominator"]}
            for column, cell in [("total", total), *row["authorities"].items(), ("unallocated", row["unallocated"])]:
                found[line["code"], by, key, column] = cell
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_every_cell_is_what_the_words_say(seed):
    agree(Histories(seed, 250).world)


@pytest.mark.django_db
def test_dates_that_cannot_be_change_nothing_of_the_rules():
    agree(Histories(4, 250).with_odd_dates().world)


@pytest.mark.django_db
def test_a_council_is_that_of_the_moment():
    agree(Histories(5, 250).with_second_thoughts().world)


def agree(world):
    store(world)
    for month in ("2026-07", "2026-08", "2026-09"):
        period = Period.month(month)
        for as_at in map(moment, MOMENTS):
            got = figures(compute_lines(MONTHLY, period, as_at))
            expected = Oracle(world, period.first, period.last, as_at).figures()
            differing = {
                cell: (got.get(cell), expected.get(cell))
                for cell in got.keys() | expected.keys()
                if cell not in got or cell not in expected or got[cell] != expected[cell]
            }
            assert not differing, f"{month} as at {as_at}: (SQL, Python) of each"


@pytest.mark.django_db
@pytest.mark.parametrize("histories", [Histories(100, 400), Histories(103, 200).with_odd_dates()], ids=["", "odd"])
def test_the_cases_behind_every_cell_are_the_very_ones(histories):
    """Stronger than the figures: a median or a sum can be right by luck."""
    world = histories.world
    store(world)
    period, as_at = Period.month("2026-08"), moment("2026-10-20 09:00")
    oracle = Oracle(world, period.first, period.last, as_at)
    for line in MONTHLY:
        expected = [
            (key, area, *case)
            for (code, by, key, area), cases in oracle.cases.items()
            if (code, by) == (line.code, line.breakdown)
            for case in cases
        ]
        cases = cases_behind(line.name, period, as_at)
        got = [(case.key, case.area, case.enquiry_id, value_of(case, line)) for case in cases]
        assert sorted(got) == sorted(expected), line.name


def value_of(case, line):
    if line.shape == "percent":
        return case.is_hit
    return (case.amount or 0) if line.shape in ("median", "sum") else 1


@pytest.mark.django_db
def test_the_cases_of_one_cell_alone():
    world = Histories(101, 60).world
    store(world)
    period, as_at = Period.month("2026-08"), moment("2026-10-20 09:00")
    everything = cases_behind("M24 by reason", period, as_at)
    key, area = everything[0].key, everything[0].area
    assert cases_behind("M24 by reason", period, as_at, key=key, area=area) == [
        case for case in everything if (case.key, case.area) == (key, area)
    ]
    assert cases_behind("M25", period, as_at, area="unallocated") == [
        case for case in cases_behind("M25", period, as_at) if case.area == "unallocated"
    ]
    assert cases_behind("M25", period, as_at, area="E99999999") == []


@pytest.mark.django_db
@pytest.mark.parametrize("quarter", ["2026-Q2", "2026-Q3", "2026-Q4"])
def test_the_quarterly_lines(quarter):
    world = Histories(102, 200).world
    store(world)
    period, as_at = Period.quarter(quarter), moment("2027-02-01 09:00")
    cohorts = [(earlier.first, earlier.last) for earlier in (period.earlier(months=6), period.earlier(months=9))]
    lines = {(line["code"], line.get("basis")): line for line in compute_lines(QUARTERLY, period, as_at)}
    oracle = Oracle(world, period.first, period.last, as_at)
    for name, counts in oracle.conversions(*cohorts).items():
        assert (lines[name]["numerator"], lines[name]["denominator"]) == counts, name
    for code, same in QUARTERLY_MEDIANS.items():
        cases = [value for key, found in oracle.cases.items() if key[0] == same for _, value in found]
        got = [case.amount for case in cases_behind(code, period, as_at)]
        assert sorted(got) == sorted(cases), code
        assert lines[code, None]["total"] == (statistics.median(cases) if cases else None), code
