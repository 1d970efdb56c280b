import datetime

from django import forms

from enquiries.casework.forms import RecordForm
from enquiries.documents.content import ENDINGS, LARGEST
from enquiries.models import Document
from hub.design.forms import DesignDateField, DesignForm, Look
from hub.working_time import today


def _in_twenty_years() -> datetime.date:
    return today() + datetime.timedelta(days=20 * 365)


class DocumentForm(RecordForm):
    looks = {"kind": Look(small=True)}
    file = forms.FileField(
        label="Choose a file",
        help_text=f"A PDF, a picture (JPEG, PNG, HEIC) or a Word document, at most {LARGEST // 1_000_000} MB.",
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
        allow_empty_file=True,  # the service says it in better words
        max_length=None,
        error_messages={"required": "Choose a file", "missing": "Choose a file", "invalid": "Choose a file"},
    )
    kind = forms.ChoiceField(
        label="What is it?", widget=forms.RadioSelect, choices=Document.Kind.choices,
        error_messages={"required": "Select what it is"},
    )  # fmt: skip
    expires_on = DesignDateField(
        label="Last day on which it is valid", required=False, earliest=today, latest=_in_twenty_years,
        help_text="We remind you a month before.",
    )  # fmt: skip

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(f"The selected file must be smaller than {LARGEST // 1_000_000} MB.")
        return file

    def details(self) -> dict:
        data = self.cleaned_data
        return {
            "name": data["file"].name, "raw": data["file"].read(), "kind": data["kind"],
            "expires_on": data["expires_on"], "version": data["version"],
        }  # fmt: skip


class RemoveForm(DesignForm):
    why = forms.CharField(
        label="Why is it removed?", max_length=254, help_text="The file goes; the timeline keeps that it was there.",
        error_messages={"required": "Enter why it is removed"},
    )  # fmt: skip
