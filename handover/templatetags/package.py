"""A package holds codes and ISO dates; these say them in words. One source for the page and the PDF."""

import datetime

from django import template

from enquiries.journey import CHANNELS, SOURCES
from enquiries.models import SafeContact
from handover.models import Handover

register = template.Library()

_ROOMS = {"yes": "Yes", "no": "No", "not_yet": "Not yet"}
_HOW = {**CHANNELS, "web": "on the website", "phone": "on the telephone", "email": "by email", "paper": "on paper"}


@register.filter
def day(text):
    """An ISO date or moment as a date, for the date filter's own wording."""
    return datetime.date.fromisoformat(text[:10]) if text else None


@register.filter
def channel_words(code):
    return CHANNELS.get(code, code)


@register.filter
def how_words(code):
    """How a consent was given."""
    return _HOW.get(code, code)


@register.filter
def source_words(code):
    return SOURCES.get(code, "")


@register.filter
def room_words(code):
    return _ROOMS.get(code, "")


@register.filter
def handover_reason(code):
    return Handover.REASONS.get(code, "")


@register.filter
def when_words(code):
    return SafeContact.When(code).label if code in SafeContact.When.values else ""
