"""What the system does by itself: it drafts, tells that the draft is there, and keeps the files of what was signed."""

import datetime
from collections.abc import Iterator

import structlog
from django.db import OperationalError, transaction
from django.db.models import Count
from django.utils import timezone

from hub.current import current
from hub.messages.services import queue_message
from hub.models import Membership, User
from hub.people.roles import roles_with
from hub.sweep import alone, end_of_sweep, while_time_lasts
from hub.working_time import local_date, start_of_day, working_time
from reporting.measures import Period
from reporting.returns.drafting import draft_return
from reporting.returns.files import FORMATS, kept_file
from reporting.returns.models import Return

log = structlog.get_logger(__name__)

JOB = "draft_due_returns"
# How far back a scheduler that was away catches up: what is older was never meant to be drafted by itself, as with a
# hub that has just brought in years of past enquiries.
MONTHS, QUARTERS = 3, 2


def draft_due_returns(*, now: datetime.datetime | None = None) -> int:
    """Draft, from the first working day after each month and quarter on, the return that nobody has drafted since it
    ended, the oldest first; tell who may draft it; and make the files of what was signed. Gives how many were drafted.

    Run again it does nothing twice. What is signed, being reviewed or restated is left alone, and a narrative stays.
    """
    now = now or timezone.now()
    with alone(JOB) as ours:
        if not ours:
            return 0
        end = end_of_sweep()
        drafted = sum(_drafted(period) for period in while_time_lasts(list(due_periods(local_date(now))), end))
        for ret, form in while_time_lasts(list(_missing_files()), end):
            kept_file(ret, form)
        return drafted


def due_periods(day: datetime.date) -> Iterator[Period]:
    """The months and quarters whose first working day after has come and whose return is not drafted since they ended,
    the oldest first."""
    joined = Membership.objects.order_by("starts_on").values_list("starts_on", flat=True).first()
    for period in sorted([*_before(day, MONTHS), *_before(day, QUARTERS, months=3)], key=lambda p: (p.last, p.first)):
        if joined is None or period.last < joined or day < working_time().add_working_days(period.last, 1):
            continue
        if _wants_a_draft(period):
            yield period


def _before(day: datetime.date, number: int, months: int = 1) -> list[Period]:
    running = Period.quarter_of(day) if months == 3 else Period.month_of(day)
    return [running.earlier(months=months * back) for back in range(1, number + 1)]


def _wants_a_draft(period: Period) -> bool:
    latest = Return.objects.of(period).without_lines().first()
    if latest is None:
        return True
    ended_at = start_of_day(period.last + datetime.timedelta(days=1))
    return not latest.is_signed and latest.version == 1 and latest.as_at < ended_at


def _drafted(period: Period) -> bool:
    """One that breaks stops no other: the next sweep tries it again."""
    try:
        return _draft(period)
    except OperationalError:
        raise  # the database is away: so it is for the others
    except Exception as fault:
        log.error("return_not_drafted", period=period.slug, fault=type(fault).__name__)
        return False


@transaction.atomic
def _draft(period: Period) -> bool:
    ret = draft_return(period=period, by=None)
    for person in User.objects.active().filter(role__in=roles_with("draft_return")):
        queue_message(
            template="return_drafted",
            to=person.email,
            context={"person": person, "ret": ret, "period": period, "hub": current().hub},
            reference=f"return-{ret.slug}",
            key=f"return_drafted:{ret.pk}:{person.pk}",
        )
    return True


def _missing_files() -> Iterator[tuple[Return, str]]:
    """Of signed returns the files that nobody has asked for yet: made now, they are what the signer saw."""
    signed = Return.objects.filter(status=Return.Status.SIGNED).without_lines()
    for ret in signed.annotate(kept=Count("files")).filter(kept__lt=len(FORMATS)):
        for form in FORMATS:
            yield ret, form
