"""How one field is drawn: what differs from the plain field of its kind."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, kw_only=True)
class Look:
    """How one field is drawn. Given by a field class as its default, or by a form in `looks`."""

    width: str = ""  # "2" "3" "4" "5" "10" "20" characters, or "one-half" "two-thirds" "full" of the column
    prefix: str = ""
    suffix: str = ""
    heading: bool = False  # the label or legend is the page's h1: one question per page
    legend: str = ""  # "s", "m" or "l": a larger label or legend that is not the page's h1
    inline: bool = False  # radios in a row; only for two short choices
    small: bool = False
    hidden_label: bool = False
    count: bool = False  # says how many characters are left of max_length
    hints: Mapping[str, str] = dataclasses.field(default_factory=dict)  # choice: hint
    reveals: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)  # choice: fields it opens
    divider_before: str = ""  # the choice that has "or" before it
    mark_optional: bool = True
