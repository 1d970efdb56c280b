"""Periodic work: one process at a time does it, within a bounded time, and leaves a sign of life."""

import datetime
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection
from django.utils import timezone

from hub.health import beat

# A sweep begins nothing after this: with what it has begun it must end before Celery's time limit kills it.
LASTS = datetime.timedelta(minutes=1)
T = TypeVar("T")


@contextmanager
def alone(job: str) -> Iterator[bool]:
    """Whether the job is ours to do now; False while another process does it. Done without a fault, it leaves a beat.

    The lock belongs to the database session, so that it goes with a process that dies and no transaction stays open.
    """
    key = zlib.crc32(job.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (ours,) = cursor.fetchone()
    if not ours:
        yield False
        return
    try:
        yield True
        beat(job)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def while_time_lasts(items: Iterable[T]) -> Iterator[T]:
    """The items, until the time of one sweep has passed; the next sweep finds the others."""
    until = timezone.now() + LASTS
    for item in items:
        if timezone.now() > until:
            return
        yield item
