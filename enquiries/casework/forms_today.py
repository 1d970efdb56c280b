from django import forms
from django.urls import reverse

from enquiries.casework.work_list import as_asked
from hub.design.forms import DesignForm


class OwnListForm(DesignForm):
    """A list to be kept, as the address of Today says it, and its name."""

    name = forms.CharField(
        max_length=60,
        error_messages={"required": "Enter a name for the list", "max_length": "Enter a name of at most 60 characters"},
    )
    asked = forms.CharField(widget=forms.HiddenInput, max_length=4000)

    def clean_asked(self):
        return as_asked(self.cleaned_data["asked"])

    @property
    def here(self) -> str:
        """Where they came from."""
        return f"{reverse('today')}?{as_asked(self.data.get('asked', '')[:4000])}"
