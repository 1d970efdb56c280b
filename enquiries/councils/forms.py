import datetime

from django import forms

from enquiries.casework.forms import NoteField, RecordForm
from enquiries.councils.services import PARKED_AT_MOST, suggested_hub
from enquiries.councils.wishes import others_to_choose
from hub.design.forms import DesignDateField, Look
from hub.models import Authority, NeighbourHub
from hub.working_time import today


def _tomorrow() -> datetime.date:
    return today() + datetime.timedelta(days=1)


class ParkForm(RecordForm):
    until = DesignDateField(
        label="Put aside until",
        earliest=_tomorrow,
        latest=lambda: today() + PARKED_AT_MOST,
        help_text="At most three months from now. On that day it is in “No council found” again.",
        error_messages={"required": "Enter the day on which to look at it again"},
    )
    note = NoteField(label="What you are waiting for", error_messages={"required": "Enter what you are waiting for"})


class ReferForm(RecordForm):
    to = forms.ModelChoiceField(
        label="Which hub?",
        queryset=NeighbourHub.objects.all(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select a hub", "invalid_choice": "Select a hub from the list"},
    )
    note = NoteField(label="Note for our record", required=False, help_text="It is not sent to anybody.")

    def first_values(self) -> dict:
        return {"to": suggested_hub(self.enquiry)}


def choices_of_councils(councils: list[Authority]) -> list[tuple[str, str]]:
    """For a select in which none may be named."""
    return [("", "No particular one"), *((str(council.pk), council.name) for council in councils)]


class AnotherCouncilForm(RecordForm):
    """They told a member of staff."""

    wish = forms.ChoiceField(label="Which council would they like?", required=False)
    words = NoteField(label="Why, in their words", required=False, help_text="No council is shown this.")

    def set_up(self) -> None:
        self.councils = {str(council.pk): council for council in others_to_choose(self.enquiry)}
        self.fields["wish"].choices = choices_of_councils([*self.councils.values()])

    def details(self) -> dict:
        data = self.cleaned_data
        return {**data, "wish": self.councils.get(data["wish"])}


class KeepFromForm(RecordForm):
    NONE = "none"
    looks = {"council": Look(divider_before=NONE)}
    council = forms.ChoiceField(
        label="Which council must not get to know of them?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select a council, or that there is none"},
    )
    why = forms.CharField(
        label="Why",
        required=False,
        max_length=200,
        help_text="For example, their sister works in its fostering team. No council is shown this.",
    )

    def first_values(self) -> dict:
        never = self.enquiry.not_authority_id
        return {"council": str(never) if never else "", "why": self.enquiry.not_why}

    def set_up(self) -> None:
        # Where they live may be none of ours, and is one to keep from all the same.
        ours = Authority.objects.members_on(today())
        others = Authority.objects.filter(pk__in=[self.enquiry.residence_id or 0, self.enquiry.not_authority_id or 0])
        councils = sorted({*ours, *others}, key=str)
        self.councils = {str(council.pk): council for council in councils}
        self.fields["council"].choices = [
            *((key, council.name) for key, council in self.councils.items()),
            (self.NONE, "None: every council may get to know of them"),
        ]

    def clean(self):
        chosen = self.cleaned_data.get("council") in self.councils
        self.require_when(chosen, "why", "Enter why this council must not get to know of them")

    def details(self) -> dict:
        data = self.cleaned_data
        return {"version": data["version"], "authority": self.councils.get(data["council"]), "why": data["why"]}
