"""The expression of interest in what a council is sent: in the package, its PDF and the full record, not before."""

import io

import jsonschema
import pypdf
import pytest
from django.urls import reverse

from enquiries.eoi.services import submit_eoi
from enquiries.services import record_activity
from handover.models import Handover
from handover.package import EARLIER_SCHEMAS, SCHEMA_VERSION, build_package, package_schema
from handover.pdf import package_pdf
from handover.services import answer_handover, send_handover
from tests.enquiries.eoi.filled import fill_in_all


@pytest.fixture
def handover(make_enquiry, agreement, gateshead, worker, manager):
    enquiry = make_enquiry("in_touch")
    fill_in_all(enquiry)
    submit_eoi(enquiry=enquiry, by=None, recorder="enquirer")
    record_activity(enquiry=enquiry, kind="eoi_authorised", by=manager)
    return send_handover(enquiry=enquiry, authority=gateshead, by=worker)


def test_the_package_holds_every_part_after_the_published_schema(handover):
    package = Handover.objects.get(pk=handover.pk).package
    jsonschema.validate(package, package_schema())
    assert handover.package_schema == package["schema"] == "1.2"
    parts = package["expression_of_interest"]
    assert [(part["code"], part["applicant"]) for part in parts][3:6] == [("pets", None), ("work", 1), ("health", 1)]
    [tenure] = [one for one in parts[1]["answers"] if one["code"] == "tenure"]
    assert tenure == {
        "code": "tenure", "question": "Is your home your own, or rented?", "answer": "Rented", "value": "rent",
    }  # fmt: skip
    [ben] = [one["value"] for one in parts[0]["answers"] if one["code"] == "people_1"]
    assert ben == {"name": "Ben", "age": 14, "relation": "son", "stays": "lives"}


def test_one_that_came_on_paper_has_no_parts(make_enquiry, agreement, gateshead):
    assert build_package(make_enquiry("ready"), gateshead)["expression_of_interest"] == []


def test_the_schema_before_is_still_published(client):
    for version in (SCHEMA_VERSION, *EARLIER_SCHEMAS):
        answer = client.get(f"/portal/schemas/handover-{version}.json")
        assert answer["Content-Type"] == "application/schema+json"
        assert answer.json()["properties"]["schema"] == {"const": version}
    assert client.get(reverse("handover_schema")).json()["properties"]["schema"] == {"const": SCHEMA_VERSION}


def test_nothing_of_it_is_shown_before_the_council_accepts(handover, sign_in, gateshead_worker):
    client, address = sign_in(gateshead_worker), reverse("referral", args=[handover.reference])
    before = client.get(address).content.decode() + client.get(reverse("referrals")).content.decode()
    answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
    after = client.get(address).content.decode()
    for words in ("12 Quarry Bank", "My knee: no long walks.", "Ben, 14, son"):
        assert words not in before and words in after


def test_the_pdf_says_it_in_tables(handover):
    reader = pypdf.PdfReader(io.BytesIO(package_pdf(Handover.objects.get(pk=handover.pk))))
    text = "\n".join(page.extract_text() for page in reader.pages)
    for words in (
        "What they told us about themselves",
        "Work and time: Tom",
        "12 Quarry Bank",
        "My knee: no long walks.",
    ):
        assert words in text
