"""K13: what campaigns brought by the end of a quarter, with spend and costs, as at a moment."""

import datetime
from decimal import Decimal

import pytest
from django.apps import apps

from enquiries.campaigns.results import results_of
from enquiries.models import Campaign, Enquiry
from enquiries.services import record_activity
from reporting.exports.csv import to_csv
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.measures.campaigns import campaign_lines
from reporting.returns.documents import build_quarterly_return
from reporting.suppression import suppress
from tests.conftest import moment
from tests.factories import someone

Q2, AS_AT = Period.quarter("2026-Q2"), moment("2027-02-01 09:00")
pytestmark = pytest.mark.django_db
# The database dates a campaign's history by its own clock; tests say when it was.
OF_OLD = moment("2020-01-01 09:00")


def history():
    return apps.get_model("enquiries", "CampaignEvent").objects


@pytest.fixture
def campaign(hub):
    def make(code: str = "Radio", **fields) -> Campaign:
        details = {"name": code.title(), "channel": "broadcast", "starts_on": datetime.date(2026, 7, 1), "spend": 100}
        made = Campaign.objects.create(code=code, **{**details, **fields})
        history().filter(pgh_obj_id=made.pk).update(pgh_created_at=OF_OLD)
        return made

    return make


def value(basis: str, key: str = "Radio", column: str = "total", *, period=Q2, as_at=AS_AT):
    lines = {line["basis"]: line for line in campaign_lines(period, as_at)}
    row = lines[basis]["values"][key]
    return row[column] if column in row else row["authorities"][column]


def by_radio(make_enquiry, stage="new", on="2026-08-03", **fields) -> Enquiry:
    return make_enquiry(stage, received_at=moment(f"{on} 10:00"), campaign="radio", **fields)


def test_no_line_without_campaigns(make_enquiry):
    by_radio(make_enquiry)
    assert campaign_lines(Q2, AS_AT) == []


def test_enquiries_applications_approvals_and_costs(campaign, make_enquiry, gateshead, newcastle):
    campaign(spend=Decimal("1000.00"))
    by_radio(make_enquiry)
    by_radio(make_enquiry, "application")
    by_radio(make_enquiry, "approved")
    by_radio(make_enquiry, on="2026-10-01")  # after the quarter
    make_enquiry(received_at=moment("2026-08-03 10:00"), campaign="another")
    assert [value(name) for name in ("enquiries", "applications", "approvals", "spend")] == [3, 2, 1, 1000.0]
    costs = ("cost_of_enquiry", "cost_of_application", "cost_of_approval")
    assert [value(name) for name in costs] == [333.33, 500.0, 1000.0]
    assert value("enquiries", column=gateshead.gss_code) == 3 and value("enquiries", column=newcastle.gss_code) == 0
    assert value("spend", column=gateshead.gss_code) is None


def test_it_agrees_with_the_page_of_campaigns(campaign, make_enquiry, manager):
    one = campaign()
    for stage in ("new", "application", "approved", "closed"):
        by_radio(make_enquiry, stage)
    (page,) = results_of([one], Enquiry.objects.visible_to(manager))
    assert (value("enquiries"), value("applications"), value("approvals")) == (
        page.enquiries, page.applications, page.approvals,
    )  # fmt: skip


def test_what_is_not_counted_does_not_count(campaign, make_enquiry):
    campaign()
    enquiry = by_radio(make_enquiry)
    record_activity(enquiry=enquiry, kind="closed", by=someone("hub_worker"), reason="kinship")
    assert (value("enquiries"), value("cost_of_enquiry")) == (0, None)


def test_spend_and_facts_are_those_known_at_the_moment(campaign, make_enquiry):
    one = campaign(spend=100)
    one.spend = 500
    one.save()
    history().filter(pgh_obj_id=one.pk, spend=500).update(pgh_created_at=moment("2026-12-01 09:00"))
    assert (value("spend"), value("spend", as_at=moment("2026-11-30 09:00"))) == (500.0, 100.0)
    assert campaign_lines(Q2, moment("2019-12-31 09:00")) == []


def test_which_campaigns_a_quarter_has(campaign, make_enquiry):
    campaign("later", starts_on=datetime.date(2026, 10, 1))
    campaign("over", starts_on=datetime.date(2026, 1, 1), ends_on=datetime.date(2026, 6, 30))
    campaign("still-brings", starts_on=datetime.date(2026, 1, 1), ends_on=datetime.date(2026, 6, 30))
    campaign("ran", starts_on=datetime.date(2026, 1, 1), ends_on=datetime.date(2026, 7, 1))
    make_enquiry(received_at=moment("2026-09-30 10:00"), campaign="STILL-brings")
    assert set(campaign_lines(Q2, AS_AT)[0]["values"]) == {"still-brings", "ran"}


def test_the_quarterly_return_has_them_and_draws_them_by_name(campaign, make_enquiry):
    campaign(name="Radio in the morning")
    by_radio(make_enquiry)
    document = build_quarterly_return(Q2, AS_AT)
    table = ReturnTable(document)
    groups = [group for section in table.sections for group in section.groups if group.breakdown == "campaign"]
    assert [group.title for group in groups][:2] == ["Enquiries by campaign", "Applications so far by campaign"]
    assert len({group.id for group in groups}) == 7 and groups[0].rows[0].name == "Radio in the morning"
    assert [group.rows[0].total.text for group in groups[3:5]] == ["£100", "£100"]
    assert to_csv(document).count("K13,") == 7 * len(table.columns)


def test_small_numbers_are_not_told_by_what_each_cost(campaign, make_enquiry):
    campaign()
    by_radio(make_enquiry)
    lines = {line.get("basis"): line for line in suppress(build_quarterly_return(Q2, AS_AT))["lines"]
             if line["code"] == "K13"}  # fmt: skip
    assert lines["enquiries"]["values"]["Radio"]["total"] == "c"
    assert lines["cost_of_enquiry"]["values"]["Radio"]["total"] == "c"
    assert lines["spend"]["values"]["Radio"]["total"] == 100.0
