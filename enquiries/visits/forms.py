import datetime

from django import forms
from django.utils import timezone

from enquiries.casework.forms import NoteField, RecordForm
from enquiries.journey import VISIT_PLACES
from enquiries.visits.services import FURTHEST, booked_visit
from hub.design.forms import DesignDateField, DesignTimeField, Look
from hub.models import User
from hub.working_time import LONDON, today


class BookVisitForm(RecordForm):
    looks = {"place": Look(small=True)}
    on = DesignDateField(
        label="Day",
        earliest=today,
        latest=lambda: today() + FURTHEST,
        help_text="For example, 14 12 2026",
        error_messages={"required": "Enter the day of the visit"},
    )
    at = DesignTimeField(
        label="Time", help_text="For example, 6:30pm", error_messages={"required": "Enter the time of the visit"}
    )
    visitor = forms.ModelChoiceField(
        label="Who visits?",
        queryset=User.objects.none(),
        empty_label="Select a person",
        error_messages={"required": "Select who visits"},
    )
    place = forms.ChoiceField(
        label="Where?",
        widget=forms.RadioSelect,
        choices=list(VISIT_PLACES.items()),
        error_messages={"required": "Select where the visit is to be"},
    )
    note = NoteField(label="Note for us", required=False, help_text="Parking, pets, who else will be there.")

    def first_values(self) -> dict:
        booked = booked_visit(self.enquiry)
        if booked is None:
            return {"visitor": self.enquiry.owner, "place": "home"}
        at = booked.due.astimezone(LONDON)
        return {
            "on": at.date(), "at": at.time(), "visitor": booked.visitor, "place": booked.channel, "note": booked.note
        }  # fmt: skip

    def set_up(self) -> None:
        self.fields["visitor"].queryset = User.objects.caseworkers().order_by("name")
        self.fields["visitor"].label_from_instance = lambda person: (
            f"{person.name}{' (you)' if person == self.user else ''}"
        )

    def clean(self):
        on, at = self.cleaned_data.get("on"), self.cleaned_data.get("at")
        if on and at and self._moment(on, at) <= timezone.now():
            self.add_error("at", "The time of the visit must be to come")

    @staticmethod
    def _moment(on: datetime.date, at: datetime.time) -> datetime.datetime:
        return datetime.datetime.combine(on, at, tzinfo=LONDON)

    def details(self) -> dict:
        data = dict(self.cleaned_data)
        data["at"] = self._moment(data.pop("on"), data["at"])
        return data


class CancelVisitForm(RecordForm):
    note = NoteField(label="Why it is cancelled", error_messages={"required": "Enter why it is cancelled"})
