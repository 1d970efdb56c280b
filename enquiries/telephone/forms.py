"""The small forms of the telephone: beginning and ending a call, and trying the ways in."""

from django import forms

from enquiries.casework.forms import NoteField
from hub.design.forms import DesignForm, Look, PhoneField


class StartForm(DesignForm):
    mark_optional = False
    looks = {"number": Look(legend="m", width="20")}
    number = PhoneField(
        label="The caller’s number", required=False, help_text="Leave it empty where it is withheld.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    dialled = PhoneField(
        label="The number that they dialled", required=False, help_text="Where you can see it: it tells the campaign.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )  # fmt: skip


class DropForm(DesignForm):
    CUT_OFF, NOTHING = "cut_off", "nothing"
    looks = {
        "what": Look(
            hints={
                CUT_OFF: "What they said so far is kept, and their clock runs: somebody rings them back.",
                NOTHING: "A wrong number, somebody selling, a test. Number and answers are not kept.",
            }
        )
    }
    what = forms.ChoiceField(
        label="What became of it?",
        widget=forms.RadioSelect,
        choices=[(CUT_OFF, "We were cut off, or they had to go"), (NOTHING, "It was nothing for us")],
        error_messages={"required": "Select what became of the call"},
    )


class LineTestForm(DesignForm):
    looks = {"worked": Look(inline=True)}
    worked = forms.ChoiceField(
        label="Did it work?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No")],
        error_messages={"required": "Select yes if it worked"},
    )
    note = NoteField(label="What did you see or hear?", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self):
        self.require_when(self.cleaned_data.get("worked") == "no", "note", "Enter what did not work")
