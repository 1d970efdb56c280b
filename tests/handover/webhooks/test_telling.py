"""What is written for a council's systems, by what happens, and what it says."""

import datetime
import json
import uuid

import pytest
from django.db import Error, transaction
from django.utils import timezone

from enquiries.casework.services import change_safe_contact
from enquiries.services import record_activity
from handover.models import Attempt, ChangesTold, Delivery
from handover.services import withdraw_handover
from handover.webhooks.changes import LOOKS_BACK, tell_of_changes
from handover.webhooks.forgetting import forget_old_deliveries
from handover.webhooks.models import EVENTS
from handover.webhooks.services import add_endpoint, pause_endpoint, remove_endpoint, tell_authority
from tests.factories import someone

pytestmark = pytest.mark.usefixtures("no_worker")


def change_details(enquiry, worker):
    record_activity(enquiry=enquiry, kind="details_changed", by=worker, note="Changed: telephone 07700 900123")


def kinds() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("kind", flat=True))


def test_a_referral_is_told_of_when_it_is_sent_and_when_it_is_taken_back(endpoint, sent, worker):
    handover = sent()
    withdraw_handover(handover=handover, by=worker, reason="mistake")
    assert kinds() == ["handover.sent", "handover.withdrawn"]
    said = json.loads(Delivery.objects.earliest("pk").body)
    assert said["type"] == "handover.sent" and said["data"]["reference"] == handover.reference
    assert datetime.datetime.fromisoformat(said["timestamp"]).utcoffset() is not None
    assert said["data"]["page"] == f"http://testserver/portal/{handover.reference}/"
    assert said["data"]["api"] == f"http://testserver/api/v1/handovers/{handover.reference}/"


def test_nothing_personal_is_told(endpoint, sent, worker):
    handover = sent(message="Our dog Biscuit")
    change_details(handover.enquiry, worker)
    tell_of_changes()
    ChangesTold.objects.update(up_to=timezone.now() - datetime.timedelta(hours=1))
    tell_of_changes()
    people = handover.enquiry.applicants.all()
    secrets = [text for a in people for text in (a.first_name, a.last_name, a.email, a.phone) if text]
    secrets += ["NE8", "Biscuit", "07700", handover.enquiry.message]
    for body in Delivery.objects.values_list("body", flat=True):
        assert set(json.loads(body)) == {"type", "timestamp", "data"}
        assert set(json.loads(body)["data"]) == {"reference", "page", "api"}
        assert [text for text in secrets if text in body] == []


def test_it_is_written_in_the_transaction_of_what_happened(endpoint, make_enquiry, agreement, gateshead, worker):
    from handover.services import send_handover

    def lights_go_out():
        with transaction.atomic():
            send_handover(enquiry=make_enquiry("ready"), authority=gateshead, by=worker)
            assert kinds() == ["handover.sent"]
            raise RuntimeError("the lights go out")

    with pytest.raises(RuntimeError):
        lights_go_out()
    assert kinds() == []


def test_only_the_councils_own_systems_are_told_and_only_what_they_asked_for(
    endpoint, receiver, sent, lead, newcastle_lead, loopback
):
    add_endpoint(by=newcastle_lead, url=receiver.url, events=list(EVENTS))
    add_endpoint(by=lead, url=f"{receiver.url}&other", events=["enquiry.updated"])
    removed, _ = add_endpoint(by=lead, url=f"{receiver.url}&gone", events=list(EVENTS))
    remove_endpoint(endpoint=removed, by=lead)
    sent()
    assert list(Delivery.objects.values_list("endpoint", flat=True)) == [endpoint.pk]


def test_one_that_is_paused_is_told_later(endpoint, sent, lead):
    pause_endpoint(endpoint=endpoint, by=lead)
    sent()
    assert kinds() == ["handover.sent"]


def test_the_same_key_is_one_event(endpoint, gateshead):
    for _ in range(2):
        tell_authority(authority=gateshead, kind="handover.sent", about={}, key="FT-7K3M-H1")
    tell_authority(authority=gateshead, kind="handover.withdrawn", about={}, key="FT-7K3M-H1")
    assert kinds() == ["handover.sent", "handover.withdrawn"]


# ---- details that were changed -----------------------------------------------


def test_changes_are_told_once_while_the_council_holds_them(endpoint, accepted, worker):
    handover = accepted()
    tell_of_changes()
    change_details(handover.enquiry, worker)
    assert tell_of_changes() == 1 and tell_of_changes() == 0
    change_details(handover.enquiry, worker)
    assert tell_of_changes() == 1
    assert kinds() == ["handover.sent", "enquiry.updated", "enquiry.updated"]


