from django import forms

from handover.onboarding.services import MOVES, WHY_NEEDED
from hub.design.forms import DesignForm, Look
from hub.models import Authority

_DOES = {
    "live": "The hub can send people to them.",
    "paused": "Nothing new is sent to them. What they hold stays with them.",
    "not_ready": "As before they began. Nothing is sent to them.",
}


class PortalStateForm(DesignForm):
    """Where an authority is to stand with the portal, and why."""

    mark_optional = False
    to = forms.ChoiceField(
        label="Move it to", widget=forms.RadioSelect, error_messages={"required": "Select where to move it"}
    )
    why = forms.CharField(
        label="Why?", max_length=200, required=False, help_text="Its team reads this on every page of the portal."
    )

    def __init__(self, *args, authority: Authority, **kwargs):
        super().__init__(*args, **kwargs)
        moves = MOVES[authority.portal]
        self.fields["to"].choices = [(state, Authority.Portal(state).label) for state in moves]
        self.looks = {"to": Look(legend="m", hints={state: _DOES[state] for state in moves})}
        if not set(moves) & set(WHY_NEEDED):
            del self.fields["why"]

    def clean(self):
        self.require_when(self.cleaned_data.get("to") in WHY_NEEDED, "why", "Say why")
        return self.cleaned_data
