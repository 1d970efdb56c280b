"""What the pages about time show besides their form: the standards that hold, and who changed what."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps

from enquiries.clocks.services import SAID, WITH_STANDARD
from enquiries.services import standard_days_of
from hub.changes import Change, changes_of
from hub.current import current
from hub.models import Standard, User
from hub.spoken_dates import day_in_words, time_in_words
from hub.working_time import today


@dataclass(frozen=True)
class StandardNow:
    """One clock with what holds today, and what will hold later."""

    clock: str
    name: str
    days: int
    later: list[Standard]


def standards_now() -> list[StandardNow]:
    """Every clock that goes by a standard, in the order of the journey table."""
    rows, day = current().standards, today()
    days = standard_days_of(rows)
    return [
        StandardNow(
            clock, SAID[clock], days(clock, day),
            sorted((r for r in rows if r.clock == clock and r.applies_from > day), key=lambda r: r.applies_from),
        )
        for clock in WITH_STANDARD
    ]  # fmt: skip


_FIELDS: dict[str, tuple[str, Callable[..., str]]] = {
    "opens_at": ("Opens at", time_in_words),
    "closes_at": ("Closes at", time_in_words),
    "most_attempts": ("Attempts before the closing letter", str),
    "handover_desk_id": ("Desk for what comes back", lambda pk: _name(pk)),
    "asks_after": ("Working days until people are asked about their council", str),
    "shares_out": ("New enquiries shared out by rotation", lambda on: "on" if on else "off"),
}


def changes_of_hub(*names: str) -> list[Change]:
    """The changes of these fields of the hub."""

    def in_words(before, after) -> str:
        if before is None or after is None:
            return ""
        return "; ".join(_changed(name, before, after) for name in names if _changed(name, before, after))

    return changes_of(_history("HubEvent"), in_words)


def _changed(name: str, before, after) -> str:
    was, now = getattr(before, name), getattr(after, name)
    label, said = _FIELDS[name]
    return f"{label} {said(now)}, was {said(was)}" if was != now else ""


def changes_of_closures() -> list[Change]:
    """Days added and removed."""

    def in_words(before, after) -> str:
        day = after or before
        said = f"{'Open' if day.open_instead else 'Closed'} on {_day(day.day)}: {day.reason}"
        return said if after else f"Removed: {said[:1].lower()}{said[1:]}"

    return changes_of(_history("ClosureEvent"), in_words)


def changes_of_standards() -> list[Change]:
    """Standards set, and set again for the same day."""

    def in_words(before, after) -> str:
        if after is None or after.clock not in SAID:
            return ""
        was = f", was {before.working_days}" if before else ""
        return f"{SAID[after.clock]}: {after.working_days} working days from {_day(after.applies_from)}{was}"

    return changes_of(_history("StandardEvent"), in_words)


def _day(day: datetime.date) -> str:
    return day_in_words(day, today())


def _name(pk: int | None) -> str:
    person = User.objects.filter(pk=pk).first() if pk else None
    return person.name if person else "nobody in particular"


def _history(name: str):
    """The tables that `pghistory.track` makes have no class of ours to import."""
    return apps.get_model("hub", name)
