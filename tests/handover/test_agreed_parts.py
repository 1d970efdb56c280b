"""Nothing is sent that the agreement does not name: each part is taken away, and no trace of it is left."""

import csv
import datetime
import io
import json
import re

import jsonschema
import pypdf
import pytest
import time_machine
from django.urls import reverse

from enquiries.eoi.services import submit_eoi
from enquiries.journey import CHANNELS
from enquiries.models import SafeContact
from enquiries.services import record_activity
from handover.csv_row import package_csv
from handover.models import Agreement, Handover
from handover.package import canonical_json, data_set, fault_of, package_hash, package_schema
from handover.parts import ALWAYS, PARTS
from handover.pdf import package_pdf
from handover.requirements import missing_from
from handover.services import answer_handover, send_handover
from hub.errors import Refused
from hub.models import Authority
from tests.conftest import moment
from tests.enquiries.eoi.filled import fill_in_all

OPTIONAL = sorted(set(PARTS) - ALWAYS)


@pytest.fixture
def ready(make_enquiry, manager):
    """With everything in it: rules for safe contact, an expression of interest, facts on days of their own."""
    with time_machine.travel(moment("2026-02-03 10:00"), tick=False):
        enquiry = make_enquiry("in_touch", campaign="spring")
    SafeContact.objects.update_or_create(
        enquiry=enquiry, defaults={"by_text": False, "leave_message": False, "notes": "Never after the school run"}
    )
    with time_machine.travel(moment("2026-02-17 10:00"), tick=False):
        fill_in_all(enquiry)
        submit_eoi(enquiry=enquiry, by=None, recorder="enquirer")
    with time_machine.travel(moment("2026-02-24 10:00"), tick=False):
        record_activity(enquiry=enquiry, kind="eoi_authorised", by=manager)
    return type(enquiry).objects.get(pk=enquiry.pk)


def agree(authority, *without: str) -> Agreement:
    shares = [part for part in PARTS if part not in without]
    return Agreement.objects.create(
        authority=authority, version="2.1", signed_by="J. Armitage", starts_on="2024-04-01", shares=shares
    )


def leaves(value) -> set[str]:
    """Every text in it that is long enough to be recognised; dates also as the pages write them."""
    if isinstance(value, dict):
        return set().union(*map(leaves, value.values()))
    if isinstance(value, list):
        return set().union(*map(leaves, value)) if value else set()
    if not isinstance(value, str) or len(value) < 5:
        return set()
    found = {value}
    if re.match(r"\d{4}-\d\d-\d\d", value):
        day = datetime.date.fromisoformat(value[:10])
        found = {value, value[:10], f"{day.day} {day:%B %Y}"}
    if value.startswith("+447"):
        found.add(f"0{value[3:7]} {value[7:]}")
    return found


def is_code(text: str) -> bool:
    """One word in small letters, as "words" and "received": it may stand in any sentence."""
    return re.fullmatch("[a-z_0-9]+", text) is not None


def names_in(value) -> set[str]:
    """The names that its fields have: some codes are called alike."""
    if isinstance(value, list):
        return set().union(*map(names_in, value)) if value else set()
    return set(value).union(*map(names_in, value.values())) if isinstance(value, dict) else set()


def texts_of(handover: Handover) -> dict[str, str]:
    """What the council can take away, as text without line breaks."""
    reader = pypdf.PdfReader(io.BytesIO(package_pdf(handover)))
    pdf = "\n".join(page.extract_text() for page in reader.pages)
    bookmarks = str(list(reader.outline))
    rows = package_csv(handover.package).decode("utf-8-sig")
    made = {"json": canonical_json(handover.package).decode(), "pdf": pdf + bookmarks, "csv": rows}
    return {name: _flat(text) for name, text in made.items()}


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", text.replace("\\n", ""))


def frozen(package: dict) -> Handover:
    return Handover(reference="KTRM-4829-H1", package=package, package_schema="1.2", package_sha256="0" * 64)


