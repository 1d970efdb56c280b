"""What they have in mind, and how they heard of us."""

from django import forms

from enquiries.intake.forms.base import StepForm
from enquiries.journey import INTERESTS, SOURCES
from hub.design.forms import Look


class InterestsForm(StepForm):
    looks = {
        "interests": Look(
            heading=True,
            divider_before="not_sure",
            hints={
                "short_term": "From some days to about two years",
                "long_term": "Until a young person is grown up",
                "emergency": "A few nights, at short notice",
                "short_breaks": "A weekend now and then, to give a family or another carer a rest",
            },
        ),
        "message": Look(count=True),
    }

    interests = forms.MultipleChoiceField(
        label="Which kinds of fostering interest you?",
        widget=forms.CheckboxSelectMultiple,
        choices=list(INTERESTS.items()),
        help_text="Select all that you like. You can change your mind at any time.",
        error_messages={"required": "Select what interests you, or “Not sure yet”"},
    )
    message = forms.CharField(
        label="Is there anything you would like to tell us or ask? (optional)",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def rows(self):
        return [("Kinds of fostering", self.shown("interests")), ("In your words", self.cleaned_data["message"])]


class SourceForm(StepForm):
    looks = {"source": Look(heading=True, divider_before="not_known")}

    source = forms.ChoiceField(
        label="How did you hear about us?",
        widget=forms.RadioSelect,
        choices=[*SOURCES.items(), ("not_known", "I do not remember")],
        error_messages={"required": "Select how you heard about us, or “I do not remember”"},
    )

    def rows(self):
        return [("How you heard about us", self.shown("source"))]
