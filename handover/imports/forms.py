from django import forms

from handover.imports.services import LARGEST
from hub.design.forms import DesignForm


class UploadForm(DesignForm):
    file = forms.FileField(
        label="Choose a CSV file",
        help_text=f"Saved as “CSV UTF-8”, at most {LARGEST // 1024 // 1024} MB. Nothing is imported yet: you see first "
        "what would come of it.",
        allow_empty_file=True,  # the service says it in better words
        error_messages={"required": "Choose a file", "missing": "Choose a file", "invalid": "Choose a file"},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                f"The file must be smaller than {LARGEST // 1024 // 1024} MB. Split it, and upload the parts."
            )
        return file
