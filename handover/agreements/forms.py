import datetime

from django import forms

from enquiries.documents.content import ENDINGS, LARGEST
from handover.parts import ALWAYS, PARTS
from hub.design.forms import DesignDateField, DesignForm, Look
from hub.working_time import today


def _in_twenty_years() -> datetime.date:
    return today() + datetime.timedelta(days=20 * 365)


class AgreementForm(DesignForm):
    """A new version. The parts that are always needed are said beside it, and are no choice."""

    looks = {"version": Look(width="5"), "shares": Look(legend="m")}
    version = forms.CharField(
        label="Version", max_length=20, help_text="As the agreement calls itself, for example 2.1",
        error_messages={"required": "Enter the version, like 2.1"},
    )  # fmt: skip
    signed_by = forms.CharField(
        label="Who signed it for the council", max_length=150, help_text="Name and position",
        error_messages={"required": "Enter who signed it for the council"},
    )  # fmt: skip
    starts_on = DesignDateField(
        label="First day", latest=_in_twenty_years, error_messages={"required": "Enter the first day"}
    )
    ends_on = DesignDateField(
        label="Last day", required=False, latest=_in_twenty_years,
        help_text="We tell the managers 60 days before. Leave it empty where the agreement names none.",
    )  # fmt: skip
    shares = forms.MultipleChoiceField(
        label="What may be shared besides?", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, words) for code, words in PARTS.items() if code not in ALWAYS],
        help_text="Only what the agreement names. What is not ticked is in nothing that the council gets.",
    )  # fmt: skip
    document = forms.FileField(
        label="The signed agreement", required=False, allow_empty_file=True,  # the service says it in better words
        help_text=f"A PDF, a picture (JPEG, PNG, HEIC) or a Word document, at most {LARGEST // 1_000_000} MB.",
        widget=forms.FileInput(attrs={"accept": ENDINGS}), max_length=None,
    )  # fmt: skip
    replaces = forms.BooleanField(
        label="It takes the place of the one that is there, which then ends on the day before", required=False
    )

    def __init__(self, *args, replaceable: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not replaceable:
            del self.fields["replaces"]

    def clean_document(self):
        file = self.cleaned_data["document"]
        if file and file.size > LARGEST:
            raise forms.ValidationError(f"The selected file must be smaller than {LARGEST // 1_000_000} MB.")
        return file

    def clean(self):
        data = self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "The last day must not be before the first day")
        return data

    def details(self) -> dict:
        data = dict(self.cleaned_data)
        file = data.pop("document")
        data["shares"] = [*ALWAYS, *data["shares"]]
        return {**data, "document": (file.name, file.read()) if file else None}


class EndForm(DesignForm):
    ends_on = DesignDateField(
        label="Last day on which something can be sent", latest=_in_twenty_years,
        help_text="Yesterday, where nothing can be sent from now on.",
        error_messages={"required": "Enter the last day"},
    )  # fmt: skip
    why = forms.CharField(
        label="Why does it end?", max_length=200, help_text="It stays with the agreement.",
        error_messages={"required": "Enter why it ends"},
    )  # fmt: skip

    def __init__(self, *args, calls_off: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if calls_off:
            del self.fields["ends_on"]
            self.fields["why"].label = "Why is it called off?"
            self.fields["why"].error_messages["required"] = "Enter why it is called off"
