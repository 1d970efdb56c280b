"""From the row to the other side: claims, tries, giving up, and beginning again."""

import datetime
from itertools import pairwise

import pytest
import time_machine
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from handover.models import Attempt, Delivery, Endpoint
from handover.webhooks import deliveries
from handover.webhooks.deliveries import CLAIM, RETRIES_AFTER, deliver_due, deliver_now
from handover.webhooks.services import (
    BOTH_COUNT,
    add_endpoint,
    pause_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
    send_again,
    send_test,
    tell_authority,
)
from hub.errors import Refused
from hub.models import Message
from tests.conftest import moment
from tests.factories import someone

pytestmark = pytest.mark.usefixtures("no_worker")
BEGAN = moment("2026-10-20 10:00")  # the clocks change within the three days of some
State = Delivery.State


@pytest.fixture
def clock():
    with time_machine.travel(BEGAN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def told(gateshead, endpoint):
    """told() gives a delivery that waits."""

    def make(key: str = "FT-7K3M-H1"):
        (made,) = tell_authority(authority=gateshead, kind="handover.sent", about={"reference": key}, key=key)
        return made

    return make


def pass_time(clock, duration):
    """The sweep as it goes by, with the clock at each due moment."""
    end = timezone.now() + duration
    while True:
        deliver_due()
        waiting = Delivery.objects.filter(state=State.WAITING, endpoint__state="active")
        due = waiting.order_by("next_try_at").first()
        moment_of_next = max(due.next_try_at, timezone.now() + datetime.timedelta(seconds=1)) if due else end
        if moment_of_next >= end:
            clock.move_to(end)
            return
        clock.move_to(moment_of_next)


def mails(about: str = "connection_failing") -> list[str]:
    return sorted(Message.objects.filter(template=about).values_list("to", flat=True))


def test_what_waits_is_sent_once(clock, told, receiver):
    delivery = told()
    assert deliver_due() == 1 and deliver_due() == 0
    delivery.refresh_from_db()
    assert delivery.state == State.DELIVERED and delivery.delivered_at == BEGAN
    (attempt,) = delivery.attempts.all()
    assert attempt.status == 204 and attempt.fault == "" and len(receiver.asked) == 1


def test_the_worker_is_told_after_the_commit_and_never_before(
    told, monkeypatch, django_capture_on_commit_callbacks, gateshead, endpoint
):
    handed = []
    monkeypatch.setattr("handover.webhooks.services.tell", lambda task, *args: handed.append((task.name, args)))
    with django_capture_on_commit_callbacks(execute=True):
        made = told()
        assert handed == []
    assert handed == [("handover.tasks.deliver", (made.pk,))]


def test_the_broker_away_changes_nothing(told, monkeypatch, django_capture_on_commit_callbacks):
    from kombu.exceptions import OperationalError

    from handover.tasks import deliver

    def refuse(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.undo()
    monkeypatch.setattr(deliver, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        told()
    assert deliver_due() == 1


def test_what_another_worker_has_is_not_ours(clock, told, monkeypatch):
    """Deterministic: while one sends, another comes for the same row."""
    delivery, second = told(), []
    real = deliveries.sending.send

    def meanwhile(**what):
        second.append(deliver_now(delivery.pk))
        return real(**what)

    monkeypatch.setattr(deliveries.sending, "send", meanwhile)
    assert deliver_now(delivery.pk).went
    assert second == [None] and delivery.attempts.count() == 1


def test_a_worker_killed_between_claim_and_result_loses_nothing(clock, told, receiver, monkeypatch):
    delivery = told()

    class Killed(BaseException):
        pass

    def die(**what):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(deliveries.sending, "send", die)
        with pytest.raises(Killed):
            deliver_now(delivery.pk)
    assert deliver_due() == 0  # the claim still stands
    clock.shift(CLAIM)
    assert deliver_due() == 1
    delivery.refresh_from_db()
    assert delivery.state == State.DELIVERED and len(receiver.asked) == 1


def test_500_for_two_days_and_then_200(clock, told, receiver):
    delivery = told()
    receiver.answers(500)
    pass_time(clock, datetime.timedelta(days=2))
    delivery.refresh_from_db()
    assert delivery.state == State.WAITING and delivery.attempts.count() == 8
    assert Endpoint.objects.get().failing_since == BEGAN and mails() == []
    receiver.answers(200)
    pass_time(clock, datetime.timedelta(days=2))
    delivery.refresh_from_db()
    assert delivery.state == State.DELIVERED
    assert [a.status for a in delivery.attempts.order_by("pk")] == [500] * 8 + [200]
    assert Endpoint.objects.get().failing_since is None and mails() == []
    # The same event, signed anew for each try.
    assert len({asked.headers["webhook-id"] for asked in receiver.asked}) == 1
    assert len({asked.headers["webhook-timestamp"] for asked in receiver.asked}) == 9
    assert len({asked.body for asked in receiver.asked}) == 1


def test_the_tries_follow_standard_webhooks_and_last_three_days(clock, told, receiver):
    delivery = told()
    receiver.answers(503)
    pass_time(clock, datetime.timedelta(days=5))
    moments = [a.at for a in delivery.attempts.order_by("pk")]
    assert [later - earlier for earlier, later in pairwise(moments)] == RETRIES_AFTER
    assert datetime.timedelta(days=3) <= moments[-1] - moments[0] <= datetime.timedelta(days=3, hours=6)


def test_after_three_days_it_is_given_up_switched_off_and_people_are_told(
    clock, told, receiver, endpoint, lead, manager, gateshead_worker, newcastle_lead
):
    first, second = told(), told("FT-8888-H1")
    receiver.answers(500, body=b"Amina Khalid is unknown here")
    pass_time(clock, datetime.timedelta(days=4))
    endpoint.refresh_from_db()
    assert endpoint.state == "disabled" and "three days" in endpoint.why and "answered 500" in endpoint.why
    assert mails() == sorted([lead.email, manager.email])  # not the worker, not another council, once each
    mail = Message.objects.get(template="connection_failing", to=lead.email)
    assert "/portal/connections/" in mail.body and "FT-" not in mail.body + mail.subject
    assert "Amina" not in mail.body and "Amina" not in str(list(Attempt.objects.values()))
    # What happens now waits, and what waits goes when it is put on again.
    third = told("FT-9999-H1")
    receiver.answers(200)
    pass_time(clock, datetime.timedelta(days=1))
    third.refresh_from_db()
    assert third.state == State.WAITING
    resume_endpoint(endpoint=endpoint, by=lead)
    pass_time(clock, datetime.timedelta(minutes=1))
    third.refresh_from_db()
    assert third.state == State.DELIVERED
    states = {d.pk: d.state for d in Delivery.objects.all()}
    assert State.GIVEN_UP in (states[first.pk], states[second.pk])
    for delivery in (first, second):
        send_again(delivery=delivery, by=lead)
    assert deliver_due() == 2
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None and endpoint.why == ""


def test_the_hubs_desk_is_told_where_there_is_one(clock, told, receiver, lead, manager, worker, hub):
    hub.handover_desk = worker
    hub.save()
    told()
    receiver.answers(410)
    deliver_due()
    assert mails() == sorted([lead.email, worker.email])


def test_410_switches_it_off_at_once(clock, told, receiver, endpoint, lead, manager):
    delivery = told()
    receiver.answers(410)
    deliver_due()
    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    assert delivery.state == State.GIVEN_UP and endpoint.state == "disabled" and "410" in endpoint.why
    assert mails() == sorted([lead.email, manager.email])
    pass_time(clock, datetime.timedelta(days=1))
    assert len(receiver.asked) == 1


def test_one_that_cannot_be_delivered_while_others_can_leaves_the_connection_on(clock, told, receiver, endpoint, lead):
    bad = told()
    receiver.answers(422)
    for _ in range(len(RETRIES_AFTER)):
        pass_time(clock, datetime.timedelta(seconds=1))
        bad.refresh_from_db()
        clock.move_to(bad.next_try_at)
        receiver.answers(200)  # another one goes between
        send_test(endpoint=endpoint, by=lead)
        other = Delivery.objects.latest("pk")
        assert deliver_now(other.pk).went
        receiver.answers(422)
    deliver_due()
    bad.refresh_from_db()
    endpoint.refresh_from_db()
    assert bad.state == State.GIVEN_UP and endpoint.state == "active" and lead.email in mails()


def test_one_that_hangs_does_not_keep_the_others_waiting(clock, told, gateshead, newcastle_lead, newcastle, receiver):
    told("FT-1111-H1"), told("FT-2222-H1"), told("FT-3333-H1")
    add_endpoint(by=newcastle_lead, url=receiver.url + "&newcastle", events=["handover.sent"])
    tell_authority(authority=newcastle, kind="handover.sent", about={}, key="FT-4444-H1")

    def only_newcastle(connection):
        there = "newcastle" in receiver.asked[-1].path
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" if there else b"")

    receiver.answer = only_newcastle
    assert deliver_due() == 1
    assert [("newcastle" in asked.path) for asked in receiver.asked] == [False, True]  # the first of three, no more


def test_put_again_by_hand_while_a_try_is_under_way(clock, told, receiver, lead, monkeypatch):
    delivery = told()
    receiver.answers(500)
    real = deliveries.sending.send

    def meanwhile(**what):
        send_again(delivery=delivery, by=lead)
        return real(**what)

    monkeypatch.setattr(deliveries.sending, "send", meanwhile)
    deliver_now(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == State.WAITING and delivery.tries == 0 and delivery.next_try_at == BEGAN


def test_paused_waits_and_goes_on(clock, told, receiver, endpoint, lead):
    delivery = told()
    pause_endpoint(endpoint=endpoint, by=lead)
    pass_time(clock, datetime.timedelta(days=30))
    assert receiver.asked == [] and deliver_now(delivery.pk) is None
    resume_endpoint(endpoint=endpoint, by=lead)
    assert deliver_due() == 1


def test_removed_is_told_nothing_more(clock, told, receiver, endpoint, lead):
    delivery = told()
    remove_endpoint(endpoint=endpoint, by=lead)
    assert deliver_due() == 0 and receiver.asked == []
    delivery.refresh_from_db()
    assert delivery.state == State.GIVEN_UP
    for service in (pause_endpoint, resume_endpoint, rotate_secret, send_test):
        with pytest.raises(Refused):
            service(endpoint=endpoint, by=lead)
    with pytest.raises(Refused):
        send_again(delivery=delivery, by=lead)


def test_what_was_delivered_can_be_sent_again(clock, told, receiver, lead):
    delivery = told()
    deliver_due()
    send_again(delivery=delivery, by=lead)
    assert deliver_due() == 1
    assert len({(asked.headers["webhook-id"], asked.body) for asked in receiver.asked}) == 1
    assert delivery.attempts.count() == 2


def test_a_name_that_has_come_to_lead_inside_is_refused_at_each_try(clock, told, receiver, endpoint, monkeypatch):
    from tests.handover.webhooks.test_sending import resolve_to

    Endpoint.objects.update(url=f"http://cases.example.org:{receiver.port}/")
    resolve_to(monkeypatch, "10.0.0.7")
    told()
    deliver_due()
    assert "not public" in Attempt.objects.get().fault and receiver.asked == []


# ---- secrets -----------------------------------------------------------------


def verified(asked, secret: str) -> bool:
    try:
        Webhook(secret).verify(asked.body, asked.headers)
    except WebhookVerificationError:
        return False
    return True


def test_after_a_change_both_secrets_count_for_a_day(clock, told, receiver, endpoint, lead):
    _, new = rotate_secret(endpoint=endpoint, by=lead)
    told()
    deliver_due()
    assert verified(receiver.asked[-1], endpoint.secret) and verified(receiver.asked[-1], new)
    with pytest.raises(Refused):
        rotate_secret(endpoint=endpoint, by=lead)  # a third would push out one that is in use
    clock.shift(BOTH_COUNT)
    told("FT-2222-H1")
    deliver_due()
    assert not verified(receiver.asked[-1], endpoint.secret) and verified(receiver.asked[-1], new)
    rotate_secret(endpoint=endpoint, by=lead)


def test_the_database_alone_does_not_give_the_secret(endpoint, settings, receiver, told):
    row = str(Endpoint.objects.values().get())
    assert endpoint.secret not in row and endpoint.secret.removeprefix("whsec_") not in row
    settings.SECRET_KEY = "another deployment"
    told()
    deliver_due()
    assert "key was changed" in Attempt.objects.get().fault and receiver.asked == []
    settings.SECRET_KEY_FALLBACKS = ["x"]


def test_a_key_that_was_changed_with_the_old_one_kept(endpoint, settings, receiver, told):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next one"
    told()
    assert deliver_due() == 1 and verified(receiver.asked[0], endpoint.secret)


# ---- whose it is -------------------------------------------------------------


def test_nobody_else_may(endpoint, told, newcastle_lead, gateshead_worker, worker):
    delivery = told()
    for by in (newcastle_lead, gateshead_worker, worker):
        for service in (pause_endpoint, remove_endpoint, rotate_secret, send_test):
            with pytest.raises(Refused):
                service(endpoint=endpoint, by=by)
        with pytest.raises(Refused):
            send_again(delivery=delivery, by=by)
    endpoint.refresh_from_db()
    assert endpoint.state == "active"


def test_five_addresses_and_no_more(endpoint, lead, receiver):
    for number in range(4):
        add_endpoint(by=lead, url=f"{receiver.url}&{number}", events=["handover.sent"])
    with pytest.raises(Refused, match="5 addresses"):
        add_endpoint(by=lead, url=f"{receiver.url}&x", events=["handover.sent"])
    with pytest.raises(Refused, match="told already"):
        add_endpoint(by=lead, url=receiver.url, events=["handover.sent"])


def test_what_was_told_stays_what_it_was(told):
    from django.db import Error, transaction

    delivery = told()
    deliver_due()
    for row, change in ((delivery, {"body": "{}"}), (Attempt.objects.get(), {"status": 200})):
        with pytest.raises(Error), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
        with pytest.raises(Error), transaction.atomic():
            row.delete()


def test_a_role_of_another_kind_has_no_connections(hub):
    with pytest.raises(Refused):
        add_endpoint(by=someone("hub_manager"), url="https://cases.example.org/", events=["handover.sent"])
