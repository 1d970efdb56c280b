"""What we hold about a household, in sections that a page can show."""

import datetime

from django import template
from django.utils.formats import date_format, localize
from django.utils.timezone import localtime

register = template.Library()


@register.filter
def in_sections(held: dict) -> list[dict]:
    """Each part of the data as {title, lists of (label, value in words)}; what is empty is left out."""
    sections = []
    for name, value in held.items():
        parts = value if isinstance(value, list) else [value] if isinstance(value, dict) else [{name: value}]
        lists = [rows for part in parts if (rows := _rows(part))]
        sections.append({"title": _label(name), "lists": lists})
    return sections


def _rows(part: dict) -> list[tuple[str, str]]:
    return [(_label(key), _in_words(value)) for key, value in part.items() if value not in ("", None)]


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize().replace("Utm", "UTM")


def _in_words(value) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime.datetime):
        return date_format(localtime(value), "j F Y, H:i")
    return str(localize(value))
