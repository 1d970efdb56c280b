"""Attempts to work hidden numbers out, by all that is shown beside them (measures.md, "Suppression"; decision 31)."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.layout import HIDDEN
from reporting.suppression import protect, protect_medians, protect_shares, protect_together, suppress_together
from reporting.suppression.cells import hidden_cells, is_small
from reporting.suppression.solving import Sum
from tests.reporting.adversary import Counts, sums_of_table, tables, told_by_sums, told_by_the_rules, with_totals
from tests.reporting.documents import count, document, share, spread

SIZES = [(1, 2, 12), (1, 3, 14), (1, 4, 11), (1, 5, 8), (2, 2, 10), (2, 3, 7)]


def small_alone(counts: Counts) -> set:
    return {cell for cell, number in counts.items() if is_small(number)}


@pytest.mark.parametrize(("rows", "columns", "most"), SIZES)
def test_nobody_who_knows_the_rules_can_work_a_count_out(rows, columns, most):
    """Every table there is: those that look alike from outside must differ in every hidden cell."""
    sums = sums_of_table(rows, columns)
    assert told_by_the_rules(tables(rows, columns, most), lambda counts: hidden_cells(counts, sums)) == []


def test_the_adversary_finds_what_hiding_small_numbers_alone_leaves():
    assert told_by_the_rules(tables(2, 2, 8), small_alone)


def test_the_adversary_finds_what_a_choice_by_position_leaves():
    """Hide the first that is still shown, not all the next smallest: then its place tells."""

    def first_shown(counts: Counts) -> set:
        hide = small_alone(counts)
        return (
            hide | set([cell for cell in counts if cell not in hide and counts[cell]][:1]) if len(hide) == 1 else hide
        )

    assert told_by_the_rules(tables(1, 3, 14), first_shown)


inner_tables = st.integers(2, 5).flatmap(
    lambda rows: st.integers(2, 5).flatmap(
        lambda columns: st.lists(
            st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8, 12, 30]), min_size=rows * columns, max_size=rows * columns
        ).map(lambda cells: (rows, columns, cells))
    )
)


def filled(rows: int, columns: int, cells: list[int]) -> tuple[Counts, list[Sum]]:
    sums = sums_of_table(rows, columns)
    places = [(row, column) for row in range(rows) for column in range(columns)]
    return with_totals(dict(zip(places, cells, strict=True)), sums), sums


@settings(max_examples=25, deadline=None)
@given(inner_tables)
def test_larger_tables_leave_two_solutions_for_every_hidden_cell(table):
    counts, sums = filled(*table)
    hide = hidden_cells(counts, sums)
    assert small_alone(counts) <= hide
    assert not any(counts[cell] == 0 for cell in hide)
    assert told_by_sums(counts, sums, hide) == set()


def test_the_solver_finds_what_hiding_small_numbers_alone_leaves():
    counts, sums = filled(3, 3, [3, 8, 12, 9, 2, 30, 12, 12, 12])
    assert told_by_sums(counts, sums, small_alone(counts)) >= {(0, 0), (1, 1)}


def test_two_hidden_in_every_row_and_column_can_still_tell():
    """Two blocks and a cell that joins them: rows less columns of one block give it. That is more than each row and
    column by itself."""
    counts, sums = filled(4, 4, [2, 3, 9, 9, 3, 2, 2, 9, 9, 9, 3, 2, 9, 9, 2, 3])
    by_lines = small_alone(counts)
    assert all(len(by_lines.intersection(one.cells)) != 1 for one in sums)
    assert told_by_sums(counts, sums, by_lines) == {(1, 2)}
    assert told_by_sums(counts, sums, hidden_cells(counts, sums)) == set()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=6))
def test_shares_leave_two_solutions(pairs):
    """Numerator, denominator and total of each; a numerator of 1 to 4 is a count like any other."""
    shares = {f"area {number}": (min(pair), max(pair)) for number, pair in enumerate(pairs)}
    total = (sum(share[0] for share in shares.values()), sum(share[1] for share in shares.values()))
    seen = protect_shares(shares, total)
    cells = {**shares, "total": total}
    assert not any(is_small(numerator) or is_small(of) for key, (numerator, of) in cells.items() if seen[key] != HIDDEN)
    counts = {(key, part): share[place] for key, share in cells.items() for place, part in enumerate(("met", "of"))}
    counts |= {(key, "rest"): of - met for key, (met, of) in cells.items()}
    sums = [Sum((key, "of"), ((key, "met"), (key, "rest"))) for key in cells]
    sums += [Sum(("total", part), tuple((key, part) for key in shares)) for part in ("met", "of", "rest")]
    hidden = {(key, part) for key in cells if seen[key] == HIDDEN for part in ("met", "of", "rest")}
    told = told_by_sums(counts, sums, hidden, least=dict.fromkeys(hidden, 0))
    assert {cell for cell in told if cell[1] != "rest"} == set()


def test_medians_go_with_their_cases():
    seen = protect_medians({"a": 3.0, "b": 7.5, "c": None, "total": 4.0}, {"a": 4, "b": 5, "total": 9})
    assert seen == {"a": HIDDEN, "b": 7.5, "c": None, "total": 4.0}


def test_a_table_is_given_back_as_it_came():
    table = {
        "web": {"a": 9, "b": 3, "total": 12},
        "phone": {"a": 8, "b": 12, "total": 20},
        "total": {"a": 17, "b": 15, "total": 32},
    }
    before = copy.deepcopy(table)
    assert protect(table) == {
        "web": {"a": HIDDEN, "b": HIDDEN, "total": 12},
        "phone": {"a": HIDDEN, "b": HIDDEN, "total": 20},
        "total": {"a": 17, "b": 15, "total": 32},
    }
    assert table == before


MONTHS = {"April": 9, "May": 3, "June": 8}
BOTH = {"Q1": list(MONTHS)}


def months(**more: int) -> dict:
    return {name: {"enquiries": {"total": number}} for name, number in {**MONTHS, **more}.items()}


def test_a_quarter_does_not_give_its_month_away():
    """20 less 9 less 8: one must not be able to choose month after month and then the quarter."""
    alone = {name: protect(table)["enquiries"]["total"] for name, table in months(Q1=20).items()}
    assert alone == {"April": 9, "May": HIDDEN, "June": 8, "Q1": 20}  # which gives 3
    seen = protect_together(months(Q1=20), BOTH)
    assert [table["enquiries"]["total"] for table in seen.values()] == [9, HIDDEN, HIDDEN, 20]


def line(code: str, unit: str, cells, **more) -> dict:
    return {"code": code, "label": code, "unit": unit, "total": sum(cells), **spread(cells), **more}


def broken_down(code: str, breakdown: str, **values) -> dict:
    rows = {key: {"total": sum(cells), **spread(cells)} for key, cells in values.items()}
    return {"code": code, "label": code, "unit": "households", "breakdown": breakdown, "values": rows}


def shown(made: dict, name: str, key: str = "") -> list:
    found = next(one for one in made["lines"] if f"{one['code']} {one.get('breakdown', '')}".strip() == name)
    row = found["values"][key] if key else found
    return [row["total"], *row["authorities"].values(), row["unallocated"]]


def suppressed(*lines: dict) -> dict:
    return suppress_together({"": document(lines=list(lines))})[""]


def test_two_breakdowns_of_one_measure_are_protected_together():
    """M24 by stage and by reason add up to the same: what one hides of it the other must not show."""
    seen = suppressed(
        line("M24", "households", (9, 12, 3, 0)),
        broken_down("M24", "stage", new=(5, 6, 3, 0), in_touch=(4, 6, 0, 0)),
        broken_down("M24", "reason", timing=(9, 7, 3, 0), work=(0, 5, 0, 0)),
    )
    columns = [[shown(seen, "M24 stage", key)[2] for key in ("new", "in_touch")], shown(seen, "M24")[2:3]]
    assert shown(seen, "M24")[3] == HIDDEN
    for name, keys in (("M24 stage", ("new", "in_touch")), ("M24 reason", ("timing", "work"))):
        for column in range(1, 5):
            cells = [shown(seen, name, key)[column] for key in keys]
            # One hidden part beneath a total that is shown would be their difference.
            assert cells.count(HIDDEN) != 1 or shown(seen, "M24")[column] == HIDDEN, columns


def test_net_change_does_not_give_approvals_away():
    """Net change -7 of 9 deregistered: 2 were approved."""
    lines = [line("M18", "households", (2, 8, 9, 0)), line("L02", "households", (9, 6, 5, 0))]
    seen = suppressed(*lines, line("L03", "households", (-7, 2, 4, 0), supplied=3, of=3))
    for column in range(5):
        cells = [shown(seen, code)[column] for code in ("M18", "L02", "L03")]
        assert cells.count(HIDDEN) != 1


def test_places_go_with_approvals():
    seen = suppressed(line("M18", "households", (3, 8, 9, 0)), line("M19", "places", (6, 12, 20, 0)))
    assert shown(seen, "M18") == [20, HIDDEN, HIDDEN, 9, 0]
    assert shown(seen, "M19") == [38, HIDDEN, HIDDEN, 20, 0]


def test_months_of_documents_stand_against_a_quarter_that_another_page_shows():
    cells = {"April": (9, 9, 9, 0), "May": (3, 9, 6, 0), "June": (8, 9, 9, 0)}
    made = {name: document(lines=[count("M02", row)]) for name, row in cells.items()}
    seen = suppress_together(made, BOTH)
    assert list(seen) == list(made)
    newcastle = [shown(one, "M02")[1] for one in seen.values()]
    assert newcastle[1] == HIDDEN and newcastle.count(HIDDEN) > 1


def test_percentages_of_months_stand_against_the_quarter_too():
    """29 of 41 in the quarter less the two other months would give 2 of 9."""
    cells = {"April": ((14, 17),), "May": ((2, 9),), "June": ((13, 15),)}
    made = {name: document(lines=[share("M06", (*row, (0, 0), (0, 0), (0, 0)))]) for name, row in cells.items()}
    seen = suppress_together(made, BOTH)
    totals = [(one["lines"][0]["numerator"], one["lines"][0]["denominator"]) for one in seen.values()]
    assert totals[1] == (None, None) and totals.count((None, None)) == 2


def test_a_median_whose_cases_are_not_said_is_not_shown():
    median = {"code": "K10", "label": "Median", "unit": "days", "total": 58.0, **spread((47.0, None, 61.5, None))}
    assert shown(suppressed(median), "K10") == [HIDDEN, HIDDEN, None, HIDDEN, None]
