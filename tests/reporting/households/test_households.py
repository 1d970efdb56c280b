"""The derived tables: whatever happened and however it was written, they say what the facts say."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from enquiries.models import Activity, Enquiry
from hub.models import Closure
from reporting.households import upkeep
from reporting.households.models import Changed, Household, Referral
from reporting.households.reading import OF_NOW_ALONE, Chosen, add_up, lines_now
from reporting.measures import MONTHLY, QUARTERLY, Period, compute_lines
from tests.reporting.histories import Histories, store

pytestmark = pytest.mark.django_db
LATER = datetime.datetime(2027, 2, 1, 9, tzinfo=datetime.UTC)
LINES = [line for line in MONTHLY if line.name not in OF_NOW_ALONE]


@pytest.fixture(params=["plain", "odd dates", "second thoughts"])
def histories(request):
    made = {
        "plain": lambda: Histories(200, 250),
        "odd dates": lambda: Histories(201, 250).with_odd_dates(),
        "second thoughts": lambda: Histories(202, 250).with_second_thoughts(),
    }[request.param]()
    store(made.world)
    with connection.cursor() as cursor:  # the histories bring ids of their own
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('enquiries_activity', 'id'), max(id)) FROM enquiries_activity"
        )
    with time_machine.travel(LATER, tick=False):
        yield made


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Household, Referral)]


def test_every_line_is_the_returns_own(histories):
    upkeep.catch_up()
    for month in ("2026-07", "2026-08", "2026-09"):
        period = Period.month(month)
        assert lines_now(LINES, period) == compute_lines(LINES, period, timezone.now())


@pytest.mark.parametrize("quarter", ["2026-Q1", "2026-Q2"])
def test_conversions_of_a_quarter_too(histories, quarter):
    upkeep.catch_up()
    period = Period.quarter(quarter)
    assert lines_now(QUARTERLY, period) == compute_lines(QUARTERLY, period, timezone.now())


def test_months_are_those_of_a_return_each(histories):
    upkeep.catch_up()
    names = [line.name for line in LINES]
    quarter = add_up(names, Chosen(Period.quarter("2026-Q2")), by=["month"])
    for month in ("2026-07", "2026-08", "2026-09"):
        alone = add_up(names, Chosen(Period.month(month)))
        of_month = {
            (cell.line, cell.key): sums
            for cell, sums in quarter.items()
            if cell.month == datetime.date.fromisoformat(f"{month}-01")
        }
        assert of_month == {(cell.line, cell.key): sums for cell, sums in alone.items()}


def test_what_is_kept_bit_by_bit_is_what_a_rebuild_makes(histories):
    upkeep.catch_up()
    first, second, third = Enquiry.objects.filter(merged_into__isnull=True).order_by("pk")[:3]
    moment = timezone.now() - datetime.timedelta(days=100)
    Activity.objects.create(enquiry=first, kind="conversation", occurred_at=moment)
    voided = (
        Activity.objects.filter(kind="conversation", voided_by__isnull=True)
        .exclude(enquiry__in=[first, second, third])
        .first()
    )
    Activity.objects.create(enquiry=voided.enquiry, kind="voided", voids=voided, occurred_at=moment)
    merged = Activity.objects.create(enquiry=second, kind="merged", into=third, occurred_at=moment)
    Enquiry.objects.filter(pk=third.pk).update(campaign="leaflet")
    assert upkeep.catch_up() == 4
    assert list(upkeep.differences()) == []
    Activity.objects.create(enquiry=second, kind="voided", voids=merged, occurred_at=moment)
    upkeep.catch_up()
    kept = rows()
    upkeep.rebuild()
    assert rows() == kept
    assert not Changed.objects.exists()


def test_a_closure_changes_the_working_days_of_all(histories):
    upkeep.catch_up()
    day = Household.objects.filter(conversation_days__gte=2).values_list("conversation_on", flat=True)[0]
    before = rows()
    Closure.objects.create(day=day, reason="Flood")
    upkeep.catch_up()
    assert rows() != before
    assert list(upkeep.differences()) == []


def test_a_process_that_ends_in_the_middle_loses_nothing(histories, monkeypatch):
    monkeypatch.setattr(upkeep, "AT_ONCE", 50)
    parts = upkeep._parts()
    next(parts)
    parts.close()
    left = Changed.objects.count()
    assert left
    assert upkeep.up_to_date_at() is None
    upkeep.catch_up()
    assert list(upkeep.differences()) == []
    assert upkeep.up_to_date_at() == LATER


def test_a_row_that_is_not_what_the_facts_say_is_found(histories):
    upkeep.catch_up()
    Household.objects.filter(pk=Household.objects.first().pk).update(channel="fax")
    found = list(upkeep.differences())
    assert len(found) == 1
    assert '"channel":"fax"' in found[0]


def test_without_the_database_noting_it_a_fact_is_missed(histories):
    """The guard of the guard: were the trigger gone, the invariant would tell."""
    upkeep.catch_up()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER reporting_facts ON enquiries_activity")
    household = Household.objects.filter(conversation_on__isnull=True, is_counted=True).first()
    Activity.objects.create(enquiry_id=household.pk, kind="conversation", occurred_at=timezone.now())
    assert upkeep.catch_up() == 0
    assert len(list(upkeep.differences())) == 1
