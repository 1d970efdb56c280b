from django import forms

from enquiries.casework.forms import CloseForm
from enquiries.closing.services import TEMPLATES, ways_to_tell
from enquiries.journey import HUB_REASONS
from hub.design.forms import Look

NOT = "no"
_BY = {"email": "Yes, by email", "text": "Yes, by text message", "letter": "Yes, by letter"}


class CloseAndTellForm(CloseForm):
    """Why it ends, with what Ofsted counts it as, and whether they are told."""

    tell = forms.ChoiceField(
        label="Shall we tell them?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether we tell them"},
    )
    field_order = ["version", "reason", "note", "tell"]

    def first_values(self) -> dict:
        return {"tell": next(iter(ways_to_tell(self.enquiry)), NOT)}

    def set_up(self) -> None:
        super().set_up()
        counts_as = {code: f"Counts as {reason.ofsted}" for code, reason in HUB_REASONS.items() if reason.ofsted}
        self.looks = {"reason": Look(small=True, hints=counts_as), "tell": Look(legend="s", small=True)}
        ways = ways_to_tell(self.enquiry)
        self.fields["tell"].choices = [*((way, _BY[way]) for way in ways), (NOT, "No")]
        self.fields["tell"].help_text = (
            "The message thanks them, says that they are welcome back, and asks how it was. Of a duplicate or a test "
            "nobody is told."
            if ways
            else "We may not write to them in any way, or have no address."
        )

    def details(self) -> dict:
        said = dict(self.cleaned_data)
        tell = said.pop("tell")
        return {**said, "tell_by": tell if tell in TEMPLATES else ""}