def test_what_people_change_by_the_real_service_is_told(endpoint, accepted, worker):
    handover = accepted()
    tell_of_changes()
    enquiry = handover.enquiry
    enquiry.refresh_from_db()
    change_safe_contact(enquiry=enquiry, by=worker, version=enquiry.version, by_phone=False)
    assert tell_of_changes() == 1


def test_a_change_that_is_seen_late_is_told_all_the_same(endpoint, accepted, worker):
    """Its transaction ended after a look that came after its moment."""
    handover = accepted()
    tell_of_changes()
    change_details(handover.enquiry, worker)
    ChangesTold.objects.update(up_to=timezone.now() + LOOKS_BACK / 2)
    assert tell_of_changes() == 1


def test_what_the_worker_missed_for_days_is_told(endpoint, accepted, worker):
    handover = accepted()
    tell_of_changes()
    ChangesTold.objects.update(up_to=timezone.now() - datetime.timedelta(days=9))
    change_details(handover.enquiry, worker)
    assert tell_of_changes() == 1


def test_what_changed_before_it_was_sent_or_after_it_was_taken_back_is_not_told(endpoint, make_enquiry, worker, sent):
    tell_of_changes()
    handover = sent()
    facts = handover.enquiry.facts
    enquiry = make_enquiry("in_touch")
    change_details(enquiry, worker)  # with nobody
    withdraw_handover(handover=handover, by=worker, reason="mistake")
    handover.enquiry.refresh_from_db()
    change_details(handover.enquiry, worker)
    assert facts.filter(kind="details_changed").exists()
    assert tell_of_changes() == 0


def test_a_change_before_the_sending_is_part_of_the_package(endpoint, make_enquiry, agreement, gateshead, worker):
    from handover.services import send_handover

    tell_of_changes()
    enquiry = make_enquiry("ready")
    change_details(enquiry, worker)
    send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    assert tell_of_changes() == 0 and kinds() == ["handover.sent"]


def test_another_councils_people_are_not_told_of(endpoint, make_enquiry, newcastle, worker):
    tell_of_changes()
    someone("authority_worker", newcastle)
    enquiry = make_enquiry("with_authority", authority=newcastle)
    change_details(enquiry, worker)
    assert tell_of_changes() == 0


def aged(endpoint, days: int, state: str, tried: int | None = None) -> Delivery:
    """One that was made so many days ago, by the clock that the database has too."""
    at = timezone.now() - datetime.timedelta(days=days)
    made = Delivery.objects.create(
        endpoint=endpoint, event_id=uuid.uuid4().hex, kind="ping", body="{}", made_at=at, state=state,
        delivered_at=at if state == "delivered" else None,
    )  # fmt: skip
    if tried is not None:
        Attempt.objects.create(
            delivery=made, at=timezone.now() - datetime.timedelta(days=tried), status=204, milliseconds=9
        )
    return made


def test_what_is_old_is_forgotten_with_its_tries(endpoint):
    gone = [aged(endpoint, 91, "delivered", 91), aged(endpoint, 200, "given_up")]
    kept = [
        aged(endpoint, 89, "delivered", 89), aged(endpoint, 300, "waiting", 299),
        aged(endpoint, 200, "delivered", 2),  # sent again by hand
    ]  # fmt: skip
    assert forget_old_deliveries() == len(gone)
    assert set(Delivery.objects.all()) == set(kept)
    assert Attempt.objects.count() == 3
    assert forget_old_deliveries() == 0


def test_nobody_deletes_what_was_told_before_its_time(endpoint):
    made = aged(endpoint, 89, "delivered", 89)
    for rows in (Attempt.objects.all(), Delivery.objects.filter(pk=aged(endpoint, 1, "given_up").pk)):
        with pytest.raises(Error, match="Cannot delete"), transaction.atomic():
            rows.delete()
    with pytest.raises(Error, match="Cannot update"), transaction.atomic():
        made.attempts.update(status=500)


def test_what_happened_earlier_is_dated_then(endpoint, gateshead):
    then = timezone.now() - datetime.timedelta(hours=70)
    (told,) = tell_authority(authority=gateshead, kind="handover.sent", about={}, at=then)
    told.refresh_from_db()
    assert told.made_at == then and json.loads(told.body)["timestamp"] == then.isoformat(timespec="seconds")
