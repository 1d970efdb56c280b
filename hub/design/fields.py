"""Form fields that read what people type and answer in GOV.UK wording."""

import datetime
import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError

from hub.contact import has_web_address, normalise_phone, normalise_postcode
from hub.design.looks import Look


class NameField(forms.CharField):
    """A person's name: anything may be one but a web address, which our emails would carry to strangers."""

    look = Look(width="two-thirds")
    default_error_messages = {"address": "Enter a name without a web address in it"}

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}))
        super().__init__(**kwargs)

    def to_python(self, value):
        return " ".join((super().to_python(value) or "").split())

    def validate(self, value):
        super().validate(value)
        if has_web_address(value):
            raise forms.ValidationError(self.error_messages["address"], code="address")


class EmailField(forms.EmailField):
    look = Look(width="two-thirds")
    default_error_messages = {
        "required": "Enter an email address, like name@example.org",
        "invalid": "Enter an email address in the correct format, like name@example.org",
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 254)
        kwargs.setdefault("label", "Email address")
        attrs = {"autocomplete": "email", "spellcheck": "false"}
        kwargs.setdefault("widget", forms.EmailInput(attrs=attrs))
        super().__init__(**kwargs)
        # One message is enough: whatever is too long is not an address.
        self.error_messages.setdefault("max_length", self.error_messages["invalid"])


class PhoneField(forms.CharField):
    """Gives E.164, '+441632960001', or ''."""

    look = Look(width="20")
    default_error_messages = {
        "required": "Enter a telephone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192",
        "invalid": "Enter a telephone number, like 01632 960 001, 07700 900 982 or +44 808 157 0192",
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "Telephone number")
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return normalise_phone(text)
        except ValueError as problem:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from problem


class PostcodeField(forms.CharField):
    """Gives 'NE1 8QH', or ''."""

    look = Look(width="10")
    default_error_messages = {
        "required": "Enter a postcode, like NE1 8QH",
        "invalid": "Enter a postcode, like NE1 8QH",
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "Postcode")
        attrs = {"autocomplete": "postal-code", "spellcheck": "false"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return normalise_postcode(text)
        except ValueError as problem:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from problem


DATE_PARTS = ("day", "month", "year")
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name[:length]: number for number, name in enumerate(_MONTH_NAMES, 1) for length in (3, 4, 9)}


class DatePartsInput(forms.Widget):
    """Three inputs, name_day, name_month and name_year. What was typed comes back as typed."""

    def value_from_datadict(self, data, files, name):
        return {part: (data.get(f"{name}_{part}") or "").strip() for part in DATE_PARTS}

    def value_omitted_from_data(self, data, files, name):
        return not any(f"{name}_{part}" in data for part in DATE_PARTS)

    def id_for_label(self, id_):
        return f"{id_}_day"

    @staticmethod
    def parts(value) -> dict:
        if isinstance(value, datetime.date):
            return {part: getattr(value, part) for part in DATE_PARTS}
        return value if isinstance(value, dict) else dict.fromkeys(DATE_PARTS, "")


class DatePartsError(ValidationError):
    """An error of a date that knows which of its parts are wrong."""

    def __init__(self, message, code, parts=DATE_PARTS):
        super().__init__(message, code=code)
        self.parts = parts


class DesignDateField(forms.Field):
    """A date in three inputs; gives datetime.date or None. `earliest` and `latest` are dates or callables.

    Months may be named, and "26" is 2026, but for a birthday. Messages are the GOV.UK ones: 'Date of visit must
    be a real date'.
    """

    widget = DatePartsInput

    def __init__(self, *, earliest=None, latest=None, birthday=False, **kwargs):
        self.earliest, self.latest, self.birthday = earliest, latest, birthday
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return value.date() if isinstance(value, datetime.datetime) else value

    def has_changed(self, initial, data):
        before = {part: str(value) for part, value in DatePartsInput.parts(initial).items()}
        return before != DatePartsInput.parts(data)

    def clean(self, value):
        if isinstance(value, datetime.date):
            typed = {part: str(getattr(value, part)) for part in DATE_PARTS}
        else:
            typed = value or dict.fromkeys(DATE_PARTS, "")
        missing = tuple(part for part in DATE_PARTS if not typed[part])
        what = self._what()
        if len(missing) == 3:
            if self.required:
                raise DatePartsError(self.error_messages["required"], "required")
            return None
        if missing:
            raise DatePartsError(f"{what} must include a {' and '.join(missing)}", "incomplete", missing)
        day = self._date(typed, what)
        self._check_range(day, what)
        self.run_validators(day)
        return day

    def _what(self) -> str:
        """The label, to begin a sentence with; a question cannot."""
        label = str(self.label or "Date")
        return "The date" if label.endswith("?") else label

    def _date(self, typed, what) -> datetime.date:
        digits = {part: unicodedata.normalize("NFKC", typed[part]) for part in DATE_PARTS}
        named = _MONTHS.get(digits["month"].lower().rstrip("."))
        month = str(named) if named else digits["month"]
        year = digits["year"]
        # A day of birth in '26 may be of either century: there nothing is guessed.
        if not self.birthday and re.fullmatch(r"[0-9]{2}", year):
            year = f"20{year}"
        if not re.fullmatch(r"[0-9]{4}", year):
            raise DatePartsError("Year must include 4 numbers, like 2026", "year", ("year",))
        try:
            return datetime.date(int(year), int(month), int(digits["day"]))
        except ValueError as problem:
            raise DatePartsError(f"{what} must be a real date", "invalid") from problem

    def _check_range(self, day, what) -> None:
        earliest, latest = (bound() if callable(bound) else bound for bound in (self.earliest, self.latest))
        if earliest and day < earliest:
            raise DatePartsError(f"{what} must be on or after {_in_words(earliest)}", "too_early")
        if latest and day > latest:
            raise DatePartsError(f"{what} must be on or before {_in_words(latest)}", "too_late")


def _in_words(day: datetime.date) -> str:
    return f"{day.day} {day:%B} {day.year}"


_TIME = re.compile(r"([0-9]{1,2})(?:[:.h ]?([0-9]{2}))?\s*([ap]\.?m\.?)?")


class DesignTimeField(forms.Field):
    """A time of day in one input, as people write it: 18:00, 6.30pm, 6pm, midday. Gives datetime.time or None."""

    look = Look(width="5")
    widget = forms.TextInput

    def prepare_value(self, value):
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else value

    def has_changed(self, initial, data):
        return self.prepare_value(initial) != data

    def to_python(self, value):
        if isinstance(value, datetime.time):
            return value
        text = unicodedata.normalize("NFKC", value or "").strip().lower()
        if not text:
            return None
        if text in {"midday", "noon"}:
            return datetime.time(12)
        match = _TIME.fullmatch(text)
        wrong = ValidationError(f"{self.label or 'Time'} must be a time, like 9:30am or 18:00", code="invalid")
        if not match:
            raise wrong
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "")[:1]
        if half and not 1 <= hour <= 12:
            raise wrong
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        elif not match[2]:
            # "6" alone may be morning or evening; better asked than guessed.
            raise wrong
        try:
            return datetime.time(hour, minute)
        except ValueError as problem:
            raise wrong from problem
