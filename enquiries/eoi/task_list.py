"""The parts as a task list, for components/task_list.html."""

from collections.abc import Callable
from typing import Any

from enquiries.eoi.sections import Expression, Part
from hub.spoken_dates import day_in_words
from hub.working_time import local_date, today


def task_groups(expression: Expression, address: Callable[[str], str] | None, *, staff: bool = False) -> list[dict]:
    """The parts under their headings; `address` gives the page of a part by its key, None where none may be opened.

    Staff read who filled it in, and when.
    """
    return [
        {"title": title, "items": [_item(part, address, staff) for part in parts]} for title, parts in expression.groups
    ]


def _item(part: Part, address: Callable[[str], str] | None, staff: bool) -> dict[str, Any]:
    hint = part.held.missing if part.held and part.held.missing else part.section.hint
    if staff and part.held is not None and not part.held.missing:
        hint = (
            f"{part.held.who[:1].upper()}{part.held.who[1:]}, {day_in_words(local_date(part.held.saved_at), today())}"
        )
    return {
        "text": part.title,
        "href": address(part.key) if address else "",
        "hint": hint,
        "status": part.status,
        "colour": part.colour,
        "done": part.status == "Completed",
    }
