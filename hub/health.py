"""Whether the parts that must run do run; `/readyz` reads it, the worker's heartbeat writes it."""

import datetime

from django.conf import settings
from django.db import Error, connection, models
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

HEARTBEAT_LIMIT = datetime.timedelta(seconds=90)
SWEEP_LIMIT = datetime.timedelta(minutes=5)
OUTBOX_LIMIT = datetime.timedelta(minutes=15)
MAILBOX_LIMIT = datetime.timedelta(minutes=30)


class Heartbeat(models.Model):
    """The last sign of life of a periodic job."""

    job = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.job


def beat(job: str) -> None:
    """Note that the job ran now."""
    Heartbeat.objects.update_or_create(job=job, defaults={"at": timezone.now()})


def readiness() -> dict[str, str]:
    """Each part with "ok" or a sentence on what is wrong; the deployment is ready when all are ok."""
    parts = {"database": _database(), "broker": _broker()}
    if parts["database"] == "ok":
        parts |= {"worker": _worker(), "outbox": _outbox()}
        if settings.INBOUND_IMAP_URL:
            parts["mailbox"] = _mailbox()
    return parts


class ProbesMiddleware:
    """Answers /healthz and /readyz before anything reads a session: they must speak when the database does not."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            parts = readiness()
            return JsonResponse(parts, status=200 if all(state == "ok" for state in parts.values()) else 503)
        return self.get_response(request)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "The database does not answer."
    return "ok"


def _broker() -> str:
    address = settings.REDIS_URL.replace("redis+socket:", "unix:")
    try:
        with Redis.from_url(address, socket_connect_timeout=1, socket_timeout=2) as redis:
            redis.ping()
    except RedisError:
        return "Redis does not answer. Enquiries are taken; messages wait."
    return "ok"


def _worker() -> str:
    if _silent("worker", HEARTBEAT_LIMIT):
        return "No worker has reported in the last 90 seconds."
    return "ok"


def _outbox() -> str:
    """Whether somebody sends. A message that a mail server refuses for now has a later try, and is no fault of ours."""
    from hub.messages.ways.chosen import sent_by_itself
    from hub.models import Message

    if _silent("send_due_messages", SWEEP_LIMIT):
        return "Nobody has looked through the outbox in the last 5 minutes."
    if sent_by_itself(Message.objects.due(timezone.now() - OUTBOX_LIMIT)).exists():
        return "A message has been due for more than 15 minutes, and nobody has tried to send it."
    return "ok"


def _mailbox() -> str:
    if _silent("read_mailbox", MAILBOX_LIMIT):
        return "The mailbox has not been read for 30 minutes. Run manage.py read_mailbox: it says why."
    return "ok"


def _silent(job: str, limit: datetime.timedelta) -> bool:
    return not Heartbeat.objects.filter(job=job, at__gt=timezone.now() - limit).exists()
