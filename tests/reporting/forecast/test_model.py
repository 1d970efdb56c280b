"""The forecast of small histories whose answers were reckoned by hand, and of invented ones whose truth is known."""

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.forecast import backtest, model
from reporting.forecast.backtest import KINDS, TOTAL, forecast_at, judge, look_back, spread
from reporting.forecast.model import NEW, New, count, expect_new, follow, learn, look_ahead
from reporting.forecast.paths import APPLIED, APPROVED, ASKED, ENDED, SPOKEN, Path, month_of, number_of, state_at
from reporting.forecast.promptness import Promptness
from reporting.forecast.ranges import _chances, likely_range
from reporting.forecast.whatif import Assumptions, Staffing, conversion, with_conversion

JANUARY = number_of(month_of(2025 * 12).first)


def test_months_are_numbers_and_back():
    assert str(month_of(JANUARY)) == "January 2025"
    assert str(month_of(JANUARY + 11)) == "December 2025"


def test_a_household_stands_where_its_dates_up_to_the_month_say():
    path = Path(10, spoken=10, sent=12, applied=14, assessed=15, approved=20)
    assert [state_at(path, month) for month in (9, 10, 11, 12, 14, 16, 20)] == [
        None, (1, 0), (1, 1), (3, 2), (4, 0), (5, 2), (6, 0)
    ]  # fmt: skip


def test_what_is_dated_later_is_not_known():
    assert state_at(Path(10, spoken=11, ended=12), 11) == (SPOKEN, 1)
    assert state_at(Path(10, spoken=11, ended=12), 12) == (ENDED, 0)


def hundred() -> list[tuple[Path, int]]:
    """100 who asked in month 10 and were spoken to at once: 20 applied a month later, 30 ended, 50 are still there.
    Of the 20 who applied, 10 were approved a month after."""
    return [
        (Path(10, spoken=10, applied=11, approved=12), 10),
        (Path(10, spoken=10, applied=11), 10),
        (Path(10, spoken=10, ended=11), 30),
        (Path(10, spoken=10), 50),
    ]


def test_the_shares_are_those_of_the_households_that_stood_there():
    table = learn(count(hundred(), 10, 12), 12)
    assert table[NEW, 0] == {SPOKEN: 1.0}
    assert table[SPOKEN, 0] == {SPOKEN: 0.5, APPLIED: 0.2, ENDED: 0.3}
    assert table[APPLIED, 0] == {APPLIED: 0.5, APPROVED: 0.5}


def test_where_nobody_ever_stood_everybody_stays():
    assert learn(count(hundred(), 10, 12), 12)[ASKED, 3] == {ASKED: 1.0}


def test_where_few_stood_for_so_long_the_whole_stage_is_taken():
    # 19 in their second month all applied; with 100 in their first, of whom 19 stayed, that is 119 of whom 19 did.
    paths = [(Path(10, spoken=10, ended=11), 81), (Path(10, spoken=10, applied=12), 19)]
    table = learn(count(paths, 10, 12), 12)
    assert table[SPOKEN, 1][APPLIED] == pytest.approx(19 / 119)


def test_the_chances_of_a_new_household_reckoned_by_hand():
    course = follow(learn(count(hundred(), 10, 17), 17), (NEW, 0))
    # Asks and is spoken to; a month later 20% apply; of the 50% left nobody moved later. Of the 20% half are approved.
    assert course.applied == pytest.approx((0, 0.2, 0, 0, 0, 0))
    # Those in their second month after applying were fewer than 20, so all who applied: 10 of 10 + 10 * 6 months.
    assert course.approved[:3] == pytest.approx((0, 0, 0.1))


def test_the_expected_number_and_its_variance_reckoned_by_hand():
    table = learn(count(hundred(), 10, 17), 17)
    found = look_ahead("applied", table, {(SPOKEN, 0): 40}, [New(10, 15)] * 6)
    assert found.months[0].mean == pytest.approx(40 * 0.2)
    assert found.months[0].variance == pytest.approx(40 * 0.2 * 0.8)
    assert found.months[1].mean == pytest.approx(10 * 0.2)
    assert found.months[1].variance == pytest.approx(10 * 0.2 * 0.8 + 15 * 0.2**2)
    assert found.total.mean == pytest.approx(40 * 0.2 + 5 * 10 * 0.2)


