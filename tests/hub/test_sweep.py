"""One process at a time does a job, whoever dies and whatever stands between us and the database."""

import datetime
import re
from pathlib import Path

import pytest
from django.utils import timezone

from hub.models import Heartbeat, Lease
from hub.sweep import LASTS, LEASE, alone

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def test_while_one_does_it_no_other_does():
    with alone("a_job") as ours, alone("a_job") as theirs, alone("another_job") as other:
        assert (ours, theirs, other) == (True, False, True)
    with alone("a_job") as ours:
        assert ours
    assert not Lease.objects.exists() and Heartbeat.objects.filter(job="a_job").exists()


def test_who_comes_in_vain_lets_nobody_else_in():
    with alone("a_job"):
        for _ in range(2):
            with alone("a_job") as theirs:
                assert not theirs
    assert Heartbeat.objects.filter(job="a_job").count() == 1


def test_after_a_fault_the_next_may_and_no_beat_is_left():
    with pytest.raises(ZeroDivisionError), alone("a_job"):
        raise ZeroDivisionError
    assert not Lease.objects.exists() and not Heartbeat.objects.exists()


def test_what_a_killed_process_held_is_free_when_its_time_is_over():
    dead = Lease.objects.create(job="a_job", holder="1" * 32, until=timezone.now() + LEASE)
    with alone("a_job") as ours:
        assert not ours
    Lease.objects.filter(pk=dead.pk).update(until=timezone.now() - datetime.timedelta(seconds=1))
    with alone("a_job") as ours:
        assert ours


def test_who_took_longer_than_its_lease_takes_nothing_from_whoever_followed():
    with alone("a_job"):
        Lease.objects.update(until=timezone.now() - datetime.timedelta(seconds=1))
        with alone("a_job") as second:
            assert second
            Lease.objects.update(holder="2" * 32)  # so that leaving the inner one frees nothing
    assert Lease.objects.filter(job="a_job", holder="2" * 32).exists()


def test_a_lease_outlasts_a_sweep_and_readiness_outlasts_a_lease():
    from hub.health import SWEEP_LIMIT

    assert LASTS * 2 < LEASE < SWEEP_LIMIT


# What belongs to the database session, which behind a pooler in transaction mode is somebody else's a moment later.
OF_THE_SESSION = re.compile(
    r"pg_(try_)?advisory_(lock|unlock)|\"LISTEN [a-z]|\bWITH HOLD\b|\"SET (?!LOCAL)[a-z_]+ (=|TO)|\bDISCARD\b"
    r"|CREATE TEMP(?!.*ON COMMIT DROP)|set_config\([^()]*false\)"
)


def test_nothing_is_kept_on_the_session_of_the_database():
    sources = [path for app in ("hub", "enquiries", "handover", "reporting") for path in (ROOT / app).rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sources
        if "migrations" not in path.parts
        for line in path.read_text().splitlines()
        if OF_THE_SESSION.search(line)
    ]
    assert found == []
    assert OF_THE_SESSION.search('cursor.execute("SELECT pg_try_advisory_lock(1)")')
    assert OF_THE_SESSION.search('cursor.execute("SET lock_timeout = 1")')
    assert not OF_THE_SESSION.search('cursor.execute("SET LOCAL lock_timeout = 1")')
