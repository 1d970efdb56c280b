"""Each invariant, with the fault planted once: the command must see it."""

import datetime
from io import StringIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command

from enquiries.models import Activity, Enquiry
from handover.models import Agreement, Handover
from handover.services import answer_handover, send_handover
from hub.models import Message
from reporting.management.commands.check_invariants import CHECKS
from reporting.models import Return
from tests.conftest import moment


@pytest.fixture
def handover(make_enquiry, gateshead, worker):
    Agreement.objects.create(
        authority=gateshead, version="2.1", signed_by="Joanne Armitage", starts_on=datetime.date(2024, 4, 1)
    )
    return send_handover(enquiry=make_enquiry("ready"), authority=gateshead, by=worker)


@pytest.fixture
def signed(hub, manager, data_officer):
    ret = Return(
        kind="dfe-monthly", period_from=datetime.date(2026, 9, 1), period_to=datetime.date(2026, 9, 30),
        definition="2026.1", hub_name="Hub", as_at=moment("2026-10-01 09:00"), lines=[{"code": "M01", "total": 1}],
        status="signed", signed_at=moment("2026-10-02 09:00"), signed_by=manager,
        reviewed_at=moment("2026-10-02 08:30"), reviewed_by=data_officer, reviewed_as="Owen Data",
    )  # fmt: skip
    ret.sha256 = ret.fingerprint
    ret.save()
    return ret


def check():
    out = StringIO()
    call_command("check_invariants", stdout=out)
    return out.getvalue()


def check_fails(title):
    out = StringIO()
    with pytest.raises(CommandError, match=f"^1 of {len(CHECKS)} invariants do not hold"):
        call_command("check_invariants", stdout=out)
    assert f"FAILS  {title}" in out.getvalue()
    return out.getvalue()


def test_all_hold(handover, signed, gateshead_worker, make_enquiry):
    make_enquiry("eoi")
    assert f"All {len(CHECKS)} invariants hold." in check()
    answer_handover(handover=handover, by=gateshead_worker, answer="declined", reason="capacity")
    assert "FAILS" not in check()


def test_a_state_that_drifted(make_enquiry):
    enquiry = make_enquiry("in_touch")
    Enquiry.objects.filter(pk=enquiry.pk).update(stage="eoi", attempts=3)
    said = check_fails("The state of every enquiry is what its facts give")
    assert f"{enquiry.reference}: stage, attempts kept" in said


def test_an_enquiry_never_received(make_enquiry):
    enquiry = make_enquiry(source="")
    with pgtrigger.ignore("enquiries.Activity:append_only"):
        Activity.objects.filter(enquiry=enquiry).delete()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_invariants", stdout=out)
    assert f"{enquiry.reference} was received 0 times" in out.getvalue()


def test_an_enquiry_received_at_another_time(make_enquiry):
    enquiry = make_enquiry()
    Enquiry.objects.update(received_at=moment("2026-01-01 10:00"))
    assert f"{enquiry.reference} and its received fact differ" in check_fails("Every enquiry was received exactly once")


def test_a_message_without_a_reference(hub):
    Message.objects.create(template="x", to="a@example.org", subject="x", body="x", idempotency_key="x")
    check_fails("Every message in the outbox has a reference")


def test_a_handover_that_disagrees_with_its_facts(handover):
    Handover.objects.update(state="accepted", answered_at=moment("2026-03-02 10:15"))
    assert "is accepted, and its facts say no answer" in check_fails("Every handover stands as its facts say")


def test_something_sent_without_a_handover(make_enquiry):
    enquiry = make_enquiry("handed_over")  # the bare fact, without the service that sends
    assert f"{enquiry.reference} was sent" in check_fails("Everything sent has its handover")


def test_a_package_that_was_changed(handover):
    with pgtrigger.ignore("handover.Handover:package_frozen"):
        Handover.objects.update(package={"changed": True})
    assert handover.reference in check_fails("Every package has its hash")


def test_a_signed_return_that_was_changed(signed):
    with pgtrigger.ignore("reporting.Return:signed_is_frozen"):
        Return.objects.update(lines=[{"code": "M01", "total": 2}])
    check_fails("Every signed return has its hash")
