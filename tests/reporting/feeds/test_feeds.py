"""What the feeds say, to whom, and when nothing has changed."""

import json
import re
import uuid
from pathlib import Path

import pytest

from enquiries.models import Activity, Campaign, Enquiry
from enquiries.services import record_activity
from handover.models import Agreement
from handover.services import answer_handover, send_handover
from hub.api.services import issue_token
from hub.audit import AccessLog
from hub.errors import Refused
from hub.models import ApiToken
from reporting.feeds import serving
from reporting.feeds.models import HouseholdId
from reporting.feeds.serving import FEEDS
from reporting.models import Return
from tests.conftest import moment
from tests.factories import make_enquiry
from tests.reporting.documents import count, share

pytestmark = pytest.mark.django_db
SECRET = "Wintergarden"


@pytest.fixture
def referred(gateshead, worker, gateshead_worker, directory) -> Enquiry:
    Agreement.objects.create(authority=gateshead, version="1", signed_by="J. Armitage", starts_on="2024-04-01")
    enquiry = make_enquiry("ready", message=f"Our dog {SECRET}")
    enquiry.applicants.update(last_name=SECRET)
    record_activity(enquiry=enquiry, kind="note", by=worker, note=SECRET)
    handover = send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    answer_handover(handover=handover, by=gateshead_worker, answer="accepted", note=SECRET)
    enquiry.refresh_from_db()
    return enquiry


def test_a_household_in_months_codes_and_numbers(power_bi, referred):
    (row,) = power_bi.rows("enquiries")
    assert list(row) == [column.name for column in FEEDS["enquiries"]]
    assert uuid.UUID(row["household"]).version == 4
    month = f"{referred.received_at:%Y-%m}-01"
    assert (row["received_month"], row["authority"], row["stage"]) == (month, "E08000037", "with_authority")
    assert (row["is_counted"], row["is_open"], row["application_month"]) == ("true", "true", "")


def test_one_household_has_one_name_in_every_feed_and_from_day_to_day(power_bi, referred):
    (household,) = {
        row["household"] for name in ("enquiries", "handovers", "activities") for row in power_bi.rows(name)
    }
    assert {row["household"] for row in power_bi.rows("enquiries")} == {household}
    assert str(HouseholdId.objects.get(enquiry=referred).feed_id) == household


def test_the_name_goes_with_the_enquiry(power_bi, referred):
    power_bi.rows("enquiries")
    assert HouseholdId.objects.count() == 1
    HouseholdId.objects.filter(enquiry=referred).delete()
    assert HouseholdId._meta.get_field("enquiry").remote_field.on_delete.__name__ == "CASCADE"


@pytest.mark.parametrize("name", ["enquiries", "activities", "handovers"])
def test_nothing_that_says_who_it_is(power_bi, referred, name):
    rows = power_bi.rows(name)
    text = json.dumps(rows)
    person = referred.applicants.first()
    secrets = [SECRET, person.first_name, person.email, str(person.phone), referred.postcode, referred.reference]
    assert rows and [secret for secret in secrets if secret and secret in text] == []
    numbers = {str(referred.pk), *(str(pk) for pk in Activity.objects.values_list("pk", flat=True))}
    assert not numbers & {value for row in rows for column, value in row.items() if column in ("household", "referral")}
    # No day and no time: every date is the first of a month.
    assert not re.search(r"\d{4}-\d{2}-(?!01)\d{2}\"", text.replace('-01"', '"')) and ":0" not in text


def test_words_that_are_no_codes_are_not_passed_on(power_bi, hub, directory):
    Campaign.objects.create(code="autumn", name="Autumn", channel="web", starts_on="2026-01-01")
    make_enquiry(source=SECRET, campaign="autumn")
    make_enquiry(source="search", campaign=f"{SECRET} 07700 900123")
    rows = power_bi.rows("enquiries")
    assert {(row["source"], row["campaign"]) for row in rows} == {("other", "AUTUMN"), ("search", "OTHER")}


def test_who_waited_longest_is_not_known_by_it(power_bi, worker, directory):
    enquiry = make_enquiry(received_at=moment("2024-01-08 10:00"))
    record_activity(enquiry=enquiry, kind="conversation", by=worker, occurred_at=moment("2025-01-08 10:00"))
    (row,) = power_bi.rows("enquiries")
    assert (row["received_month"], row["conversation_month"]) == ("2024-01-01", "2025-01-01")
    assert row["days_to_conversation"] == "60"


def test_a_referral_with_its_answer(power_bi, referred):
    (row,) = power_bi.rows("handovers")
    assert list(row) == [column.name for column in FEEDS["handovers"]]
    assert (row["authority"], row["answer"], row["days_to_answer"]) == ("E08000037", "handover_accepted", "0")
    assert row["referral"] != row["household"]


def test_facts_that_are_voided_are_not_there(power_bi, worker, directory):
    enquiry = make_enquiry()
    fact = record_activity(enquiry=enquiry, kind="attempt", by=worker)
    assert {row["kind"] for row in power_bi.rows("activities")} == {"received", "attempt"}
    record_activity(enquiry=enquiry, kind="voided", by=worker, voids=fact, reason="mistake", note="Another household")
    assert {row["kind"] for row in power_bi.rows("activities")} == {"received"}


def test_rows_come_in_the_order_of_their_names_and_not_of_writing(power_bi, directory):
    for _ in range(12):
        make_enquiry()
    names = [row["household"] for row in power_bi.rows("enquiries")]
    assert len(names) == 12 and names == sorted(names)


