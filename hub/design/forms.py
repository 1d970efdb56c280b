"""Forms as the GOV.UK Design System draws them. How to write a form page: docs/design.md.

The renderer is the project's FORM_RENDERER, so every form, allauth's too, is drawn by one template
(templates/components/field.html) and speaks in the same words.
"""

import dataclasses
import datetime
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template import TemplateDoesNotExist
from django.utils.functional import cached_property

from hub.contact import normalise_phone, normalise_postcode


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


@dataclasses.dataclass
class Option:
    """One radio or checkbox, ready to be drawn."""

    id: str
    value: str
    label: str
    checked: bool
    disabled: bool
    hint: str
    divider: bool
    reveals: list[BoundField]
    group: str = ""


class DesignBoundField(BoundField):
    """A field with what the template needs to know about it."""

    form: Any

    def __init__(self, form, field, name):
        super().__init__(form, field, name)
        # Made before the form is cleaned, from the form's own copy of the field: the place to choose its words.
        self.look: Look = getattr(form, "looks", {}).get(name) or getattr(field, "look", None) or Look()
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.pop("autofocus", None)
        speak_plainly(field, self.label, self.kind)

    @cached_property
    def kind(self) -> str:
        widget = self.field.widget
        if widget.is_hidden:
            return "hidden"
        if isinstance(widget, forms.CheckboxSelectMultiple):
            return "checkboxes"
        if isinstance(widget, forms.RadioSelect):
            return "radios"
        kinds = (
            (DatePartsInput, "date"),
            (forms.CheckboxInput, "checkbox"),
            (forms.Select, "select"),
            (forms.Textarea, "textarea"),
            (forms.FileInput, "file"),
            (forms.PasswordInput, "password"),
            (forms.Input, "input"),
        )
        return next((kind for type_, kind in kinds if isinstance(widget, type_)), "other")

    @property
    def is_group(self) -> bool:
        return self.kind in {"radios", "checkboxes", "date"}

    @property
    def label_text(self) -> str:
        optional = not self.field.required and self.look.mark_optional and self.kind != "checkbox"
        return f"{self.label} (optional)" if optional and getattr(self.form, "mark_optional", True) else str(self.label)

    @property
    def label_size(self) -> str:
        return self.look.legend or ("l" if self.look.heading else "")

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}_helptext"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}_error"

    @property
    def summary_id(self) -> str:
        """The id of the input that the error summary leads to: the first choice, the first wrong part of a date."""
        if self.kind in {"radios", "checkboxes"}:
            return f"{self.auto_id}_0"
        if self.kind == "date":
            return f"{self.auto_id}_{(self.wrong_parts or DATE_PARTS)[0]}"
        return self.auto_id

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        """The parts of a date to be marked: those that the error names, or all."""
        for error in self.errors.as_data() if self.errors else []:
            return getattr(error, "parts", DATE_PARTS)
        return ()

    @property
    def date_parts(self) -> list[dict]:
        values = self.field.widget.parts(self.value())
        autocomplete = getattr(self.field, "birthday", False)
        return [
            {
                "id": f"{self.auto_id}_{part}",
                "name": f"{self.html_name}_{part}",
                "label": part.capitalize(),
                "value": values[part],
                "width": 4 if part == "year" else 2,
                "wrong": part in self.wrong_parts,
                "autocomplete": f"bday-{part}" if autocomplete else "",
            }
            for part in DATE_PARTS
        ]

    @cached_property
    def options(self) -> list[Option]:
        """The choices of radios and checkboxes, in order, those of a named group under its name."""
        options = []
        for group, widgets, _ in self.field.widget.optgroups(
            self.html_name, self.field.widget.format_value(self.value()), {"id": self.auto_id}
        ):
            for widget in widgets:
                value = str(widget["value"])
                options.append(
                    Option(
                        id=f"{self.auto_id}_{len(options)}",
                        value=value,
                        label=widget["label"],
                        checked=widget["selected"],
                        disabled=bool(widget["attrs"].get("disabled")) or self.field.disabled,
                        hint=self.look.hints.get(value, ""),
                        divider=bool(options) and value == self.look.divider_before,
                        reveals=[self.form[name] for name in self.look.reveals.get(value, ())],
                        group=group or "",
                    )
                )
        return options

    @property
    def has_reveals(self) -> bool:
        return any(option.reveals for option in self.options)

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        attrs.pop("required", None)
        classes = {
            "input": "govuk-input",
            "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
            "textarea": "govuk-textarea",
            "select": "govuk-select",
            "file": "govuk-file-upload",
            "checkbox": "govuk-checkboxes__input",
        }.get(self.kind)
        if classes:
            names = [classes, (widget or self.field.widget).attrs.get("class", "")]
            base = classes.split()[0]
            if self.look.width:
                exact = self.look.width.isdigit()
                names.append(f"{base}--width-{self.look.width}" if exact else f"govuk-!-width-{self.look.width}")
            if self.errors and self.kind != "checkbox":
                names.append(f"{base}--error")
            if self.kind == "textarea" and self.counted:
                names.append("govuk-js-character-count")
                described = [attrs.get("aria-describedby", ""), f"{self.auto_id}-info"]
                attrs["aria-describedby"] = " ".join(filter(None, described))
            attrs["class"] = " ".join(filter(None, names))
        if self.kind == "password":
            attrs |= {"spellcheck": "false", "autocapitalize": "none"}
        if self.kind == "textarea":
            # Django's own default is 10 rows; a form here says its size only when it differs from five.
            attrs["rows"] = self.look_rows
        return attrs

    @property
    def look_rows(self):
        rows = self.field.widget.attrs.get("rows")
        return 5 if rows in (None, "10") else rows

    @property
    def counted(self) -> bool:
        return self.look.count and bool(getattr(self.field, "max_length", None))


