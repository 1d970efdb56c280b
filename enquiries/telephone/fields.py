"""How each question of the script is asked on the screen: its field, and how its answer reads afterwards."""

import datetime
from collections.abc import Callable
from contextlib import suppress

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

from enquiries.intake.forms.brings import months_ahead
from enquiries.journey import AGES, INTERESTS, SITUATIONS, SOURCES, TIMINGS
from enquiries.models import Enquiry, SafeContact
from hub.current import current
from hub.design.fields import DATE_PARTS
from hub.design.forms import DesignDateField, EmailField, Look, NameField, PhoneField, PostcodeField
from hub.spoken_dates import day_in_words
from hub.working_time import LONDON, local_date, today

YES_NO = {"yes": "Yes", "no": "No"}
WAYS = {"phone": "By telephone", "text": "By text message", "email": "By email"}
SPARE_ROOM = dict(Enquiry._meta.get_field("spare_room").flatchoices)
# Which answers can be chosen from; everything else is written.
CHOICES: dict[str, dict[str, str]] = {
    "safe_now": YES_NO,
    "ways": WAYS,
    "leave_message": YES_NO,
    "say_who": YES_NO,
    "when": dict(SafeContact.When.choices),
    "situation": SITUATIONS,
    "source": SOURCES,
    "age": AGES,
    "spare_room": SPARE_ROOM,
    "interests": INTERESTS,
    "timing": TIMINGS,
    "share": {"yes": "They said yes", "no": "They said no, or not yet"},
    "keep_in_touch": YES_NO,
    "research": YES_NO,
}
SEVERAL = ("ways", "interests")
DATES = ("not_before", "until")
SELECTED = ("source", "council", "not_council", "callback")
INLINE = [name for name, choices in CHOICES.items() if choices is YES_NO]


def _written(length: int, rows: int = 0) -> Callable[..., forms.Field]:
    def make(**kwargs):
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput
        said = kwargs["label"].rstrip("?")
        too_long = f"Shorten what is written under “{said}” to {length:,} characters"
        return forms.CharField(max_length=length, widget=widget, error_messages={"max_length": too_long}, **kwargs)

    return make


def _in_two_years() -> datetime.date:
    return today() + datetime.timedelta(days=730)


def usual_hold() -> datetime.date:
    """When we ask again where they said “not yet” and named no day."""
    return months_ahead(today(), 3)


def _tomorrow() -> datetime.date:
    return today() + datetime.timedelta(days=1)


def _not_their_autocomplete(field: forms.Field) -> forms.Field:
    # The browser must not offer the worker's own details, or those of the caller before.
    field.widget.attrs["autocomplete"] = "off"
    return field


def _chosen(name: str, **kwargs) -> forms.Field:
    choices = list(CHOICES[name].items())
    if name in SEVERAL:
        return forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, choices=choices, **kwargs)
    if name in SELECTED:
        return forms.ChoiceField(choices=[("", "Not asked yet"), *choices], **kwargs)
    return forms.ChoiceField(widget=forms.RadioSelect, choices=choices, **kwargs)


WRITTEN: dict[str, Callable[..., forms.Field]] = {
    "language": _written(60),
    "adjustments": _written(500, 2),
    "notes": _written(500, 2),
    "first_name": NameField,
    "last_name": NameField,
    "second_first_name": NameField,
    "second_last_name": NameField,
    "phone": PhoneField,
    "email": EmailField,
    "postcode": PostcodeField,
    "message": _written(2000, 4),
    "agreed": _written(5000, 4),
}


def field_for(question: dict, *, slots: list, councils: list) -> forms.Field:
    """The field of one question; nothing is ever required of somebody who rings."""
    name = question["name"]
    words = {"label": question["ask"], "help_text": question["hint"], "required": False}
    if name in CHOICES:
        return _chosen(name, **words)
    if name == "not_before":
        usual = f"Empty, and they said “not yet”: we ask again in three months, on {date_format(usual_hold())}."
        words["help_text"] = f"{words['help_text']} {usual}".strip()
        return DesignDateField(earliest=_tomorrow, latest=_in_two_years, **words)
    if name == "until":
        return DesignDateField(earliest=today, latest=_in_two_years, **words)
    if name == "callback":
        choices = [("", "No time booked"), *((slot.starts_at.isoformat(), _slot(slot)) for slot in slots)]
        taken = "That time has just been taken. Select another"
        return forms.ChoiceField(choices=choices, error_messages={"invalid_choice": taken}, **words)
    if name in ("council", "not_council"):
        return forms.ChoiceField(choices=[("", "No"), *((one.gss_code, one.name) for one in councils)], **words)
    return _not_their_autocomplete(WRITTEN.get(name, _written(1000, 2))(**words))


def look_for(question: dict) -> Look:
    name = question["name"]
    own = {"phone": "20", "postcode": "10"}
    return Look(small=True, inline=name in INLINE, width=own.get(name, ""))


def input_names(question: dict) -> list[str]:
    """The names under which the browser posts a question's answer."""
    name = question["name"]
    return [f"{name}_{part}" for part in DATE_PARTS] if name in DATES else [name]


def _slot(slot) -> str:
    starts = slot.starts_at.astimezone(LONDON)
    return f"{day_in_words(local_date(starts), today())}, {starts:%H:%M}"


def in_words(question: dict, typed: dict[str, list[str]]) -> str:
    """The answer as it is read afterwards; "" where nothing was typed."""
    name = question["name"]
    said = [text for input_name in input_names(question) for text in typed.get(input_name, []) if text.strip()]
    if name in DATES:
        with suppress(ValueError):
            day, month, year = (int(part) for part in said)
            return date_format(datetime.date(year, month, day))
        return " ".join(said)
    if name == "callback" and said and (moment := parse_datetime(said[0])):
        return date_format(moment.astimezone(LONDON), "l j F, H:i")
    if name in ("council", "not_council") and said and (council := current().authorities.get(said[0])):
        return council.name
    return ", ".join(CHOICES.get(name, {}).get(text, text) for text in said)
