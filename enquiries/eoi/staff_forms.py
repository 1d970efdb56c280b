"""What staff decide about an expression of interest: asking for it, authorising it, returning it."""

from django import forms

from enquiries.casework.forms import NoteField, OptionalNoteForm, RecordForm
from enquiries.eoi.sections import Expression
from enquiries.letters.services import draft_of, template_of
from hub.design.forms import Look


class InviteForm(RecordForm):
    body = NoteField(
        label="The email", widget=forms.Textarea(attrs={"rows": 14}), error_messages={"required": "Enter the email"},
        help_text="Change what you like.",
    )  # fmt: skip
    remind = forms.BooleanField(
        label="Remind them in a week, if nothing has come of it by then", required=False, initial=True
    )

    def first_values(self) -> dict:
        return {"body": draft_of(enquiry=self.enquiry, template=template_of("eoi_invitation")).body}


class AuthoriseForm(OptionalNoteForm):
    def set_up(self) -> None:
        self.expression = Expression(self.enquiry)


class ReturnForm(RecordForm):
    """Which parts lack what; where there is no form, as of one on paper, in one text."""

    mark_optional = False

    def set_up(self) -> None:
        self.expression = Expression(self.enquiry)
        if self.expression.is_started:
            self._ask_by_part()
        note = "Anything else to be completed (optional)" if "parts" in self.fields else "What has to be completed"
        self.fields["note"] = NoteField(
            label=note, required="parts" not in self.fields, help_text="The owner sees this on the timeline.",
            error_messages={"required": "Enter what has to be completed"},
        )  # fmt: skip

    def _ask_by_part(self) -> None:
        parts = self.expression.parts
        self.fields["parts"] = forms.MultipleChoiceField(
            label="Which parts have to be completed?",
            help_text="They are marked in the form. Whoever filled it in reads what you write.",
            widget=forms.CheckboxSelectMultiple,
            choices=[(part.key, part.full_title) for part in parts],
            required=False,
        )
        for part in parts:
            self.fields[self._what(part.key)] = forms.CharField(
                label=f"What is missing in “{part.full_title}”?",
                max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
        reveals = {part.key: (self._what(part.key),) for part in parts}
        self.looks = {"parts": Look(legend="m", reveals=reveals)}

    @staticmethod
    def _what(key: str) -> str:
        return f"what_{key}"

    def clean(self):
        chosen = self.cleaned_data.get("parts", [])
        for key in chosen:
            self.require_when(True, self._what(key), "Enter what is missing in this part")
        nothing = "parts" in self.fields and not chosen and not self.cleaned_data.get("note")
        if nothing and not self.errors:
            self.add_error("parts", "Select what has to be completed, or say it in your own words")

    def details(self) -> dict:
        data = self.cleaned_data
        missing = {key: data[self._what(key)] for key in data.get("parts", [])}
        return {"version": data["version"], "note": data["note"], "missing": missing}