def test_new_enquiries_are_those_of_the_season_at_the_level_of_the_last_year():
    received = dict.fromkeys(range(12), 10) | dict.fromkeys(range(12, 24), 20)
    received[0], received[12] = 20, 40  # Twice as many in one month of both years
    found = expect_new(received, 23, 0)
    level = (sum(received.values()) - 130) / 12
    assert found[0].mean / found[1].mean == pytest.approx(2)
    assert sum(one.mean for one in found[1:]) / 5 == pytest.approx(level * 15 / (390 / 24))


def test_with_less_than_two_years_the_last_months_are_what_is_expected():
    assert [one.mean for one in expect_new({1: 4, 2: 8}, 2, 1)] == [6] * 6


months = st.integers(0, 30)
step = st.none() | months
path = st.builds(Path, months, step, step, step, step, step, step, step, st.booleans())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(path, st.integers(1, 40)), max_size=25))
def test_expected_is_never_less_than_none_nor_more_than_all_there_are(paths):
    counts = count(paths, 0, 30)
    new = expect_new(counts.received, 30, 0)
    everybody = counts.open[30].total() + sum(one.mean for one in new)
    for kind in KINDS:
        found = look_ahead(kind, learn(counts, 30), counts.open[30], new)
        assert all(0 <= one.mean <= everybody + 1e-6 for one in (*found.months, found.total))
        assert found.total.mean == pytest.approx(sum(one.mean for one in found.months))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(path, st.integers(1, 40)), max_size=25), st.integers(6, 29))
def test_a_forecast_of_the_past_uses_nothing_that_came_after(paths, at):
    known = [
        (Path(*(when if when is not None and when <= at else None for when in one[:-1]), True), number)
        for one, number in paths
        if one.received <= at
    ]
    for kind in KINDS:
        then, now = (forecast_at(kind, count(some, 0, 30), at, 0) for some in (known, paths))
        assert then == now


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(path, st.integers(1, 40)), max_size=25), st.integers(0, 12))
def test_who_is_open_in_each_month_is_where_each_household_stands_then(paths, first):
    counts = count(paths, first, 30)
    for month in range(first, 31):
        standing: Counter = Counter()
        for one, number in paths:
            if (state := state_at(one, month)) and state[0] < APPROVED:
                standing[state] += number
        assert counts.open.get(month, Counter()) == standing


def test_a_leak_would_be_caught(monkeypatch):
    """Whoever lets the forecast see where people stand two months later fails the test above."""
    paths = [(Path(month, spoken=month, applied=month + 2), 30) for month in range(12)]
    known = [
        (one._replace(applied=one.applied if one.applied <= 8 else None), n) for one, n in paths if one.received <= 8
    ]
    honest = [forecast_at("applied", count(some, 0, 14), 8, 0) for some in (known, paths)]
    assert honest[0] == honest[1]
    monkeypatch.setattr(model, "state_at", lambda path, month: state_at(path, month + 2))
    leaking = [forecast_at("applied", count(some, 0, 14), 8, 0) for some in (known, paths)]
    assert leaking[0] != leaking[1]


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.3), (4, 4), (4, 12), (60, 60), (60, 300), (149, 1000)])
def test_a_range_holds_four_fifths_of_what_it_is_said_to(mean, variance):
    low, high = likely_range(mean, variance)
    chances = list(itertools.islice(_chances(mean, variance), 1500))
    assert sum(chances) == pytest.approx(1)
    assert sum(chances[low : high + 1]) >= 0.8
    assert sum(chances[:low]) <= 0.1
    assert low <= mean + 1 and high >= mean - 1


def test_a_range_of_large_numbers_goes_on_where_small_ones_end():
    small, large = likely_range(149.9, 400), likely_range(150.1, 400)
    assert abs(small[0] - large[0]) <= 2 and abs(small[1] - large[1]) <= 2


def test_of_nothing_nothing_is_expected():
    assert likely_range(0, 0) == (0, 0)


def invented(seed: int, months: int) -> Counter:
    """A hub as the model thinks of it, with months that differ more than chance makes them."""
    rng = random.Random(seed)
    paths: Counter = Counter()
    for month in range(months):
        for _ in range(round(rng.gammavariate(16, 60 / 16))):
            applied = approved = ended = None
            for later in range(month + 1, months):
                if applied is None and rng.random() < 0.06:
                    applied = later
                elif applied is not None and later - applied >= 4 and rng.random() < 0.3:
                    approved = later
                    break
                elif rng.random() < 0.12:
                    ended = later
                    break
            paths[Path(month, spoken=month, applied=applied, approved=approved, ended=ended)] += 1
    return paths


