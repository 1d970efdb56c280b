"""The worked example of the measures: a set of past enquiries and the return that must follow from it, to the cell."""

import csv
import datetime
import json
from pathlib import Path

import pytest
import time_machine

from enquiries.models import Activity
from enquiries.services import Intake, Person, receive_enquiry, record_history
from hub.models import Authority, Postcode
from hub.places.england import authority_of
from hub.places.postcodes import package_rows
from hub.places.services import set_up_hub
from hub.working_time import LONDON
from reporting.measures import Period
from reporting.returns import build_return

DATA = Path(__file__).parents[3] / "shared" / "data"
EXAMPLE = DATA / "worked_example.csv"

pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="the worked example is not beside this checkout")


def read(name: str) -> list[dict]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def region(db):
    """The twelve authorities of the North East, members since 2023, and the example's postcodes."""
    codes = [row["gss_code"] for row in read("hub_members.csv") if row["hub"] == "Foster with North East"]
    set_up_hub(name="Foster with North East", members=codes, since=datetime.date(2023, 9, 1))
    wanted = {"".join(row["postcode"].split()) for row in read("worked_example.csv")}
    areas = "".join({postcode[0] for postcode in wanted if postcode})
    Postcode.objects.bulk_create(
        Postcode(postcode=postcode, authority_code=authority_of(code) or code)
        for postcode, code, _easting, _northing in package_rows(areas)
        if postcode in wanted
    )


@pytest.fixture
def example(region):
    with time_machine.travel(datetime.datetime(2026, 11, 20, 8, tzinfo=LONDON), tick=False):
        for row in read("worked_example.csv"):
            bring_in(row)


def moment(text: str) -> datetime.datetime | None:
    if not text:
        return None
    at = datetime.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=LONDON)


def bring_in(row: dict) -> None:
    enquiry = receive_enquiry(
        intake=Intake(
            channel=row["channel"] or "other",
            received_at=moment(row["received_at"]),
            applicants=[Person(row["first_name"], row["last_name"], row["email"])],
            postcode=row["postcode"],
            source=row["source"],
            chosen_authority=Authority.objects.filter(gss_code=row["chosen_authority"]).first(),
        ),
        recorder="import",
        acknowledge=False,
    )
    facts = [
        Activity(kind=kind, occurred_at=moment(row[column]))
        for kind, column in [
            ("attempt", "first_attempt_at"),
            ("conversation", "first_conversation_at"),
            ("initial_visit", "initial_visit_on"),
            ("eoi_submitted", "eoi_submitted_on"),
            ("eoi_authorised", "eoi_authorised_on"),
            ("application_received", "application_received_on"),
            ("stage1_completed", "stage1_completed_on"),
            ("stage2_started", "stage2_started_on"),
            ("panel_held", "panel_on"),
            ("hold_started", "hold_from"),
        ]
        if row[column]
    ]
    if row["handover_sent_at"]:
        authority = Authority.objects.filter(gss_code=row["handover_authority"]).first()
        sent = Activity(
            kind="handover_sent",
            occurred_at=moment(row["handover_sent_at"]),
            authority=authority or enquiry.chosen_authority or enquiry.residence,
        )
        facts.append(sent)
        if row["handover_answer"]:
            kind = f"handover_{row['handover_answer']}"
            facts.append(Activity(kind=kind, occurred_at=moment(row["handover_answered_at"]), about=sent))
    if row["hold_until"] and row["hold_until"] <= "2026-11-20":
        facts.append(Activity(kind="hold_ended", occurred_at=moment(row["hold_until"])))
    if row["decision"]:
        places = int(row["places"]) if row["places"] else None
        decided = {"outcome": row["decision"], "places": places}
        facts.append(Activity(kind="decided", occurred_at=moment(row["decided_on"]), **decided))
    if row["closed_on"]:
        reason = row["closed_reason"] or "no_reason"
        facts.append(Activity(kind="closed", occurred_at=moment(row["closed_on"]), reason=reason))
    record_history(enquiry=enquiry, facts=facts)


def test_the_monthly_return_follows_from_the_example_to_the_cell(example):
    expected = json.loads((DATA / "worked_example_2026-09.json").read_text())
    as_at = datetime.datetime.fromisoformat(expected["as_at"])
    document = build_return(Period.month("2026-09"), as_at)
    assert document.keys() == expected.keys()
    for line, wanted in zip(document["lines"], expected["lines"], strict=True):
        assert line == wanted
    assert document == expected
