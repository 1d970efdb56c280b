"""The fields that the parts are made of."""

from django import forms

from enquiries.inbox.words import plain_words
from hub.design.forms import Look, NameField

YES_NO = [("yes", "Yes"), ("no", "No")]


class Words(forms.CharField):
    """A line in their own words, without characters that nobody sees or that turn the direction of our own words."""

    lines = False

    def __init__(self, *, max_length: int, **kwargs):
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value):
        return plain_words(super().to_python(value) or "", lines=self.lines)


class Paragraph(Words):
    """The same with lines."""

    lines = True

    def __init__(self, *, max_length: int = 1000, rows: int = 4, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)


class AgeField(forms.IntegerField):
    look = Look(width="3")


def age() -> AgeField:
    return AgeField(
        label="Age", required=False, min_value=0, max_value=120, help_text="In years. For a baby, 0.",
        error_messages={
            "required": "Enter their age in years, like 14", "invalid": "Age must be a whole number, like 14",
            "min_value": "Age must be 0 or more", "max_value": "Age must be 120 or less",
        },
    )  # fmt: skip


def first_name() -> NameField:
    return NameField(
        label="First name", required=False, max_length=60, error_messages={"required": "Enter their first name"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


def radios(label: str, choices, message: str, **kwargs) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, widget=forms.RadioSelect, choices=choices, error_messages={"required": message}, **kwargs
    )


def checkboxes(label: str, choices, message: str, **kwargs) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        widget=forms.CheckboxSelectMultiple,
        choices=choices,
        error_messages={"required": message},
        **kwargs,
    )
