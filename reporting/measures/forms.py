from django import forms

from hub.design.forms import DesignDateField, DesignForm, Look
from reporting.measures.registry import MEASURES


class DefinitionForm(DesignForm):
    """A version of the returns' definition: what is called otherwise, and what is left out."""

    looks = {"version": Look(width="5"), "why": Look(width="two-thirds")}
    version = forms.CharField(
        label="Version",
        max_length=20,
        help_text="Like 2027.1",
        error_messages={"required": "Enter a version, like 2027.1"},
    )
    applies_from = DesignDateField(
        label="For periods from",
        help_text="The first of a month. Returns that are signed keep the version that they have.",
        error_messages={"required": "Enter the first of a month"},
    )
    labels = forms.CharField(
        label="What is called differently",
        required=False,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text="One in a line, like M02: First enquiries. Everything else is called as in the list.",
    )
    left_out = forms.MultipleChoiceField(
        label="What the returns do not have",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, f"{code} {one.label}") for code, one in MEASURES.items() if not code.startswith("N")],
    )
    why = forms.CharField(
        label="What changed, and who asked for it?",
        max_length=254,
        error_messages={"required": "Enter what changed, and who asked for it"},
    )

    def clean_labels(self) -> dict[str, str]:
        lines = [line.partition(":") for line in self.cleaned_data["labels"].splitlines() if line.strip()]
        if not all(found and label.strip() for _, found, label in lines):
            raise forms.ValidationError("Enter a code, a colon and what it is called in each line")
        return {code.strip(): label.strip() for code, _, label in lines}
