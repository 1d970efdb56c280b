"""What is behind the figures that are not about enquiries: sessions, answers, figures that councils sent, hours.

Exactly what a cell counts, as at its moment, and nobody's name: of an answer the score and the day, never the comment.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, Sum
from django.urls import reverse

from enquiries.models import Session
from handover.figures.known import BY_CODE
from handover.figures.models import MonthlyFigures
from handover.figures.services import figures_for
from hub.working_time import local_date
from reporting.measures.computation import UNALLOCATED, members_of
from reporting.measures.kept import (
    INFORMATION,
    TRAINING,
    Asked,
    Kinds,
    attendances,
    sessions_held,
    surveys_answered,
    surveys_sent,
)
from reporting.measures.period import Period
from reporting.registers.models import SupportHours


@dataclass(frozen=True)
class Thing:
    """One of what a figure counts: what it is, its day, and how much of the figure it is."""

    what: str
    on: datetime.date
    amount: float
    council: int | None  # its id
    about: str = ""
    href: str = ""
    area: str = ""


Opener = Callable[[Asked, str], Iterable[Thing]]


def things_behind(
    line: str, period: Period, as_at: datetime.datetime, *, key: str = "", area: str | None = None
) -> list[Thing]:
    """What a cell of the line counts, by day; `key` and `area` as in `cases_behind`."""
    members = members_of(period)
    things = [
        replace(thing, area=members.get(thing.council or 0, UNALLOCATED))
        for thing in OPENERS[line](Asked(period, as_at, members), key)
    ]
    return sorted((one for one in things if area in (None, one.area)), key=lambda one: (one.on, one.what))


def _held(kinds: Kinds) -> Opener:
    def things(asked: Asked, key: str) -> Iterable[Thing]:
        for session in sessions_held(kinds, asked).select_related("event").prefetch_related("event__sessions"):
            yield _session(session, 1)

    return things


def _came(kinds: Kinds) -> Opener:
    def things(asked: Asked, key: str) -> Iterable[Thing]:
        persons = attendances(kinds, asked).order_by().values_list("session").annotate(persons=Sum("persons"))
        came = {session: number for session, number in persons if number}
        held = Session.objects.filter(pk__in=came).select_related("event").prefetch_related("event__sessions")
        return [_session(session, came[session.pk]) for session in held]

    return things


def _session(session: Session, amount: int) -> Thing:
    return Thing(
        session.title,
        local_date(session.starts_at),
        amount,
        session.event.authority_id,
        about=session.where,
        href=reverse("event_attendance", args=[session.event.code, session.number]),
    )


def _answers(asked: Asked, key: str) -> Iterable[Thing]:
    return [
        Thing(one.get_occasion_display(), local_date(one.answered_at), 1, one.council)
        for one in surveys_answered(asked).order_by()
    ]


def _scores(asked: Asked, key: str) -> Iterable[Thing]:
    return [
        Thing(one.get_occasion_display(), local_date(one.answered_at), one.score, one.council)
        for one in surveys_answered(asked).order_by()
    ]


def _asked_for(asked: Asked, key: str) -> Iterable[Thing]:
    return [
        Thing(one.get_occasion_display(), local_date(one.sent_at), 1, one.council)
        for one in surveys_sent(asked).order_by()
    ]


def _supplied(code: str, *, months_back: int = 0) -> Opener:
    """A figure of the period's last month, or of one so many months before."""

    def things(asked: Asked, key: str) -> Iterable[Thing]:
        month = asked.period.earlier(months=months_back).last.replace(day=1)
        return _sent_for(month, code, asked)

    return things


def _supplied_each_month(code: str) -> Opener:
    """Over the months of the period, of the councils that sent each of them."""

    def things(asked: Asked, key: str) -> Iterable[Thing]:
        months = [asked.period.earlier(months=back).last.replace(day=1) for back in (2, 1, 0)]
        lacking = {
            authority.pk
            for month in months
            for authority, values in figures_for(month, as_at=asked.as_at).items()
            if values is None or values[code] is None
        }
        found = (thing for month in months for thing in _sent_for(month, code, asked))
        return [thing for thing in found if thing.council not in lacking]

    return things


def _sent_for(month: datetime.date, code: str, asked: Asked) -> Iterable[Thing]:
    members = {authority.pk for authority in figures_for(month, as_at=asked.as_at)}
    sent = MonthlyFigures.objects.filter(Q(month=month), sent_at__lte=asked.as_at, authority__in=members)
    for one in sent.select_related("authority", "sent_by").latest_of_each():
        value = getattr(one, BY_CODE[code].field)
        if value is not None:
            about = f"Version {one.version}, sent {local_date(one.sent_at):%-d %B %Y}, {one.get_via_display().lower()}"
            yield Thing(f"{one.authority.name}, {month:%B %Y}", month, value, one.authority_id, about=about)


def _hours(asked: Asked, key: str) -> Iterable[Thing]:
    entries = SupportHours.objects.standing(asked.as_at).of(asked.period).select_related("kind", "recorded_by")
    return [
        Thing(entry.kind.label, entry.on, float(entry.hours), entry.authority_id, about=entry.recorded_by.name)
        for entry in (entries.filter(kind__code=key) if key else entries)
    ]


OPENERS: dict[str, Opener] = {
    "M27": _hours,
    "M27 by kind": _hours,
    "M28 held": _held(INFORMATION),
    "M28 attended": _came(INFORMATION),
    **{f"{code} held": _held(TRAINING) for code in ("M29", "K14")},
    **{f"{code} attended": _came(TRAINING) for code in ("M29", "K14")},
    **{f"{code} score": _scores for code in ("M30", "K12")},
    **{f"{code} answers": _answers for code in ("M30", "K12")},
    **{f"{code} sent": _asked_for for code in ("M30", "K12")},
    **{code: _supplied(code) for code in BY_CODE},
    "K06": _supplied_each_month("L02"),
    "K15 now": _supplied("L05"),
    "K15 before": _supplied("L05", months_back=3),
}
