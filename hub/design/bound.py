"""A field within its form, with what templates/components/field.html needs to know about it."""

import dataclasses
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import Input

from hub.design.fields import DATE_PARTS, DatePartsInput
from hub.design.looks import Look
from hub.design.wording import speak_plainly


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
        if isinstance(field.widget, forms.NumberInput):
            # A number input throws away what it cannot read, and turns under a mouse wheel.
            field.widget.input_type = "text"
            field.widget.attrs["inputmode"] = "decimal" if isinstance(field, forms.DecimalField) else "numeric"
            for name in ("min", "max", "step"):
                field.widget.attrs.pop(name, None)
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
            (Input, "input"),
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
        options: list[Option] = []
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
            if self.counted:
                names.append("govuk-js-character-count")
                described = [attrs.get("aria-describedby", ""), f"{self.auto_id}-info"]
                attrs["aria-describedby"] = " ".join(filter(None, described))
            attrs["class"] = " ".join(filter(None, names))
        if self.kind == "password":
            attrs |= {"spellcheck": "false", "autocapitalize": "none"}
        if self.kind == "textarea":
            # Django's own default is 10 rows; a form here says its size only when it differs from five.
            attrs["rows"] = self.rows
        return attrs

    @property
    def rows(self):
        rows = self.field.widget.attrs.get("rows")
        return 5 if rows in (None, "10") else rows

    @property
    def counted(self) -> bool:
        """Whether the characters left are said as one types."""
        return self.kind == "textarea" and self.look.count and bool(getattr(self.field, "max_length", None))

    @property
    def group_module(self) -> str:
        """The GOV.UK component that wraps label and input together, where the kind has one."""
        if self.kind == "password":
            return "govuk-password-input"
        return "govuk-character-count" if self.counted else ""
