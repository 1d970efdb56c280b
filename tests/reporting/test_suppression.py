"""Small numbers: what is hidden, and attempts to work it out again (measures.md, "Suppression")."""

import itertools

import pytest

from reporting.layout import HIDDEN
from reporting.suppression import hidden_shares, protect_row, suppress
from tests.reporting.documents import count, document, percent, share

AREAS = ("a", "b", "c", "d")


def published(cells: tuple[int, ...]) -> tuple:
    """What an outsider sees of a row of counts with its total."""
    return tuple(protect_row(dict(zip(AREAS, cells, strict=False)), sum(cells)).values())


@pytest.mark.parametrize(
    ("cells", "seen"),
    [
        ((0, 5, 9, 12), (0, 5, 9, 12, 26)),
        ((1, 2, 9, 12), ("c", "c", 9, 12, 24)),
        ((3, 6, 9, 12), ("c", "c", 9, 12, 30)),  # one alone takes the next smallest with it
        ((3, 6, 6, 12), ("c", "c", "c", 12, 27)),  # and all that are as small
        ((4, 4, 9, 12), ("c", "c", 9, 12, 29)),  # which 3 and 5 would look like, too
        ((4, 4, 5, 12), ("c", "c", "c", 12, 25)),  # which 3 and 5 would not: both 5 would be hidden
        ((1, 1, 9, 12), ("c", "c", "c", 12, 23)),  # the sum 2 of two would tell
        ((3, 0, 9, 12), ("c", 0, "c", 12, 24)),  # nought hides nobody
        ((3, 0, 0, 0), ("c", 0, 0, 0, "c")),
        ((1, 1, 0, 0), ("c", "c", 0, 0, "c")),
        ((6, 0, 0, 0), (6, 0, 0, 0, 6)),
        ((0, 0, 0, 0), (0, 0, 0, 0, 0)),
    ],
)
def test_rows_of_counts(cells, seen):
    assert published(cells) == seen


def test_no_small_count_is_ever_shown():
    for cells in itertools.product(range(7), repeat=3):
        assert not {1, 2, 3, 4} & {number for number in published(cells) if number != HIDDEN}


def rows_of_shares():
    cells = [(numerator, denominator) for denominator in (0, 2, 6) for numerator in {0, 1, denominator}]
    valid = [cell for cell in cells if cell[0] <= cell[1]]
    return itertools.product(sorted(set(valid)), repeat=3)


def test_hidden_percentages_are_not_all_nothing_or_all_hundred():
    """Total less what is shown gives the hidden ones together: that must leave each of them open."""
    for cells in rows_of_shares():
        row = dict(zip(AREAS, cells, strict=False))
        total = (sum(cell[0] for cell in cells), sum(cell[1] for cell in cells))
        hide = hidden_shares(row, total)
        assert {key for key, (_, cases) in row.items() if 0 < cases < 5} <= hide
        if hide and "total" not in hide:
            numerator, denominator = (sum(row[key][part] for key in hide) for part in (0, 1))
            assert 0 < numerator < denominator
            assert len(hide) > 1


def line_of(made: dict, code: str) -> dict:
    return next(line for line in made["lines"] if line["code"] == code)


def test_a_document_is_copied():
    full = document()
    seen = suppress(full)
    assert full == document()
    assert [line["code"] for line in seen["lines"]] == [line["code"] for line in full["lines"]]


def test_breakdowns_are_hidden_with_their_measure():
    """Web 9, 5, 4 and telephone 3, 3, 2 in three councils."""
    seen = suppress(document())
    channels = line_of(seen, "M03")["values"]
    assert [cell for row in channels.values() for cell in row["authorities"].values()] == ["c"] * 6
    assert channels["phone"]["total"] == 8 and line_of(seen, "M02")["total"] == 26


def test_counts_of_a_document():
    visits = line_of(suppress(document()), "M08")
    assert (visits["total"], *visits["authorities"].values()) == (12, "c", "c", 7)
    applications = line_of(suppress(document()), "M16")
    assert (applications["total"], *applications["authorities"].values()) == ("c", "c", 0, "c")


def test_a_percentage_hides_with_its_cases():
    lines = [count("M02", (3, 7, 9, 0)), share("M06", ((2, 3), (6, 7), (7, 9), (0, 0)))]
    seen = line_of(suppress(document(lines=lines)), "M06")
    hidden = {"value": "c", "numerator": None, "denominator": None}
    assert list(seen["authorities"].values()) == [hidden, hidden, percent(7, 9)]
    assert (seen["total"], seen["numerator"], seen["denominator"]) == (78.9, 15, 19)


def test_a_percentage_that_would_tell_a_small_count_is_hidden():
    """25.0% of a known 8 is 2; and with the other two and the total known, so it would be again."""
    lines = [count("M02", (8, 7, 9, 0)), share("M06", ((2, 8), (6, 7), (7, 9), (0, 0)))]
    seen = line_of(suppress(document(lines=lines)), "M06")
    hidden = {"value": "c", "numerator": None, "denominator": None}
    assert list(seen["authorities"].values()) == [hidden, hidden, percent(7, 9)]


def test_a_percentage_is_hidden_wherever_its_count_is():
    """One case was not due yet, so that the percentage is over other cases than the count."""
    lines = [count("M02", (4, 6, 9, 0)), share("M06", ((3, 4), (3, 5), (7, 9), (0, 0)))]
    seen = suppress(document(lines=lines))
    assert list(line_of(seen, "M02")["authorities"].values()) == ["c", "c", 9]
    assert [cell["value"] for cell in line_of(seen, "M06")["authorities"].values()] == ["c", "c", 77.8]


def test_a_median_over_fewer_than_five_cases_is_hidden():
    seen = suppress(document())
    days = line_of(seen, "M17")
    assert (days["total"], *days["authorities"].values()) == ("c", "c", None, "c")
    assert line_of(seen, "M07")["authorities"]["E08000021"] == 1.0
