"""What the dashboards of sources, events, satisfaction, workload and targets say is what happened."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enquiries.models import Attendance, Booking, Campaign, Survey
from enquiries.services import record_activity
from hub.models import Membership
from reporting.dashboards import events, progress, satisfaction, sources, workload
from reporting.dashboards.page import Asked
from reporting.dashboards.registry import BY_SLUG, DASHBOARDS
from reporting.dashboards.services import picker_for
from reporting.dashboards.shown import protected_figures
from reporting.households import upkeep
from reporting.households.reading import Chosen
from reporting.measures import Period
from reporting.targets.defaults import make_targets
from reporting.targets.models import Target
from tests.conftest import moment
from tests.factories import make_event, someone

pytestmark = pytest.mark.django_db
SEPTEMBER, DAY = Period.month("2026-09"), datetime.date(2026, 10, 5)


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False):
        yield


def asked(*, protected: bool = False, authority: str = "", campaign: str = "", span: Period = SEPTEMBER) -> Asked:
    return Asked(Chosen(span, authority, campaign), protected, DAY)


@pytest.fixture
def came(make_enquiry):
    """came(3, source="event") gives so many households of September."""

    def make(number: int, stage: str = "new", **fields) -> list:
        made = [make_enquiry(stage, received_at=moment("2026-09-10 11:00"), **fields) for _ in range(number)]
        upkeep.catch_up()
        return made

    return make


def campaign(code: str, spend: int, **fields) -> Campaign:
    given = {"name": code.title(), "channel": "print", "starts_on": datetime.date(2026, 9, 1), **fields}
    return Campaign.objects.create(code=code, spend=Decimal(spend), **given)


# --- Sources and cost ---


def test_each_way_of_hearing_with_what_came_of_it(came):
    came(2, source="event")
    came(1, "approved", source="event")
    came(1, source="somewhere odd")
    came(1, source="")
    heard = sources.build(asked())[0]
    rows = {row[0]: row[1:] for row in heard.table.rows}
    assert rows["An event"] == ("3", "1 (33.3%)", "1 (33.3%)")
    assert (rows["Somewhere else"][0], rows["Not known"][0], heard.table.totals[0][1]) == ("1", "1", "5")
    assert heard.title == "5 households enquired; an event brought the most, 3"


def test_a_cost_stands_beside_its_numbers_and_is_of_all_that_the_campaign_brought(came, make_enquiry):
    campaign("radio", 90, starts_on=datetime.date(2026, 8, 1))
    came(1, campaign="RADIO")
    make_enquiry(received_at=moment("2026-08-10 11:00"), campaign="radio")
    came(1, "approved", campaign="Radio")
    costs = next(part for part in sources.build(asked()) if part.slug == "costs")
    assert list(costs.table.rows[0]) == ["Radio", "£90", "3", "£30", "1", "£90", "1", "£90"]
    assert costs.title == "One campaign cost £90: £30 for each of 3 enquiries, £90 for each of 1 approved households"


def test_a_campaign_that_did_not_run_in_the_months_costs_nothing_in_them(came):
    campaign("old", 90, starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2026, 8, 31))
    costs = next(part for part in sources.build(asked()) if part.slug == "costs")
    assert (list(costs.table.rows), costs.title) == ([], "No campaign ran in these months")


def test_spend_for_the_region_is_not_laid_on_one_council(came):
    campaign("radio", 90)
    came(6, campaign="radio")
    parts = [part.slug for part in sources.build(asked(authority="E08000037"))]
    assert "costs" not in parts


def test_the_cost_of_a_small_number_is_hidden_with_it(came):
    campaign("radio", 90)
    campaign("bus", 50)
    came(3, campaign="radio")
    came(9, campaign="bus")
    costs = next(part for part in sources.build(asked(protected=True)) if part.slug == "costs")
    radio = next(row for row in costs.table.rows if row[0] == "Radio")
    assert list(radio[2:4]) == ["c", "c"]
    assert "£30" not in str(costs)


def test_which_campaigns_ran_does_not_tell_the_number_of_one(came):
    campaign("radio", 90)
    campaign("bus", 50)
    campaign("old", 10, starts_on=datetime.date(2026, 4, 1), ends_on=datetime.date(2026, 6, 30))
    for code, number in (("radio", 20), ("bus", 9), ("old", 2)):
        came(number, campaign=code)
    costs = next(part for part in sources.build(asked(protected=True)) if part.slug == "costs")
    assert [(row[0], row[2]) for row in costs.table.rows] == [("Bus", "c"), ("Radio", "20")]
    assert costs.table.totals[0][1:3] == ("£140", "c")
    assert costs.title == "2 campaigns cost £140 in all"


def test_campaigns_of_the_months_are_not_for_whoever_sees_no_small_numbers(came):
    came(2, campaign="radio")
    assert [part.slug for part in sources.build(asked(protected=True))] == ["heard", "costs"]
    assert [part.slug for part in sources.build(asked())] == ["heard", "campaigns", "costs"]


# --- Events and training ---


@pytest.fixture
def held(gateshead):
    def make(at: str, kind: str = "information", **fields):
        starts = moment(at)
        return make_event(
            code=f"event-{at[:10]}-{kind}", title="Evening", kind=kind, starts_at=starts,
            ends_at=starts + datetime.timedelta(hours=2), place="Civic Centre", capacity=20,
            **{"authority": gateshead, **fields},
        )  # fmt: skip

    return make


def booked(event, enquiry, persons: int, came: int | None, **fields) -> None:
    booking = Booking.objects.create(event=event, enquiry=enquiry, persons=persons)
    if came is not None:
        Attendance.objects.create(booking=booking, session=event.sessions.get(), persons=came, **fields)


def test_who_had_a_place_came_stayed_away_and_of_whom_nobody_knows(held, came):
    evening = held("2026-09-14 18:00")
    people = came(4)
    booked(evening, people[0], 2, 1)
    booked(evening, people[1], 1, 0)
    booked(evening, people[2], 2, None)
    booked(evening, people[3], 1, 0, made_up=True)
    held("2026-09-20 18:00", "training")
    found = events.held(asked())
    assert found["information"] == events.Held(sessions=1, booked=6, came=1, absent=2, unknown=2)
    assert found["training"] == events.Held(sessions=1)
    assert events.build(asked())[0].title == "2 sessions were held, and 1 people came; 2 of 4 booked stayed away"


def test_events_of_another_council_are_not_its_own(held, came, newcastle):
    held("2026-09-14 18:00", authority=newcastle)
    held("2026-09-15 18:00", authority=None)
    assert events.held(asked(authority="E08000037")) == {}
    assert events.held(asked(authority="unallocated"))["information"].sessions == 1


def test_those_who_came_are_followed_for_183_days(held, make_enquiry):
    evening = held("2026-03-10 18:00")
    soon, late, before, never = (make_enquiry(received_at=moment("2026-03-01 11:00")) for _ in range(4))
    for enquiry in (soon, late, before, never):
        booked(evening, enquiry, 2, 2)
    lead = someone("hub_manager")
    for enquiry, day in ((soon, "2026-09-09 12:00"), (late, "2026-09-10 12:00"), (before, "2026-03-09 12:00")):
        record_activity(enquiry=enquiry, kind="conversation", by=lead, channel="phone",
                        occurred_at=moment("2026-03-02 12:00"))  # fmt: skip
        record_activity(enquiry=enquiry, kind="eoi_submitted", by=lead, occurred_at=moment(day))
    upkeep.catch_up()
    assert events.afterwards(asked()) == {False: (3, 1, 4, 0)}
    assert events.afterwards(asked(authority="E08000021")) == {}


# --- Satisfaction ---


def survey(enquiry, number: int, score: int | None, at: str = "2026-09-15 12:00") -> None:
    sent = moment("2026-09-10 09:00")
    answered = moment(at) if score else None
    Survey.objects.create(
        enquiry=enquiry, occasion="first_contact", idempotency_key=f"k{number}", token_sha256=f"{number:064}",
        sent_at=sent, expires_at=sent + datetime.timedelta(days=60), score=score, answered_at=answered,
        comment="Wintergarden" if score else "",
    )  # fmt: skip


def test_the_mean_of_those_who_answered_and_of_how_many(came):
    for number, (enquiry, score) in enumerate(zip(came(5), (5, 4, 4, 2, None), strict=True)):
        survey(enquiry, number, score)
    first, occasion, scores = satisfaction.build(asked())
    assert first.title == "4 answers give a mean of 3.8 out of 5; 5 were sent"
    assert list(first.table.rows[0]) == ["September 2026", "3.8", "4", "5"]
    assert occasion.table.rows[0][0] == "After the first conversation"
    assert scores.title == "75% said good or very good (3 of 4)"


def test_what_they_wrote_is_led_to_and_not_printed(came, sign_in, manager):
    survey(came(1)[0], 1, 5)
    page = sign_in(manager).get(reverse("dashboard", args=["satisfaction"]), {"period": "2026-09"}).content.decode()
    assert "Wintergarden" not in page
    assert reverse("survey_results") in page


def test_a_score_of_few_is_hidden_and_scores_are_not_listed(came):
    for number, enquiry in enumerate(came(3)):
        survey(enquiry, number, 5)
    parts = satisfaction.build(asked(protected=True))
    assert [part.slug for part in parts] == ["by-month", "by-occasion"]
    assert parts[0].title == "So few answered that their score is not shown"
    assert "5.0" not in str([(part.table, part.spec, part.alt) for part in parts])


def test_a_council_has_the_answers_of_its_own(came, newcastle):
    survey(came(1)[0], 1, 5)
    survey(came(1, chosen_authority=newcastle)[0], 2, 1)
    assert satisfaction.together(satisfaction.by_occasion(asked(authority="E08000037"))).mean == 5
    assert satisfaction.together(satisfaction.by_occasion(asked())).mean == 3


# --- Workload ---


def test_everybody_has_what_they_own_by_stage_and_nobody_the_rest(came, worker):
    mine, _ = came(2)
    record_activity(enquiry=mine, kind="conversation", by=worker, channel="phone")
    type(mine).objects.filter(pk=mine.pk).update(owner=worker)
    opened, _, late, calls = workload.build(asked())
    rows = {row[0]: row[1:] for row in opened.table.rows}
    assert rows["Ruth Worker"][:3] == ("1", "0", "1")
    assert rows["Nobody yet"][:3] == ("1", "1", "0")
    assert opened.title == "2 enquiries are open, and nobody owns 1 of them"
    assert late.title == "1 are late, and 1 have never been spoken with"
    assert {row[0]: row[-1] for row in calls.table.rows}["Ruth Worker"] == "1"


def test_workload_is_for_those_who_share_it_out(sign_in, worker, manager, cluster_lead):
    for person, status in ((worker, 403), (cluster_lead, 403), (manager, 200)):
        assert sign_in(person).get(reverse("dashboard", args=["workload"])).status_code == status


# --- Targets ---


def test_the_year_so_far_against_the_part_of_its_target(came):
    Target.objects.create(code="M02", value=365, applies_from=datetime.date(2026, 4, 1))
    came(3)
    counts, _ = progress.build(asked())
    assert list(counts.table.rows[0]) == ["Enquiries", "3", "188", "365", "–"]
    assert counts.title == "Enquiries: 3 so far, fewer than the 188 of the target by now"


def test_a_share_meets_its_target_or_does_not(came):
    make_targets(Target)
    came(2)
    _, quality = progress.build(asked())
    assert quality.title == "Spoken with within 1 working day: 0.0% (0\u00a0of\u00a02), target 90%, not met"


def test_whoever_sees_no_small_numbers_gets_whole_quarters_and_no_count_with_a_small_one(came):
    came(3)
    counts, _ = progress.build(asked(protected=True))
    assert counts.kicker == "From 1 April 2026 to 30 September 2026"
    assert counts.table.rows[0][1] == "c"
    assert "Enquiries" not in counts.title


def test_what_is_left_of_the_year_so_far_is_no_small_number(came, make_enquiry, cluster_lead):
    """The year so far is shown elsewhere: less the quarters that are over it would be the quarter that is running."""
    for month, number in (("2026-04", 20), ("2026-07", 30), ("2026-10", 2)):
        for _ in range(number):
            make_enquiry(received_at=moment(f"{month}-01 11:00"))
    upkeep.catch_up()
    so_far = protected_figures(["M02"], Chosen(Period(datetime.date(2026, 4, 1), datetime.date(2027, 3, 31))))
    counts, quality = progress.build(asked(protected=True))
    assert (so_far.count("M02").text, counts.table.rows[0][1]) == ("52", "c")
    assert quality.table.rows[0][1] == "c"
    assert progress.build(asked())[0].table.rows[0][1] == "52"


def test_a_hub_that_began_within_a_quarter_has_its_year_so_far(came, gateshead, authorities):
    Membership.objects.update(starts_on=datetime.date(2026, 9, 1))
    came(7)
    assert progress.build(asked(protected=True))[0].table.rows[0][1] == "7"


# --- Whoever sees no small numbers ---


@pytest.mark.parametrize("slug", [one.slug for one in DASHBOARDS if not one.adds_up and one.right == "see_reports"])
def test_what_is_not_protected_together_is_shown_in_one_way_alone(came, cluster_lead, slug):
    """A month would be taken from its quarter, and the councils from all of them."""
    came(6, source="event")
    form = picker_for(dashboard=BY_SLUG[slug], data={"period": "2026-09", "authority": "E08000037"}, by=cluster_lead)
    assert (form.chosen.span, form.chosen.authority) == (Period.quarter("2026-Q2"), "")
    assert "authority" not in form.fields and "campaign" not in form.fields
    offered = [Period.quarter(key) for key, _ in getattr(form.fields.get("period"), "choices", [])]
    assert all(quarter.last < DAY for quarter in offered)


# --- All of them ---


@pytest.mark.parametrize("slug", [one.slug for one in DASHBOARDS])
def test_the_cost_does_not_grow_with_enquiries(came, sign_in, manager, slug):
    campaign("radio", 90)
    client, address = sign_in(manager), reverse("dashboard", args=[slug])
    came(1, campaign="radio", source="event")
    client.get(address)
    counts = []
    for number in (1, 4):
        came(number, campaign="radio", source="search")
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
