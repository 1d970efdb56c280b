"""What a handover needs, what it freezes, and who is told."""

import datetime

import jsonschema
import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.utils import Error

from enquiries.models import Applicant, Consent
from enquiries.services import record_activity
from handover.models import Agreement, Handover
from handover.package import build_package, canonical_json, data_set, package_hash, package_schema
from handover.requirements import missing_from
from handover.services import send_handover, withdraw_handover
from hub.errors import Refused
from hub.models import Message
from tests.conftest import moment
from tests.factories import someone


def gaps(enquiry, authority):
    return {gap.code for gap in missing_from(enquiry, authority)}


def test_what_is_sent_follows_the_published_schema_and_its_hash(sent):
    handover = Handover.objects.get(pk=sent().pk)
    validator = jsonschema.Draft202012Validator(package_schema(), format_checker=jsonschema.FormatChecker())
    assert list(validator.iter_errors(handover.package)) == []
    assert package_hash(handover.package) == handover.package_sha256
    assert handover.reference == f"{handover.enquiry.reference}-H1"
    assert handover.package["handover"]["agreement"] == "2.1"
    assert handover.enquiry.stage == "handed_over" and handover.enquiry.held_by == handover.authority


def test_the_schema_is_itself_a_schema_and_closed():
    jsonschema.Draft202012Validator.check_schema(package_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"schema": "1.0", "notes": "no"}, package_schema())


def test_canonical_json_does_not_depend_on_order():
    assert canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()


def test_the_package_holds_no_note_of_staff_and_no_message(make_enquiry, worker, agreement, gateshead):
    enquiry = make_enquiry("in_touch", message="Their own words")
    record_activity(enquiry=enquiry, kind="note", by=worker, note="Sounded unsure")
    record_activity(enquiry=enquiry, kind="conversation", by=worker, channel="phone", note="Talked of the divorce")
    text = canonical_json(build_package(enquiry, gateshead)).decode()
    assert "unsure" not in text and "divorce" not in text and "Their own words" not in text
    assert "Ruth Worker" not in text


def test_why_a_council_was_chosen_is_for_that_council_only(make_enquiry, newcastle, gateshead):
    enquiry = make_enquiry("ready", chosen_authority=newcastle, chosen_why="My ex-husband works for Gateshead")
    assert data_set(enquiry, newcastle)["enquiry"]["chosen_why"] == "My ex-husband works for Gateshead"
    assert data_set(enquiry, gateshead)["enquiry"]["chosen_why"] == ""


def test_nothing_is_missing_from_a_complete_one(make_enquiry, agreement, gateshead):
    assert missing_from(make_enquiry("ready"), gateshead) == []


def test_each_gap_is_named_and_refused(make_enquiry, agreement, gateshead, newcastle, authorities, worker):
    enquiry = make_enquiry("ready", postcode="", consents={})
    enquiry.applicants.all().delete()
    Applicant.objects.create(enquiry=enquiry)
    assert gaps(enquiry, gateshead) == {"name", "contact", "place", "consent"}
    assert gaps(enquiry, newcastle) == {"name", "contact", "place", "consent", "agreement"}
    assert "authority" in gaps(enquiry, authorities["Leeds"]) and "authority" in gaps(enquiry, None)
    with pytest.raises(Refused, match="first applicant’s name") as refusal:
        send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    assert enquiry.reference in str(refusal.value)
    assert not Handover.objects.exists()


@pytest.mark.parametrize("stage", ["new", "in_touch", "eoi", "closed"])
def test_not_before_the_expression_of_interest_is_authorised(stage, make_enquiry, agreement, gateshead, worker):
    enquiry = make_enquiry(stage)
    assert "eoi" in gaps(enquiry, gateshead)
    with pytest.raises(Refused):
        send_handover(enquiry=enquiry, authority=gateshead, by=worker)


def test_the_latest_word_on_consent_counts(make_enquiry, agreement, gateshead):
    enquiry = make_enquiry("ready")
    Consent.objects.create(enquiry=enquiry, purpose="share_with_authority", given=False, wording="x", channel="phone")
    assert gaps(enquiry, gateshead) == {"consent"}
    Consent.objects.create(enquiry=enquiry, purpose="keep_in_touch", given=True, wording="x", channel="phone")
    assert gaps(enquiry, gateshead) == {"consent"}
    Consent.objects.create(enquiry=enquiry, purpose="share_with_authority", given=True, wording="x", channel="phone")
    assert gaps(enquiry, gateshead) == set()


