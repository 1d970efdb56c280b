"""Call-back times as the pages and messages write them."""

import datetime
import itertools
from collections.abc import Iterable

from enquiries.callbacks.services import Slot
from hub.templatetags.design import clock
from hub.working_time import LONDON, local_date

TAKEN = "That time has just been taken. Choose another time, or let us choose"


def options_by_day(slots: Iterable[Slot]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The slots as the choices of a select, in groups of a day."""
    return [
        (
            _day(day),
            # The day once more: when the list is folded, only the choice itself can be read.
            [(slot.starts_at.isoformat(), f"{_day(day)}, {_hour(slot.starts_at)}") for slot in of_the_day],
        )
        for day, of_the_day in itertools.groupby(slots, key=lambda slot: local_date(slot.starts_at))
    ]


def time_in_words(moment: datetime.datetime) -> str:
    """'Tuesday 24 November at 10am'."""
    return f"{_day(local_date(moment))} at {_hour(moment)}"


def _day(day: datetime.date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _hour(moment: datetime.datetime) -> str:
    return clock(moment.astimezone(LONDON).time())
