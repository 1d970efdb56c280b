"""What people answer to a check-in."""

from django import forms

from enquiries.models import ComeBackLink
from enquiries.own_page.forms import StopForm, WordsField
from hub.design.forms import DesignForm, Look


class AnswerForm(DesignForm):
    """Which button was pressed; beside “No longer” they may say why."""

    mark_optional = False
    looks = {"reason": Look(small=True), "words": Look(count=True)}
    choice = forms.ChoiceField(
        choices=ComeBackLink.Choice.choices,
        widget=forms.HiddenInput,
        error_messages={"required": "Press one of the buttons", "invalid_choice": "Press one of the buttons"},
    )
    reason = forms.ChoiceField(
        label="Would you like to tell us why?",
        widget=forms.RadioSelect,
        required=False,
        choices=StopForm.base_fields["reason"].choices,  # type: ignore[attr-defined]
        error_messages={"invalid_choice": "Select one of the reasons, or none"},
    )
    words = WordsField(label="Anything else (optional)")
