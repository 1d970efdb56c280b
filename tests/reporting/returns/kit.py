"""A return brought as far as a test wants it."""

from django.db import connection

from reporting.measures import Period
from reporting.returns import drafting, reviewing, signing
from reporting.returns.models import Return

SEPTEMBER = Period.month("2026-09")


def confirm(ret: Return, by) -> Return:
    """The return, confirmed as it stands."""
    ret.refresh_from_db()
    reviewing.review_return(ret=ret, by=by, seen=ret.fingerprint, verdict="confirmed")
    return ret


def signed_return(manager, data_officer, period: Period = SEPTEMBER) -> Return:
    """Drafted by the data officer, who confirms it too, and signed by the manager."""
    ret = confirm(drafting.draft_return(period=period, by=data_officer), data_officer)
    return signing.sign_return(ret=ret, by=manager, reviewed=ret.fingerprint)


def total(ret: Return, code: str):
    return next(line["total"] for line in ret.lines if line["code"] == code)


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0