def test_it_is_sent_in_pieces(power_bi, directory, monkeypatch):
    for _ in range(6):
        make_enquiry()
    power_bi.rows("enquiries")
    monkeypatch.setattr(serving, "PIECE", 100)
    answer = power_bi.get("enquiries")
    pieces = list(answer)
    assert answer.streaming and len(pieces) > 6
    assert b"".join(pieces).count(b"\n") == 7


def test_since_leaves_earlier_months_out(power_bi, directory):
    make_enquiry(received_at=moment("2026-01-08 10:00"))
    make_enquiry(received_at=moment("2026-03-08 10:00"))
    assert [row["received_month"] for row in power_bi.rows("enquiries", since="2026-02")] == ["2026-03-01"]


@pytest.mark.parametrize(
    ("name", "asked", "status"),
    [("enquiries", {"since": "2026-13"}, 422), ("enquiries", {"until": "2026-01"}, 422), ("people", {}, 404)],
)
def test_what_is_asked_wrongly_is_a_problem(power_bi, name, asked, status):
    answer = power_bi.get(name, **asked)
    assert answer.status_code == status and answer["Content-Type"] == "application/problem+json"


def test_nothing_is_sent_again_while_nothing_changed(power_bi, worker, directory):
    enquiry = make_enquiry()
    power_bi.rows("enquiries")
    etag = power_bi.get("enquiries")["ETag"]
    assert power_bi.get("enquiries", etag=etag).status_code == 304
    assert power_bi.get("enquiries", etag=etag, since="2026-01").status_code == 200
    record_activity(enquiry=enquiry, kind="conversation", by=worker)
    assert power_bi.get("enquiries", etag=etag).status_code == 200


def test_each_taking_away_is_logged(power_bi, directory):
    power_bi.rows("enquiries")
    entry = AccessLog.objects.get(action="feed_read")
    assert (entry.by_link, entry.reference) == (f"token {power_bi.token.pk}", "enquiries")


def test_a_row_for_each_household_needs_the_right_to_small_numbers(careful_power_bi):
    answer = careful_power_bi.get("enquiries")
    assert answer.status_code == 403 and "feeds:small-numbers" in answer.json()["detail"]


def test_no_council_has_a_token_for_feeds(gateshead):
    with pytest.raises(Refused, match="the hub’s own"):
        issue_token(name="Gateshead", authority=gateshead, scopes=["feeds:read"], days=30)
    assert not ApiToken.objects.exists()


CELLS = {"M02": (9, 12, 3, 0)}


@pytest.fixture
def returns(hub, authorities, manager):
    """April to June: the second has a small number that the quarter would give away."""
    for month, cells in {4: (9, 9, 9, 0), 5: (3, 9, 6, 0), 6: (8, 9, 9, 0)}.items():
        Return.objects.create(
            kind="dfe-monthly",
            period_from=f"2026-{month:02}-01",
            period_to=f"2026-{month:02}-28",
            definition="2026.1",
            hub_name="A hub",
            as_at=moment("2026-07-01 09:00"),
            lines=[count("M02", cells), share("M06", ((6, 9), (6, 9), (0, 0), (0, 0)))],
            progress=SECRET,
        )


def figures(rows: list[dict], code: str = "M02", authority: str = "E08000021") -> list[tuple[str, str]]:
    return [(row["value"], row["hidden"]) for row in rows if (row["code"], row["authority"]) == (code, authority)]


def test_measures_are_the_lines_of_the_returns(power_bi, returns):
    rows = power_bi.rows("measures")
    assert list(rows[0]) == [column.name for column in FEEDS["measures"]]
    assert figures(rows) == [("9", "false"), ("3", "false"), ("8", "false")]
    share = next(row for row in rows if (row["code"], row["authority"]) == ("M06", "total"))
    assert (share["value"], share["numerator"], share["denominator"]) == ("66.7", "12", "18")
    assert (share["status"], share["version"], share["definition"]) == ("draft", "1", "2026.1")
    assert SECRET not in json.dumps(rows)


def test_small_numbers_are_hidden_from_whoever_may_not_see_them(careful_power_bi, returns):
    """And another month with them, because the quarter stands on another page."""
    seen = figures(careful_power_bi.rows("measures"))
    assert seen[1] == ("", "true") and seen.count(("", "true")) > 1


def test_what_is_hidden_does_not_depend_on_what_is_asked_for(careful_power_bi, returns):
    whole = figures(careful_power_bi.rows("measures"))
    assert figures(careful_power_bi.rows("measures", since="2026-06")) == whole[2:]


def test_every_column_is_described_in_the_documents():
    text = (Path(__file__).resolve().parents[3] / "docs" / "feeds.md").read_text()
    for name, columns in FEEDS.items():
        part = text.split(f"## {name}.csv")[1].split("\n## ")[0]
        assert [f"| `{column.name}` | {column.type} | {column.about} |" for column in columns] == [
            line for line in part.splitlines() if line.startswith("| `")
        ]


def test_the_page_says_what_there_is_and_how_to_connect(sign_in, manager):
    html = sign_in(manager).get("/reports/feeds/").content.decode()
    assert all(f"/api/v1/feeds/{name}.csv" in html for name in FEEDS)
    assert all(column.name in html for columns in FEEDS.values() for column in columns)
    assert "Authorization" in html and "Issue a token" in html
