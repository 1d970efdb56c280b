import re

from django import forms

from handover.models import Handover
from hub.current import current
from hub.design.forms import DesignDateField, DesignForm
from hub.models import Authority
from hub.places.changes import KINDS

_NEW = re.compile(r"(E\d{8})\s+(\S.*)")


def _council(text: str) -> Authority | None:
    """A council by its name or GSS code; one that is new by both: 'E06000099 West Surrey'."""
    authorities = current().authorities
    known = {key.casefold(): a for code, a in authorities.items() for key in (code, a.name)}
    text = " ".join(text.split())
    if text.casefold() in known:
        return known[text.casefold()]
    new = _NEW.fullmatch(text)
    if new is None or len(new[2]) > 100:
        return None
    return authorities.get(new[1]) or Authority(gss_code=new[1], name=new[2])


class ChangeForm(DesignForm):
    kind = forms.ChoiceField(
        label="What happens?",
        choices=list(KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happens"},
    )
    council = forms.CharField(
        label="Which council?",
        max_length=120,
        help_text="Its name or its GSS code. One that is new: its code and its name, as in E06000099 West Surrey.",
        error_messages={"required": "Enter the council"},
    )
    day = DesignDateField(
        label="From which day?",
        help_text="The first day of the new order, for example 1 4 2027. The day before is the last of the old.",
    )
    after = forms.CharField(
        label="Which councils come after it?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One on each line, in the same way. None where it leaves or joins.",
    )
    note = forms.CharField(label="A note", required=False, max_length=300)

    def clean_council(self) -> Authority:
        council = _council(self.cleaned_data["council"])
        if council is None:
            raise forms.ValidationError("Enter a council as our list has it, or the code and the name of a new one.")
        return council

    def clean_after(self) -> list[Authority]:
        lines = [line for line in self.cleaned_data["after"].splitlines() if line.strip()]
        found = [(line, _council(line)) for line in lines]
        if wrong := [line.strip() for line, council in found if council is None]:
            raise forms.ValidationError(f"We know no council called {wrong[0][:60]}. Enter its code before its name.")
        return list({council.gss_code: council for _, council in found if council is not None}.values())


class MoveForm(DesignForm):
    """Where each that is open goes: one choice for each."""

    def __init__(self, data=None, *, to_move: list[tuple[Handover, Authority | None]], after: list[Authority]):
        super().__init__(data)
        self.to_move = to_move
        self.after = {str(authority.pk): authority for authority in after}
        choices = [("", "Leave it for now"), *((key, str(authority)) for key, authority in self.after.items())]
        for handover, goes_to in to_move:
            self.fields[handover.reference] = forms.ChoiceField(
                label=handover.reference, choices=choices, required=False, initial=str(goes_to.pk) if goes_to else ""
            )

    def moves(self) -> dict[Handover, Authority]:
        """Those for which a council was chosen."""
        chosen = ((handover, self.cleaned_data[handover.reference]) for handover, _ in self.to_move)
        return {handover: self.after[key] for handover, key in chosen if key}

    def rows(self):
        return [(handover, self[handover.reference]) for handover, _ in self.to_move]
