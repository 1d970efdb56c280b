"""Whether the parts that must run do run; `/readyz` reads it, the worker's heartbeat writes it."""

import datetime

from django.core.cache import cache
from django.db import DatabaseError, connection, models
from django.utils import timezone

HEARTBEAT_LIMIT = datetime.timedelta(seconds=90)
OUTBOX_LIMIT = datetime.timedelta(minutes=15)


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
    parts = {"database": _database()}
    parts["broker"] = _broker()
    if parts["database"] == "ok":
        parts["worker"] = _worker()
        parts["outbox"] = _outbox()
    return parts


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return "ok"


def _broker() -> str:
    # The cache forgives a broker that is away, so a value that does not come back is the sign.
    cache.set("readyz", "ok", 30)
    return "ok" if cache.get("readyz") == "ok" else "Redis does not answer. Enquiries are taken; messages wait."


def _worker() -> str:
    heart = Heartbeat.objects.filter(job="worker").first()
    if heart is None or timezone.now() - heart.at > HEARTBEAT_LIMIT:
        return "No worker has reported in the last 90 seconds."
    return "ok"


def _outbox() -> str:
    from hub.models import Message

    oldest = Message.objects.waiting().order_by("created_at").values_list("created_at", flat=True).first()
    if oldest is not None and timezone.now() - oldest > OUTBOX_LIMIT:
        return "A message has waited in the outbox for more than 15 minutes."
    return "ok"
