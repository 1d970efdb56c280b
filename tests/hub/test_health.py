import datetime

import pytest
from django.utils import timezone

from hub.health import beat
from hub.models import Heartbeat, Message


def test_healthz_needs_nothing(client):
    assert client.get("/healthz").status_code == 200


@pytest.fixture
def all_well(db):
    beat("worker")
    beat("send_due_messages")


def test_a_mailbox_that_is_set_up_must_be_read(client, all_well, settings):
    settings.INBOUND_IMAP_URL = "imaps://user:secret@mail.example.org/INBOX"
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "not been read for 30 minutes" in answer.json()["mailbox"]
    assert "secret" not in answer.content.decode()
    beat("read_mailbox")
    assert client.get("/readyz").json()["mailbox"] == "ok"


def a_message(**changes) -> Message:
    fields = {"template": "t", "to": "a@example.org", "subject": "s", "body": "b", "idempotency_key": "k"}
    return Message.objects.create(**{**fields, **changes})


def test_ready_when_all_parts_are(client, all_well):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "worker": "ok", "outbox": "ok"}


def test_not_ready_without_a_worker(client, all_well):
    Heartbeat.objects.filter(job="worker").update(at=timezone.now() - datetime.timedelta(minutes=5))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "No worker" in answer.json()["worker"]


def test_not_ready_while_a_message_is_due_and_nobody_tries(client, all_well):
    a_message(next_try_at=timezone.now() - datetime.timedelta(hours=1))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "15 minutes" in answer.json()["outbox"]


@pytest.mark.parametrize(
    "fate",
    [
        {"next_try_at": timezone.now() + datetime.timedelta(hours=3), "attempts": 6},
        {"state": "failed", "failed_at": timezone.now()},
        {"state": "cancelled"},
    ],
)
def test_one_message_that_cannot_be_delivered_makes_nothing_unready(client, all_well, fate):
    days_ago = timezone.now() - datetime.timedelta(days=3)
    a_message(**{"created_at": days_ago, "next_try_at": days_ago, **fate})
    assert client.get("/readyz").status_code == 200


def test_not_ready_when_nobody_sweeps(client, all_well):
    Heartbeat.objects.filter(job="send_due_messages").update(at=timezone.now() - datetime.timedelta(minutes=6))
    assert "Nobody has looked through the outbox" in client.get("/readyz").json()["outbox"]


def test_redis_away_is_named_and_breaks_no_page(client, settings, all_well):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"].startswith("Redis does not answer")
    assert client.get("/accounts/login/").status_code == 200
