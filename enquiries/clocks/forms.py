from django import forms

from enquiries.clocks.services import FURTHEST, LONGEST_STANDARD, SAID, WITH_STANDARD
from hub.current import current
from hub.design.forms import DesignDateField, DesignForm, DesignTimeField, Look
from hub.working_time import today


class OpeningHoursForm(DesignForm):
    opens_at = DesignTimeField(
        label="We open at", help_text="For example, 9am", error_messages={"required": "Enter the time at which we open"}
    )
    closes_at = DesignTimeField(
        label="We close at",
        help_text="What is due on a day is due by then.",
        error_messages={"required": "Enter the time at which we close"},
    )


class ClosureForm(DesignForm):
    CLOSED, OPEN = "closed", "open"
    looks = {"what": Look(inline=True), "reason": Look(width="two-thirds")}

    day = DesignDateField(
        label="Day",
        earliest=today,
        latest=lambda: today() + FURTHEST,
        help_text="For example, 24 12 2026",
        error_messages={"required": "Enter the day"},
    )
    what = forms.ChoiceField(
        label="What is different?",
        widget=forms.RadioSelect,
        choices=[(CLOSED, "We are closed"), (OPEN, "We are open")],
        error_messages={"required": "Select whether we are closed or open"},
    )
    reason = forms.CharField(
        label="Why", max_length=100, help_text="For example, training day", error_messages={"required": "Enter why"}
    )

    def details(self) -> dict:
        data = self.cleaned_data
        return {"day": data["day"], "open_instead": data["what"] == self.OPEN, "reason": data["reason"]}


class StandardForm(DesignForm):
    looks = {"working_days": Look(width="3", suffix="working days")}
    clock = forms.ChoiceField(
        label="Step", error_messages={"required": "Select the step", "invalid_choice": "Select the step"}
    )
    working_days = forms.IntegerField(
        label="How long it may take",
        min_value=1,
        max_value=LONGEST_STANDARD,
        error_messages={
            "required": "Enter how many working days it may take",
            "invalid": "Enter a whole number of working days",
            "min_value": f"Enter a number of working days from 1 to {LONGEST_STANDARD}",
            "max_value": f"Enter a number of working days from 1 to {LONGEST_STANDARD}",
        },
    )
    applies_from = DesignDateField(
        label="From",
        earliest=today,
        latest=lambda: today() + FURTHEST,
        help_text="It holds for every step that begins on this day or later.",
        error_messages={"required": "Enter the day from which it holds"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["clock"].choices = [("", "Select a step"), *((name, SAID[name]) for name in WITH_STANDARD)]


class AttemptsForm(DesignForm):
    looks = {"most_attempts": Look(width="2", suffix="attempts")}
    most_attempts = forms.IntegerField(
        label="How often we try to reach somebody",
        min_value=1,
        max_value=20,
        help_text="After so many attempts in vain the closing letter is proposed. Nothing closes by itself.",
        error_messages={
            "required": "Enter a number of attempts",
            "invalid": "Enter a whole number of attempts",
            "min_value": "Enter a number from 1 to 20",
            "max_value": "Enter a number from 1 to 20",
        },
    )

    def __init__(self, data=None):
        hub = current().hub
        super().__init__(data, initial={"most_attempts": hub.most_attempts if hub else None})
