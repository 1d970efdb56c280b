"""Putting an entry right: the form comes filled with what was recorded, and asks why."""

import datetime

from django import forms
from django.utils import timezone

from enquiries.casework.corrections import CORRECTABLE
from enquiries.casework.forms import NoteField, RecordForm, closing_reasons
from enquiries.casework.services import moment_of
from enquiries.journey import ATTEMPT_OUTCOMES, CONTACT_CHANNELS, KINDS, NEXT_BY
from hub.design.forms import DesignDateField, DesignTimeField, Look
from hub.working_time import LONDON, local_date, today


class CorrectForm(RecordForm):
    mark_optional = False
    looks = {
        "outcome": Look(small=True), "channel": Look(small=True), "next_by": Look(small=True, inline=True),
        "reason": Look(small=True), "at": Look(width="5"),
    }  # fmt: skip
    on = DesignDateField(label="On which day?", latest=today, error_messages={"required": "Enter the day"})
    at = DesignTimeField(label="At what time?", help_text="For example, 14:30")
    outcome = forms.ChoiceField(
        label="What happened?", widget=forms.RadioSelect, choices=list(ATTEMPT_OUTCOMES.items())
    )
    channel = forms.ChoiceField(label="How we spoke", widget=forms.RadioSelect, choices=list(CONTACT_CHANNELS.items()))
    reason = forms.ChoiceField(label="Why does it end?", widget=forms.RadioSelect)
    next_by = forms.ChoiceField(
        label="Who does the next step?", widget=forms.RadioSelect, required=False, choices=list(NEXT_BY.items())
    )
    until = DesignDateField(label="Day of the next step", required=False)
    note = NoteField(label="Note", required=False)
    why = NoteField(
        label="Why it is corrected",
        help_text="The old entry stays on the timeline, struck through, with this reason.",
        error_messages={"required": "Enter why it is corrected"},
    )

    def __init__(self, *args, activity, **kwargs):
        self.activity = activity
        super().__init__(*args, **kwargs)

    def first_values(self) -> dict:
        fact = self.activity
        local = fact.occurred_at.astimezone(LONDON)
        asked = {name: getattr(fact, name) for name in CORRECTABLE.get(fact.kind, ())}
        return {"on": local.date(), "at": local.time(), **asked}

    def set_up(self) -> None:
        fact = self.activity
        asked = {"version", "on", "why", *CORRECTABLE.get(fact.kind, ()), *(["at"] if fact.has_time else [])}
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]
        self.fields["on"].earliest = local_date(self.enquiry.first_received_at)
        if "reason" in self.fields:
            self.fields["reason"].choices = closing_reasons()
        if "until" in self.fields and fact.kind == "hold_started":
            self.fields["until"].label, self.fields["until"].required = "Day to ask again", True
        elif "until" in self.fields and fact.kind == "attempt":
            self.fields["until"].label = "Day to try again"
        if "note" in self.fields:
            self.fields["note"].required = "note" in KINDS[fact.kind].needs

    def clean(self):
        if not self.errors and self.moment() > timezone.now():
            self.add_error("at" if "at" in self.fields else "on", "The time must be in the past")

    def moment(self) -> datetime.datetime:
        """When it happened: as it was recorded, to the second, unless day or time was changed."""
        was, on = self.activity.occurred_at, self.cleaned_data["on"]
        at = self.cleaned_data.get("at")
        local = was.astimezone(LONDON)
        if on == local.date() and (at is None or (at.hour, at.minute) == (local.hour, local.minute)):
            return was
        return moment_of(enquiry=self.enquiry, day=on) if at is None else datetime.datetime.combine(on, at, LONDON)

    def details(self) -> dict:
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("on", "at")}
        return {**told, "activity": self.activity, "occurred_at": self.moment()}
