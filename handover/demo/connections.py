"""Gateshead's case system: what it was told, one thing that it did not take, and dates that came by spreadsheet."""

import datetime

from enquiries.journey import Stage
from handover.models import Attempt, Delivery, Endpoint, Handover
from handover.rows.services import upload_rows, work_on_uploads
from handover.webhooks.models import EVENTS
from handover.webhooks.services import about_handover, add_endpoint, tell_authority
from hub.models import User
from hub.working_time import today

URL = "https://cases.gateshead.example.org/from-the-hub"
# Of the latest referrals: hours ago, and how each try went.
_TOLD: tuple[tuple[int, list], ...] = (
    (70, [(204, 180, "")]),
    (46, [(503, 95, "It answered 503 (Service Unavailable)."), (204, 210, "")]),
    (3, [(500, 130, "It answered 500 (Internal Server Error)."), (None, 10004, "No answer within 10 seconds.")]),
)


def make_connections(*, now: datetime.datetime) -> int:
    """The endpoint with its deliveries, and one file that was checked; gives how many deliveries there are."""
    lead, worker = (User.objects.get(email=f"{name}@gateshead.example.org") for name in ("lead", "worker"))
    theirs = list(Handover.objects.filter(authority=lead.authority).order_by("-sent_at", "pk")[: len(_TOLD)])
    endpoint, _secret = add_endpoint(by=lead, url=URL, events=list(EVENTS))
    for handover, (hours, tries) in zip(reversed(theirs), _TOLD, strict=False):
        _tell(handover, now - datetime.timedelta(hours=hours), tries)
    if theirs:
        Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=now - datetime.timedelta(hours=3))
    _bring_dates(worker)
    return Delivery.objects.count()


def _tell(handover: Handover, at: datetime.datetime, tries: list) -> None:
    about = about_handover(handover.reference)
    (told,) = tell_authority(
        authority=handover.authority, kind="handover.sent", about=about, key=handover.reference, at=at
    )
    for number, (status, milliseconds, fault) in enumerate(tries):
        when = at + number * datetime.timedelta(minutes=5)
        Attempt.objects.create(delivery=told, at=when, status=status, milliseconds=milliseconds, fault=fault)
        told.delivered_at = None if fault else when
    told.tries = len(tries)
    told.state = Delivery.State.DELIVERED if told.delivered_at else Delivery.State.WAITING
    told.next_try_at = at + datetime.timedelta(hours=5)
    told.save(update_fields=["tries", "state", "next_try_at", "delivered_at"])


def _bring_dates(worker: User) -> None:
    accepted = Handover.objects.filter(authority=worker.authority, enquiry__stage=Stage.WITH_AUTHORITY)
    with_them = list(accepted.with_authority()[:3])
    if not with_them:
        return
    days = (today(), datetime.date(2020, 1, 2), today() + datetime.timedelta(days=9))
    lines = [f"{one.reference};application_received;{day:%d/%m/%Y}" for one, day in zip(with_them, days, strict=False)]
    text = "\r\n".join(["reference;kind;date", *lines, "FT-0000-H1;panel_held;31/02/2026"])
    upload_rows(by=worker, file_name="dates-november.csv", raw=text.encode("cp1252"))
    work_on_uploads()
