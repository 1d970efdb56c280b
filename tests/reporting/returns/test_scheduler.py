"""The system drafts by itself on the first working day after, and makes up for days that it missed."""

import pytest

from hub.models import Membership, Message
from hub.sweep import alone
from reporting.measures import Period
from reporting.models import Return, SignedFile
from reporting.returns import drafting, narrative, scheduler
from tests.conftest import moment
from tests.reporting.returns.kit import SEPTEMBER, signed_return

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def region(authorities):
    """Members since 1 August 2026, so that few periods are theirs."""
    Membership.objects.update(starts_on="2026-08-01")


def drafted() -> list[str]:
    return [ret.slug for ret in Return.objects.order_by("pk")]


def test_on_the_first_working_day_the_month_and_the_quarter_are_drafted_the_oldest_first(in_october):
    in_october.move_to(moment("2026-10-01 06:25"))  # a Thursday
    assert scheduler.draft_due_returns() == 3
    assert drafted() == ["2026-08", "2026-Q2", "2026-09"]
    assert {ret.drafted_by for ret in Return.objects.all()} == {None}


def test_a_month_that_ended_before_a_weekend_waits_for_monday(in_october):
    in_october.move_to(moment("2026-10-31 09:00"))
    scheduler.draft_due_returns()
    in_october.move_to(moment("2026-11-01 09:00"))  # a Sunday
    assert scheduler.draft_due_returns() == 0
    in_october.move_to(moment("2026-11-02 06:25"))
    assert scheduler.draft_due_returns() == 1
    assert drafted()[-1] == "2026-10"


def test_new_years_day_is_no_working_day(in_october):
    in_october.move_to(moment("2027-01-01 09:00"))  # a Friday
    scheduler.draft_due_returns()
    assert "2026-12" not in drafted() and "2026-Q3" not in drafted()
    in_october.move_to(moment("2027-01-04 09:00"))
    scheduler.draft_due_returns()
    assert drafted()[-2:] == ["2026-Q3", "2026-12"]


def test_run_again_it_does_nothing_twice(manager):
    scheduler.draft_due_returns()
    assert scheduler.draft_due_returns() == 0
    assert Return.objects.count() == 3


def test_after_months_away_it_goes_no_further_back_than_three(in_october):
    in_october.move_to(moment("2027-06-15 09:00"))
    scheduler.draft_due_returns()
    assert sorted(drafted()) == ["2026-Q3", "2026-Q4", "2027-03", "2027-04", "2027-05"]


def test_a_signed_one_and_one_drafted_since_are_left_alone(manager, data_officer):
    ret = signed_return(manager, data_officer)
    own = drafting.draft_return(period=Period.month("2026-08"), by=manager)
    assert scheduler.draft_due_returns() == 1  # the quarter
    assert Return.objects.get(pk=ret.pk).sha256 == ret.sha256
    assert Return.objects.get(pk=own.pk).drafted_by == manager


def test_one_drafted_before_the_month_was_over_is_drafted_again_and_keeps_its_narrative(manager, in_october):
    in_october.move_to(moment("2026-09-20 09:00"))
    early = drafting.draft_return(period=SEPTEMBER, by=manager)
    narrative.save_narrative(
        ret=early, by=manager, seen=early.narrative_mark, progress="So far", risks="", communications=""
    )
    in_october.move_to(moment("2026-10-01 06:25"))
    scheduler.draft_due_returns()
    ret = Return.objects.get(pk=early.pk)
    assert (ret.as_at, ret.progress, ret.drafted_by) == (moment("2026-10-01 06:25"), "So far", None)


def test_manager_and_data_officers_are_told_once_with_a_link_and_no_figure(manager, data_officer, worker, cluster_lead):
    scheduler.draft_due_returns()
    scheduler.draft_due_returns()
    told = Message.objects.filter(template="return_drafted", reference="return-2026-09")
    assert {message.to for message in told} == {manager.email, data_officer.email}
    body = told.first().body
    assert "/reports/returns/2026-09/" in body and "You need to sign in" in body


def test_one_at_a_time(manager):
    with alone(scheduler.JOB):
        assert scheduler.draft_due_returns() == 0
    assert Return.objects.count() == 0


def test_one_that_breaks_stops_no_other(manager, monkeypatch):
    honest = scheduler.draft_return

    def breaks(*, period, by):
        if period.is_quarter:
            raise ValueError("a fault of ours")
        return honest(period=period, by=by)

    monkeypatch.setattr(scheduler, "draft_return", breaks)
    assert scheduler.draft_due_returns() == 2
    assert drafted() == ["2026-08", "2026-09"]


def test_a_hub_without_members_reports_nothing(in_october):
    Membership.objects.all().delete()
    assert scheduler.draft_due_returns() == 0


def test_it_makes_the_files_of_what_was_signed(manager, data_officer):
    ret = signed_return(manager, data_officer)
    scheduler.draft_due_returns()
    assert set(SignedFile.objects.filter(ret=ret).values_list("form", flat=True)) == {"pdf", "xlsx", "csv", "json"}