def test_an_agreement_counts_from_its_first_to_its_last_day(make_enquiry, gateshead):
    with time_machine.travel(moment("2026-03-02 10:00"), tick=False):
        enquiry = make_enquiry("ready")
    Agreement.objects.create(
        authority=gateshead, version="1", signed_by="A",
        starts_on=datetime.date(2026, 3, 3), ends_on=datetime.date(2026, 3, 5),
    )  # fmt: skip
    expected = {2: True, 3: False, 5: False, 6: True}
    for day, missing in expected.items():
        with time_machine.travel(moment(f"2026-03-0{day} 12:00"), tick=False):
            assert ("agreement" in gaps(enquiry, gateshead)) is missing, day


def test_only_those_with_the_right_may_send(make_enquiry, agreement, gateshead, gateshead_worker, cluster_lead):
    enquiry = make_enquiry("ready")
    for person in (gateshead_worker, cluster_lead):
        with pytest.raises(Refused):
            send_handover(enquiry=enquiry, authority=gateshead, by=person)
    assert not Handover.objects.exists()


def test_what_was_previewed_is_what_is_sent(make_enquiry, agreement, gateshead, worker):
    enquiry = make_enquiry("ready")
    seen = package_hash(data_set(enquiry, gateshead))
    enquiry.applicants.filter(position=1).update(phone="+447700900999")
    with pytest.raises(Refused, match="changed since you looked"):
        send_handover(enquiry=enquiry, authority=gateshead, by=worker, seen=seen)
    enquiry.refresh_from_db()
    send_handover(enquiry=enquiry, authority=gateshead, by=worker, seen=package_hash(data_set(enquiry, gateshead)))


def test_one_open_handover_says_the_database(sent, newcastle, make_enquiry):
    handover = sent()
    fact = handover.enquiry.activities.get(kind="received")
    with pytest.raises(IntegrityError, match="handover_one_open_per_enquiry"), transaction.atomic():
        Handover.objects.create(
            reference="HKTR-4829-H9", enquiry=handover.enquiry, authority=newcastle, sent_fact=fact, state="accepted",
            answered_at=handover.sent_at,
        )  # fmt: skip


def test_what_was_sent_cannot_be_changed(sent):
    handover = sent()
    for change in ({"package": {"schema": "1.0"}}, {"package_sha256": "0"}, {"sent_at": moment("2020-01-01 09:00")}):
        with pytest.raises(Error, match="Cannot update"), transaction.atomic():
            Handover.objects.filter(pk=handover.pk).update(**change)


def test_the_authoritys_people_are_told_without_a_word_about_the_people(
    sent, gateshead_worker, newcastle_worker, django_capture_on_commit_callbacks
):
    someone("authority_lead", gateshead_worker.authority)
    with django_capture_on_commit_callbacks(execute=False):
        handover = sent()
    told = Message.objects.filter(template="referral_waiting")
    assert {m.to for m in told} == {gateshead_worker.email, "authority_lead.e08000037@example.org"}
    for message in told:
        for applicant in handover.enquiry.applicants.all():
            for secret in (applicant.first_name, applicant.last_name, applicant.email, applicant.phone):
                assert not secret or secret not in message.subject + message.body
        assert "/portal/" in message.body and handover.enquiry.postcode not in message.body
    assert mail.outbox == []


def test_an_enquiry_that_nobody_owns_gets_an_owner_so_that_it_can_come_back(sent, worker):
    handover = sent()
    handover.enquiry.refresh_from_db()
    assert handover.enquiry.owner == worker


def test_sent_again_after_withdrawal_under_a_new_reference(sent, gateshead, worker):
    first = sent()
    withdraw_handover(handover=first, by=worker, reason="information")
    second = send_handover(enquiry=first.enquiry, authority=gateshead, by=worker)
    assert second.reference.endswith("-H2")
    first.refresh_from_db()
    assert first.state == "withdrawn" and first.reason == "information"


def test_the_person_is_told_who_has_their_details(make_enquiry, agreement, gateshead, worker):
    enquiry = make_enquiry("ready")
    send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    message = Message.objects.get(template="passed_to_council")
    assert message.to == enquiry.applicants.first().email
    assert "passed your details to Gateshead" in message.body
    assert enquiry.applicants.first().last_name not in message.subject
    assert enquiry.activities.filter(kind="message_sent", note__startswith="Their details are with Gateshead").exists()


def test_the_person_is_not_written_to_where_that_is_unsafe(make_enquiry, agreement, gateshead, worker):
    enquiry = make_enquiry("ready", safe_contact={"by_email": False})
    send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    assert not Message.objects.filter(template="passed_to_council").exists()