@pytest.mark.parametrize("part", list(PARTS))
def test_of_a_part_that_is_taken_away_no_trace_is_left(part, ready, gateshead, worker):
    agree(gateshead)
    whole = json.loads(canonical_json(send_handover(enquiry=ready, authority=gateshead, by=worker).package))
    assert set(whole) == {"schema", "handover", *PARTS}
    rest = {name: value for name, value in whole.items() if name != part}
    rest["handover"] = {**whole["handover"], "shares": [name for name in PARTS if name != part]}
    # What they are interested in is asked in the expression too, and kept with the enquiry.
    interests = "; ".join(one["label"] for one in rest.get("enquiry", {"interests": []})["interests"])
    kept = "".join(_flat(text) for text in leaves(rest) | names_in(rest) | {*CHANNELS.values(), interests})
    secrets = {text for text in map(_flat, leaves(whole[part])) if text not in kept and not is_code(text)}
    assert secrets
    full, less = texts_of(frozen(whole)), texts_of(frozen(rest))
    for name, text in less.items():
        assert [one for one in secrets if one in text] == [], name
    for secret in secrets:  # and the test looks for what can be found
        assert any(secret in text for text in full.values()), secret
    assert f'"{part}"' not in less["json"]


@pytest.mark.parametrize("part", OPTIONAL)
def test_what_is_not_agreed_is_not_sent_and_not_shown(part, ready, gateshead, worker, gateshead_worker, sign_in):
    everything = data_set(ready, gateshead, datetime.date(2020, 1, 1))
    assert set(everything) == ALWAYS  # no agreement held then
    agree(gateshead, part)
    record = data_set(ready, gateshead)
    assert part not in record and set(record) == set(PARTS) - {part}
    html = sign_in(worker).get(reverse("handover_prepare", args=[ready.reference])).content.decode()
    assert f"and leaves out: {PARTS[part]}".lower() in html.lower()
    handover = send_handover(enquiry=ready, authority=gateshead, by=worker, seen=package_hash(record))
    assert handover.package["handover"]["shares"] == list(record)
    answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
    page = sign_in(gateshead_worker).get(reverse("referral", args=[handover.reference])).content.decode()
    trace = {"expression_of_interest": "My knee: no long walks.", "facts": ">So far<"}
    assert trace.pop(part) not in html + page
    [other] = trace.values()
    assert other in html and other in page


def test_what_is_previewed_is_what_is_sent_also_where_the_agreement_changes(ready, gateshead, worker):
    agree(gateshead)
    seen = package_hash(data_set(ready, gateshead))
    Agreement.objects.update(shares=sorted(ALWAYS))
    with pytest.raises(Refused, match="changed since you looked"):
        send_handover(enquiry=ready, authority=gateshead, by=worker, seen=seen)
    assert not Handover.objects.exists()


def test_the_published_schema_says_what_is_named(ready, gateshead, worker):
    agree(gateshead, "facts")
    package = send_handover(enquiry=ready, authority=gateshead, by=worker).package
    jsonschema.validate(package, package_schema("1.2"))
    assert fault_of(package) == ""
    assert fault_of({**package, "facts": []})  # sent and not named
    named = {**package, "handover": {**package["handover"], "shares": list(PARTS)}}
    assert fault_of(named)  # named and not sent
    assert "applicants/0/phone" in fault_of({**package, "applicants": [{**package["applicants"][0], "phone": "none"}]})


def test_what_does_not_follow_the_schema_is_not_sent(ready, gateshead, worker):
    agree(gateshead)
    ready.applicants.filter(position=2).update(phone="ask her sister")
    with pytest.raises(Refused, match="under applicants/1/phone is not as agreed") as refusal:
        send_handover(enquiry=ready, authority=gateshead, by=worker)
    assert "sister" not in str(refusal.value) and not Handover.objects.exists()


def test_a_source_of_an_earlier_system_counts_as_other(ready, gateshead, worker):
    agree(gateshead)
    type(ready).objects.filter(pk=ready.pk).update(source="GOSS: radio")
    ready.refresh_from_db()
    assert send_handover(enquiry=ready, authority=gateshead, by=worker).package["enquiry"]["heard_from"] == "other"


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [
        ("2024-04-01", "2026-11-19", "The agreement with Gateshead ended on 19 November 2026."),
        ("2026-11-21", None, "starts on 21 November 2026: nothing can be sent before."),
        (None, None, "has not been recorded."),
    ],
)
def test_without_a_current_agreement_it_is_refused_with_the_reason(
    starts, ends, sentence, ready, gateshead, worker, manager, sign_in
):
    if starts:
        Agreement.objects.create(authority=gateshead, version="1", signed_by="D", starts_on=starts, ends_on=ends)
    address = reverse("handover_prepare", args=[ready.reference])
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        with pytest.raises(Refused, match=re.escape(sentence)):
            send_handover(enquiry=ready, authority=gateshead, by=worker)
        theirs = sign_in(worker).get(address).content.decode()
        managers = sign_in(manager).get(address).content.decode()
    link = f'href="{reverse("agreements_with", args=[gateshead.gss_code])}"'
    assert sentence in theirs and sentence in managers
    assert link not in theirs and link in managers
    assert "What Gateshead will see" not in theirs  # for they would see nothing
    assert not Handover.objects.exists()


