import datetime

import pytest
from django.utils import timezone

from hub.health import beat
from hub.models import Heartbeat, Message


def test_healthz_needs_nothing(client):
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_ready_when_all_parts_are(client):
    beat("worker")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "worker": "ok", "outbox": "ok"}


@pytest.mark.django_db
def test_not_ready_without_a_worker_or_with_a_stuck_outbox(client):
    assert "No worker" in client.get("/readyz").json()["worker"]
    Heartbeat.objects.create(job="worker", at=timezone.now() - datetime.timedelta(minutes=5))
    hours_ago = timezone.now() - datetime.timedelta(hours=1)
    Message.objects.create(
        template="t", to="a@example.org", subject="s", body="b", idempotency_key="k", created_at=hours_ago
    )
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "No worker" in answer.json()["worker"]
    assert "15 minutes" in answer.json()["outbox"]


@pytest.mark.django_db
def test_redis_away_is_named_and_breaks_no_page(client, settings):
    settings.CACHES = {"default": {"BACKEND": "hub.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    beat("worker")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"].startswith("Redis does not answer")
    assert client.get("/accounts/login/").status_code == 200


@pytest.mark.django_db
def test_database_away_is_one_sentence(client, monkeypatch):
    from django.db import DatabaseError, connection

    def away():
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "The database does not answer."
