"""The months of which a council is asked for its figures."""

import datetime
from dataclasses import dataclass

from handover.figures.models import MonthlyFigures
from hub.current import current
from hub.models import Authority
from hub.working_time import today

MOST_SHOWN = 13


def month_of(day: datetime.date) -> datetime.date:
    """The first day of its month."""
    return day.replace(day=1)


def month_before(month: datetime.date) -> datetime.date:
    return month_of(month - datetime.timedelta(days=1))


def last_day_of(month: datetime.date) -> datetime.date:
    return month_of(month + datetime.timedelta(days=31)) - datetime.timedelta(days=1)


def last_month() -> datetime.date:
    return month_before(month_of(today()))


def was_member_in(authority: Authority, month: datetime.date) -> bool:
    """On any day of the month (measures.md, rule 5)."""
    last = last_day_of(month)
    return any(
        pk == authority.pk and first <= last and (until is None or month <= until)
        for pk, first, until in current().memberships
    )


def members_in(month: datetime.date) -> list[Authority]:
    """The members on any day of the month, by name."""
    return [authority for authority in current().authorities.values() if was_member_in(authority, month)]


def is_asked_for(authority: Authority, month: datetime.date) -> bool:
    """Whether figures of the month can be recorded: it began, and the authority was a member in it."""
    return month.day == 1 and month <= today() and was_member_in(authority, month)


@dataclass(frozen=True)
class Month:
    first: datetime.date
    figures: MonthlyFigures | None  # the version that counts
    said: str  # its state in words
    colour: str


def state_of(figures: MonthlyFigures | None) -> tuple[str, str]:
    """In words, with the colour of the tag."""
    if figures is None or not figures.is_supplied:
        return "Not supplied", "grey"
    if figures.version > 1:
        return "Changed since", "yellow"
    return "Sent", "green"


def months_of(authority: Authority) -> list[Month]:
    """The months of which figures are asked, the latest first, with what was sent."""
    sent = MonthlyFigures.objects.filter(authority=authority).latest_of_each().select_related("sent_by")
    by_month = {figures.month: figures for figures in sent}
    month, months = month_of(today()), []
    for _ in range(MOST_SHOWN):
        if was_member_in(authority, month):
            figures = by_month.get(month)
            months.append(Month(month, figures, *state_of(figures)))
        month = month_before(month)
    return months