@pytest.mark.parametrize(
    ("portal", "why", "sentence"),
    [
        ("not_ready", "", "Gateshead’s team is not ready in the portal yet."),
        ("paused", "Ofsted is here.", "Gateshead takes no new referrals for now: Ofsted is here."),
        ("paused", "", "Gateshead takes no new referrals for now."),
    ],
)
def test_to_a_council_that_is_not_live_nothing_is_sent(portal, why, sentence, ready, gateshead, worker, manager):
    agree(gateshead)
    Authority.objects.filter(pk=gateshead.pk).update(portal=portal, portal_why=why)
    gateshead.refresh_from_db()
    with pytest.raises(Refused, match=sentence):
        send_handover(enquiry=ready, authority=gateshead, by=worker)
    assert not Handover.objects.exists()
    [gap] = missing_from(ready, gateshead)
    assert gap.href(ready, gateshead, worker) == ""
    assert gap.href(ready, gateshead, manager) == reverse("portal_council", args=[gateshead.gss_code])


def test_each_gap_leads_to_its_field(make_enquiry, gateshead, newcastle, worker, manager, sign_in):
    enquiry = make_enquiry("ready", postcode="", consents={}, chosen_authority=newcastle)
    enquiry.chosen_authority = None
    enquiry.applicants.update(first_name="", last_name="", email="", phone="")
    client = sign_in(worker)
    found = {gap.code: gap.href(enquiry, None, worker) for gap in missing_from(enquiry, None)}
    assert set(found) == {"authority", "consent", "name", "contact", "place"}
    for code, href in found.items():
        address, _, field = href.partition("#")
        assert f'id="{field}"' in client.get(address).content.decode(), code


def test_a_row_for_another_system(ready, gateshead, worker, gateshead_worker, newcastle_worker, sign_in):
    agree(gateshead)
    ready.applicants.filter(position=1).update(first_name="=HYPERLINK(1)", last_name=" @SUM(A1)")
    handover = send_handover(enquiry=ready, authority=gateshead, by=worker)
    staff = reverse("handover_csv", args=[handover.reference])
    council = reverse("referral_csv", args=[handover.reference])
    assert sign_in(gateshead_worker).get(council).status_code == 403
    answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
    theirs = sign_in(gateshead_worker).get(council)
    assert theirs["Content-Type"] == "text/csv; charset=utf-8" and "no-store" in theirs["Cache-Control"]
    assert theirs["Content-Disposition"] == f'attachment; filename="{handover.reference}.csv"'
    assert sign_in(worker).get(staff).content == theirs.content
    assert sign_in(newcastle_worker).get(council).status_code == 404
    assert sign_in(worker).post(staff).status_code == 405
    rows = list(csv.reader(io.StringIO(theirs.content.decode("utf-8-sig"))))
    assert len(rows) == 2 and len(rows[0]) == len(rows[1]) == len(set(rows[0]))
    row = dict(zip(*rows, strict=True))
    assert row["handover_reference"] == handover.reference and row["sent_to"] == "Gateshead"
    assert row["applicant_1_first_name"] == "'=HYPERLINK(1)" and row["applicant_1_last_name"] == "' @SUM(A1)"
    assert row["applicant_1_phone"] == "07700 900123" and row["applicant_2_email"] == ""
    assert row["residence_gss_code"] == "E08000037" and row["may_text"] == "No"
    assert row["expression_household_people"] == "Ben, 14, son, they live here; Joy, 71, my mother, they stay often"
    assert row["expression_work_2_job"] == "nurse" and row["fact_eoi_authorised_on"] == "2026-02-24"
    assert all(cell[:1] not in tuple("=+-@\t\r") for cell in rows[1])


def test_its_columns_are_the_same_for_every_referral(ready, make_enquiry, gateshead, worker):
    agree(gateshead)
    full = send_handover(enquiry=ready, authority=gateshead, by=worker)
    plain = send_handover(enquiry=make_enquiry("ready"), authority=gateshead, by=worker)
    header = [package_csv(one.package).decode("utf-8-sig").splitlines()[0] for one in (full, plain)]
    assert header[0] == header[1]
