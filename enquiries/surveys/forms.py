from django import forms

from enquiries.casework.forms import RecordForm
from enquiries.intake import wording
from enquiries.models import Survey
from enquiries.own_page.forms import THEIR_WORDS
from hub.design.forms import DesignForm, Look

YES_NO = [("yes", "Yes"), ("no", "No")]


class SurveyForm(DesignForm):
    looks = {"score": Look(legend="m"), "comment": Look(count=True)}
    # Which answer they saw, where they had given one: of two windows only one may change it.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    score = forms.TypedChoiceField(
        label="How was it for you?",
        widget=forms.RadioSelect,
        coerce=int,
        choices=sorted(Survey.Score.choices, reverse=True),
        error_messages={
            "required": "Select how it was for you",
            "invalid_choice": "Select one of the five answers",
        },
    )
    comment = forms.CharField(
        label="Is there anything you would like to tell us?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def answers(self) -> dict:
        return {"score": self.cleaned_data["score"], "comment": self.cleaned_data["comment"]}


def _exit_questions() -> dict[str, forms.Field]:
    return {
        "reason": forms.ChoiceField(
            label="What was the main reason for stopping?", widget=forms.RadioSelect, required=False,
            choices=list(THEIR_WORDS.items()), error_messages={"invalid_choice": "Select one of the reasons, or none"},
        ),
        "better": forms.ChoiceField(
            label="What could we have done better?", widget=forms.RadioSelect, required=False,
            choices=Survey.Better.choices, error_messages={"invalid_choice": "Select one of the answers, or none"},
        ),
        "contact_again": forms.ChoiceField(
            label=wording.CONTACT_AGAIN_QUESTION, help_text=wording.CONTACT_AGAIN_EXPLANATION,
            widget=forms.RadioSelect, required=False, choices=YES_NO,
            error_messages={"invalid_choice": "Select yes or no, or neither"},
        ),
    }  # fmt: skip


_EXIT_LOOKS = {
    "reason": Look(legend="m", small=True),
    "better": Look(legend="m", small=True),
    "contact_again": Look(legend="m", inline=True),
}
ORDER = ["score", "reason", "better", "contact_again", "comment"]


class _ExitQuestions:
    """What the exit interview asks besides, mixed into a form; nothing of it has to be answered."""

    cleaned_data: dict

    def exit_answers(self) -> dict:
        again = self.cleaned_data["contact_again"]
        return {
            "reason": self.cleaned_data["reason"],
            "better": self.cleaned_data["better"],
            "contact_again": None if again == "" else again == "yes",
        }


class ExitForm(_ExitQuestions, SurveyForm):
    looks = {**SurveyForm.looks, **_EXIT_LOOKS}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.update(_exit_questions())
        self.order_fields(["seen", *ORDER])

    def answers(self) -> dict:
        return {**super().answers(), **self.exit_answers()}


class ExitInterviewForm(_ExitQuestions, RecordForm):
    """The same on the telephone, written down by staff in the words that are read to them."""

    mark_optional = False
    looks = ExitForm.looks
    score = SurveyForm.base_fields["score"]
    comment = forms.CharField(
        label="What they told us", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def set_up(self) -> None:
        self.fields.update(_exit_questions())
        self.order_fields(["version", *ORDER])

    def details(self) -> dict:
        data = self.cleaned_data
        return {
            "version": data["version"], "score": data["score"], "comment": data["comment"], **self.exit_answers(),
        }  # fmt: skip


def first_values(survey: Survey) -> dict:
    """What was answered before, as the form shows it."""
    if survey.answered_at is None:
        return {}
    again = {None: "", True: "yes", False: "no"}[survey.contact_again]
    seen = (survey.changed_at or survey.answered_at).isoformat()
    return {
        "seen": seen, "score": survey.score, "comment": survey.comment, "reason": survey.reason,
        "better": survey.better, "contact_again": again,
    }  # fmt: skip
