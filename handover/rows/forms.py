from django import forms

from handover.rows.reading import LARGEST
from hub.design.forms import DesignForm


class RowsForm(DesignForm):
    file = forms.FileField(
        label="Choose a CSV file",
        help_text="At most 1 MB and 2,000 rows. Nothing is taken yet: you see first what would come of it.",
        allow_empty_file=True,  # the service says it in better words
        error_messages={"required": "Choose a file", "missing": "Choose a file", "invalid": "Choose a file"},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The file must be smaller than 1 MB. Split it, and upload the parts.")
        return file