def test_ranges_hold_what_they_promise_where_the_truth_is_known():
    inside = {kind: [] for kind in KINDS}
    for seed in range(6):
        trials = look_back(count(invented(seed, 44).items(), 0, 43), 43, 0)
        for kind in KINDS:
            inside[kind] += [one.is_inside for one in trials if one.kind == kind]
    for kind in KINDS:
        assert 0.75 < sum(inside[kind]) / len(inside[kind]) < 0.96, kind


def test_in_the_back_test_every_forecast_is_beside_what_came():
    paths = invented(3, 30)
    counts = count(paths.items(), 0, 29)
    trials = look_back(counts, 29, 0)
    assert min(one.made_at for one in trials) == 5
    assert max(one.month for one in trials) == 29
    for one in trials:
        of = range(one.made_at + 1, one.made_at + 7) if one.ahead == TOTAL else [one.month]
        assert one.came == sum(counts.came(one.kind, month) for month in of)


def test_where_nobody_can_have_applied_the_simple_forecast_is_of_last_year():
    counts = count([(Path(0, applied=month), month + 1) for month in range(24)], 0, 23)
    found = {(one.made_at, one.ahead): one.naive for one in look_back(counts, 23, 0) if one.kind == "applied"}
    assert found[11, 1] == 1  # month 12 as month 0
    assert found[5, 1] == pytest.approx((1 + 2 + 3 + 4 + 5 + 6) / 6)  # no year yet: the last six


def test_a_range_widens_only_by_what_could_be_judged_then():
    def trial(at, came):
        return backtest.Trial("applied", at, 1, model.Expected(10, 10), 5, 15, came, 0)

    trials = [trial(5, 10), trial(8, 90)]
    assert spread(trials, "applied", 1, 8) == spread(trials[:1], "applied", 1, 8)
    assert spread(trials, "applied", 1, 9) > 10
    assert spread([], "applied", 1, 9) == 2


def test_how_good_it_was_is_reckoned_by_hand():
    def trial(expected, came, naive, *, kind="applied"):
        return backtest.Trial(kind, 20, 1, model.Expected(expected, 5), 4, 12, came, naive)

    found = judge([trial(8, 10, 4), trial(9, 3, 4), trial(0, 9, 9, kind="approved")], "applied", 22)
    assert (found.trials, found.error, found.bias, found.inside, found.naive_error) == (2, 4, 2, 0.5, 3.5)
    assert judge([], "applied", 22) is None


def test_another_conversion_is_reached():
    table = learn(count(invented(1, 40).items(), 0, 39), 39)
    for wanted in (0.05, 0.2, 0.5):
        assert conversion(with_conversion(table, "applied", wanted), "applied") == pytest.approx(wanted, abs=1e-3)
    for cell, moves in with_conversion(table, "applied", 0.5).items():
        assert sum(moves.values()) == pytest.approx(1), cell
        assert all(share >= 0 for share in moves.values())


def test_assuming_nothing_changes_nothing():
    table = learn(count(hundred(), 10, 12), 12)
    assert Assumptions().table(table) == table
    assert Assumptions().new([New(3, 4)]) == [New(3, 4)]
    assert not Assumptions(step="eoi").is_otherwise


def test_more_enquiries_are_more_and_vary_more():
    assert Assumptions(change=50).new([New(10, 12)]) == [New(15, 27)]


def test_who_cannot_be_rung_in_time_is_rung_late():
    # 2 people, 6 hours a week, 52 minutes each: 60 a month.
    staffing = Staffing(workers=2, hours=6, minutes=52, loss=50, usual=1)
    assert staffing.capacity == pytest.approx(60)
    assert staffing.in_time(120) == pytest.approx(0.5)
    assert staffing.in_time(30) == 1
    assert staffing.weight(120) == pytest.approx(0.75)
    assert staffing.weight(60) == pytest.approx(1)


def test_what_lateness_costs_is_our_own_history_where_there_is_enough():
    known = Promptness(in_time=100, applied_in_time=20, late=50, applied_late=5)
    assert known.loss == pytest.approx(50)
    assert Promptness(in_time=100, applied_in_time=9, late=50).loss == 20
    assert Promptness(in_time=100, applied_in_time=10, late=50, applied_late=40).loss == 0
