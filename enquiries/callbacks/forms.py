"""Choosing a time at which somebody is rung back, and the hours in which such times are offered."""

from django import forms

from enquiries.callbacks.services import slots_on_offer
from enquiries.casework.forms import RecordForm
from enquiries.models import CallbackHours
from hub.design.forms import DesignForm, DesignTimeField, Look
from hub.spoken_dates import day_in_words
from hub.working_time import LONDON, local_date, today


class CallbackForm(RecordForm):
    starts_at = forms.ChoiceField(
        label="When shall we ring them?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select a time",
            "invalid_choice": "That time has just been taken. Select another",
        },
    )
    looks = {"starts_at": Look(small=True)}

    def set_up(self) -> None:
        self.slots = {slot.starts_at.isoformat(): slot for slot in slots_on_offer(held=self.enquiry.callback_at)}
        days: dict[str, list[tuple[str, str]]] = {}
        for key, slot in self.slots.items():
            starts = slot.starts_at.astimezone(LONDON)
            day = day_in_words(local_date(starts), today())
            days.setdefault(day, []).append((key, f"{starts:%H:%M} ({slot.left} left)"))
        self.fields["starts_at"].choices = list(days.items())

    def details(self) -> dict:
        data = self.cleaned_data
        return {"version": data["version"], "starts_at": self.slots[data["starts_at"]].starts_at}


class CancelCallbackForm(RecordForm):
    """Nothing to say: the button says it."""


class HoursForm(DesignForm):
    looks = {"capacity": Look(width="2"), "minutes": Look(width="3")}
    weekday = forms.TypedChoiceField(label="Day", choices=CallbackHours.Weekday.choices, coerce=int)
    starts_at = DesignTimeField(
        label="From", help_text="For example, 9:30am", error_messages={"required": "Enter the time from which we ring"}
    )
    ends_at = DesignTimeField(label="To", error_messages={"required": "Enter the time until which we ring"})
    minutes = forms.IntegerField(label="Length of one call-back, in minutes", min_value=15, max_value=240, initial=60)
    capacity = forms.IntegerField(label="How many at the same time", min_value=1, max_value=50, initial=2)

    def clean(self):
        starts, ends = self.cleaned_data.get("starts_at"), self.cleaned_data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", "“To” must be later than “From”")
