from django import forms

from enquiries.journey import HEARD
from hub.design.forms import DesignForm, Look


def _comment(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class CheckForm(DesignForm):
    """Their own answer."""

    looks = {"answer": Look(heading=True), "comment": Look(count=True)}
    # Which answer they saw, where they had given one: of two windows only one may change it.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No, not yet")],
        error_messages={"required": "Select yes or no", "invalid_choice": "Select yes or no"},
    )
    comment = _comment("Is there anything you would like to tell us?")

    def __init__(self, data=None, *, council, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["answer"].label = f"Has {council} been in touch with you?"


class HeardForm(DesignForm):
    """What they told a member of staff."""

    looks = {"answer": Look(legend="m"), "comment": Look(count=True)}
    answer = forms.ChoiceField(
        label="Has the council been in touch with them?",
        widget=forms.RadioSelect,
        choices=list(HEARD.items()),
        error_messages={"required": "Select what they say", "invalid_choice": "Select what they say"},
    )
    comment = _comment("What they said")
