"""Who changed what of the configuration and when: read from the row history that the database keeps by itself."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from hub.people.models import User

MOST_SHOWN = 20


@dataclass(frozen=True)
class Change:
    at: datetime.datetime
    who: str
    what: str


def changes_of(history, in_words: Callable, *, only: dict | None = None, most: int = MOST_SHOWN) -> list[Change]:
    """The latest changes kept in a history table (`pghistory.track`), the latest first.

    `in_words(before, after)` says what changed; `before` is None for a new row, `after` for one that is gone. Empty
    where it is of no concern to the reader. `only` narrows the rows, by their fields.
    """
    rows = history._default_manager.filter(**(only or {})).select_related("pgh_context")
    kept = list(rows.order_by("-pgh_id")[: 5 * most])
    names = _names_of(kept)
    found = []
    for place, event in enumerate(kept):
        before = next((one for one in kept[place + 1 :] if one.pgh_obj_id == event.pgh_obj_id), None)
        what = in_words(event, None) if event.pgh_label == "delete" else in_words(before, event)
        if what:
            found.append(Change(event.pgh_created_at, names.get(_by(event), "A command"), what))
    return found[:most]


def _by(event) -> int | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _names_of(events: list) -> dict[int | None, str]:
    people = {_by(event) for event in events} - {None}
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
