"""Periodic work: one process at a time does it, within a bounded time, and leaves a sign of life."""

import datetime
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from django.db import Error, connection, models
from django.utils import timezone

from hub.health import beat

# A sweep begins nothing after this: with what it has begun it must end before its lease does.
LASTS = datetime.timedelta(minutes=1)
# And less than the time after which /readyz misses a sweep, so that a worker that was killed makes nothing unready.
LEASE = datetime.timedelta(minutes=3)
T = TypeVar("T")


class Lease(models.Model):
    """Which process does a job at the moment, and until when it is taken at its word.

    A row and no lock: a lock of the session holds nothing behind a pooler in transaction mode, and one of a transaction
    would keep that open beside those in which the work is done.
    """

    job = models.CharField(max_length=60, primary_key=True)
    holder = models.UUIDField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job} until {self.until}"


# By the database's clock, which is one for all processes.
_TAKE = """
    INSERT INTO hub_lease AS held (job, holder, until) VALUES (%s, %s, clock_timestamp() + %s * interval '1 second')
    ON CONFLICT (job) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
    WHERE held.until <= clock_timestamp()
    RETURNING 1
"""


@contextmanager
def alone(job: str) -> Iterator[bool]:
    """Whether the job is ours to do now; False while another process does it. Done without a fault, it leaves a beat.

    A process that is killed loses nothing: when its lease has run out the next sweep goes on. Each item is claimed
    by itself besides, so that even two at once do nothing twice.
    """
    holder = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [job, holder, LEASE.total_seconds()])
        ours = cursor.fetchone() is not None
    if not ours:
        yield False
        return
    try:
        yield True
        beat(job)
    finally:
        # Where the database is away the lease runs out by itself, and the fault that is on its way is the one to tell.
        with suppress(Error):
            Lease.objects.filter(job=job, holder=holder).delete()


def end_of_sweep() -> datetime.datetime:
    """When a sweep that begins now begins nothing more: for one that goes through several lists in turn."""
    return timezone.now() + LASTS


def while_time_lasts(items: Iterable[T], until: datetime.datetime | None = None) -> Iterator[T]:
    """The items, until the time of one sweep has passed; the next sweep finds the others."""
    until = until or end_of_sweep()
    for item in items:
        if timezone.now() > until:
            return
        yield item