class DesignRenderer(TemplatesSetting):
    """Draws every form of the project by our templates; plain widgets by Django's own."""

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"
    bound_field_class = DesignBoundField

    def get_template(self, template_name):
        try:
            return super().get_template(template_name)
        except TemplateDoesNotExist:
            return self._plain.get_template(template_name)

    @cached_property
    def _plain(self):
        return DjangoTemplates()


def error_lines(form) -> list[dict[str, str]]:
    """What the error summary says, in the order of the page, and the input each line leads to."""
    lines = []
    for name, messages in form.errors.items():
        if name in form.fields:
            continue
        first = next(iter(form.visible_fields()), None)
        lines += [{"text": text, "id": first.summary_id if first else ""} for text in messages]
    for field in form:
        lines += [{"text": text, "id": field.summary_id} for text in field.errors]
    return lines


class _Design:
    """What both kinds of form share. `{{ form }}` draws the fields; the page's layout draws the error summary."""

    use_required_attribute = False
    mark_optional = True
    looks: Mapping[str, Look] = {}

    def lone_fields(self) -> list[BoundField]:
        """Visible fields in order, without those that a choice reveals (they are drawn inside it)."""
        revealed = {name for bound in self for names in bound.look.reveals.values() for name in names}  # type: ignore[attr-defined]
        return [bound for bound in self.visible_fields() if bound.name not in revealed]  # type: ignore[attr-defined]

    def require_when(self, when: bool, name: str, message: str) -> None:
        """For `clean`: a field that must be filled in because of another answer."""
        if when and name not in self.errors and self.cleaned_data.get(name) in (None, "", []):  # type: ignore[attr-defined]
            self.add_error(name, ValidationError(message, code="required"))  # type: ignore[attr-defined]


class DesignForm(_Design, forms.Form):
    """The base of our forms: a page is a list of fields."""


class DesignModelForm(_Design, forms.ModelForm):
    """The same over a model, for settings pages; a write with a consequence takes a DesignForm and a service."""


# --- the words ---


def sentence(label) -> str:
    """A label as the object of a sentence: 'Your email' gives 'your email', 'NHS number' stays."""
    text = str(label).strip()
    return text[:1].lower() + text[1:] if not text[1:2].isupper() else text


def speak_plainly(field: forms.Field, label, kind: str) -> None:
    """Puts GOV.UK wording in place of Django's stock messages; what a form chose for itself stays."""
    what = sentence(label)
    chooses = kind in {"radios", "checkboxes", "select"}
    if str(label).rstrip().endswith("?"):
        required = f"Answer the question “{label}”"
    else:
        required = f"Select {what}" if chooses or kind == "file" else f"Enter {what}"
    plain = {
        "required": required,
        "invalid_choice": "Select one of the choices offered",
        "invalid_list": "Select from the choices offered",
        "max_length": f"{label} must be %(limit_value)d characters or fewer",
        "min_length": f"{label} must be %(limit_value)d characters or more",
        "min_value": f"{label} must be %(limit_value)s or more",
        "max_value": f"{label} must be %(limit_value)s or less",
        "null_characters_not_allowed": f"{label} must not contain unseen characters",
    }
    if isinstance(field, forms.IntegerField) and type(field).__name__ == "IntegerField":
        plain["invalid"] = f"{label} must be a whole number, like 2"
    elif isinstance(field, forms.DecimalField):
        plain["invalid"] = f"{label} must be a number, like 7.5"
    elif isinstance(field, forms.FileField):
        plain["empty"] = "The selected file is empty"
        plain["missing"] = required
    stock = _stock_messages(type(field))
    for code, message in plain.items():
        if code not in field.error_messages or field.error_messages[code] == stock.get(code):
            field.error_messages[code] = message


def _stock_messages(cls: type[forms.Field]) -> dict:
    """The messages that a field class inherits from Django; our own field classes keep theirs."""
    messages: dict = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("django."):
            messages |= getattr(base, "default_error_messages", {})
    return messages


# --- fields ---


class NameField(forms.CharField):
    """A person's name: anything may be one."""

    look = Look(width="two-thirds")

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}))
        super().__init__(**kwargs)

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


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
        if text in self.empty_values:
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
        if text in self.empty_values:
            return ""
        try:
            return normalise_postcode(text)
        except ValueError as problem:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from problem


DATE_PARTS = ("day", "month", "year")
_MONTHS = {
    name: number
    for number, full in enumerate(
        "january february march april may june july august september october november december".split(), 1
    )
    for name in (full, full[:3])
} | {"sept": 9}


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

    Months may be named. Messages are the GOV.UK ones: 'Date of visit must be a real date'.
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
        what = str(self.label or "Date")
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

    @staticmethod
    def _date(typed, what) -> datetime.date:
        digits = {part: unicodedata.normalize("NFKC", typed[part]) for part in DATE_PARTS}
        named = _MONTHS.get(digits["month"].lower().rstrip("."))
        month = str(named) if named else digits["month"]
        if not re.fullmatch(r"[0-9]{4}", digits["year"]):
            raise DatePartsError("Year must include 4 numbers, like 2026", "year", ("year",))
        try:
            return datetime.date(int(digits["year"]), int(month), int(digits["day"]))
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
