import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.working_time import WorkingTime, local_date, working_time
from tests.conftest import moment

PLAIN = WorkingTime()
day = datetime.date.fromisoformat


@pytest.mark.parametrize(
    ("received", "day_zero"),
    [
        ("2026-09-02 16:59", "2026-09-02"),
        ("2026-09-02 17:00", "2026-09-03"),  # 17:00 exactly is after opening hours
        ("2026-09-02 03:00", "2026-09-02"),  # before opening on a working day is that day
        ("2026-09-05 10:00", "2026-09-07"),  # Saturday
        ("2026-08-31 10:00", "2026-09-01"),  # the summer bank holiday
        ("2026-12-24 17:30", "2026-12-29"),  # Christmas, a weekend and the substitute day
        ("2026-03-29 01:30", "2026-03-30"),  # the night the clocks go forward
        ("2028-02-29 09:00", "2028-02-29"),
    ],
)
def test_day_zero(received, day_zero):
    assert PLAIN.day_zero(moment(received)) == day(day_zero)


def test_day_zero_goes_by_london_time_not_utc():
    late_utc = datetime.datetime(2026, 9, 2, 16, 30, tzinfo=datetime.UTC)  # 17:30 in London
    assert PLAIN.day_zero(late_utc) == day("2026-09-03")
    assert local_date(datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC)) == day("2026-07-02")


def test_working_days_after_counts_the_facts_day_and_not_day_zero():
    assert PLAIN.working_days_after(day("2026-09-03"), day("2026-09-03")) == 0
    assert PLAIN.working_days_after(day("2026-09-03"), day("2026-09-01")) == 0
    assert PLAIN.working_days_after(day("2026-09-03"), day("2026-09-07")) == 2
    assert PLAIN.working_days_after(day("2026-12-24"), day("2026-12-29")) == 1


@given(st.dates(day("2020-01-01"), day("2029-12-01")), st.integers(0, 40))
def test_adding_working_days_and_counting_them_agree(start, count):
    assert PLAIN.working_days_after(start, PLAIN.add_working_days(start, count)) == count


def test_a_clock_is_due_at_the_end_of_opening_hours():
    assert PLAIN.due(moment("2026-11-20 18:30"), 1) == moment("2026-11-24 17:00")
    assert PLAIN.due(moment("2026-11-20 10:00"), 1) == moment("2026-11-23 17:00")


def test_the_hubs_own_closures_and_extra_days_come_from_the_database(hub):
    from hub.models import Closure

    Closure.objects.create(day=day("2026-11-23"), reason="Training day")
    Closure.objects.create(day=day("2026-12-28"), open_instead=True, reason="Open on the substitute day")
    hub.closes_at = datetime.time(20)
    hub.save()
    calendar = working_time()
    assert not calendar.is_working_day(day("2026-11-23"))
    assert calendar.is_working_day(day("2026-12-28"))
    assert calendar.day_zero(moment("2026-11-20 19:00")) == day("2026-11-20")
