from django import forms

from hub.design.forms import DesignForm, EmailField, Look
from reporting.returns.models import Recipient

LENGTH = 4000


class _Narrative(forms.CharField):
    look = Look(count=True, legend="s")

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=LENGTH, widget=forms.Textarea(attrs={"rows": "8"}), **kwargs)

    def to_python(self, value):
        # Browsers send line breaks as two characters; the file has one.
        return super().to_python(value).replace("\r\n", "\n")

    def clean(self, value):
        # Counted as the person sees it, with a line break as one character.
        return super().clean(value.replace("\r\n", "\n") if value else value)


class NarrativeForm(DesignForm):
    """N1 to N3 (measures.md). `seen` tells whether somebody else wrote in the meantime."""

    progress = _Narrative(label="Progress", help_text="What went well, what changed, what the figures do not say.")
    risks = _Narrative(
        label="Risks and issues, with what we do about them",
        help_text="One paragraph for each. Do not name people who enquired.",
    )
    communications = _Narrative(label="Communications", help_text="Campaigns, events, press and social media.")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class SignForm(DesignForm):
    """The signer says that they looked; `reviewed` is the fingerprint of what they were shown."""

    reviewed = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label="I have looked at the figures and the narrative, and they may be sent",
        error_messages={"required": "Tick the box when you have looked at the figures and the narrative"},
    )


class ReviewForm(DesignForm):
    """What a second person says of the draft; `seen` is the fingerprint of what they were shown."""

    looks = {"verdict": Look(reveals={"sent_back": ("comment",)}, legend="m")}

    verdict = forms.ChoiceField(
        label="What do you say?",
        choices=[("confirmed", "I have checked it, and it may be signed"), ("sent_back", "Something is to be changed")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether it may be signed"},
    )
    comment = forms.CharField(
        label="What is to be changed?",
        required=False,
        max_length=LENGTH,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="Do not name people who enquired.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        self.require_when(self.cleaned_data.get("verdict") == "sent_back", "comment", "Say what is to be changed")
        return cleaned


class RestateForm(DesignForm):
    reason = forms.CharField(
        label="Why is it restated?",
        max_length=LENGTH,
        widget=forms.Textarea(attrs={"rows": "4"}),
        help_text="It stands in the new version, which goes outside the hub. Do not name people who enquired.",
        error_messages={"required": "Say why the return is restated"},
    )


class SendForm(DesignForm):
    """Who is to get the link."""

    recipients = forms.ModelMultipleChoiceField(
        label="Who is to get the link?",
        queryset=Recipient.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select who is to get the return"},
    )

    def __init__(self, data=None):
        super().__init__(data)
        field = self.fields["recipients"]
        field.queryset = Recipient.objects.current()
        field.label_from_instance = lambda one: f"{one.name}, {one.email}"
        self.initial["recipients"] = list(field.queryset)


class RecipientForm(DesignForm):
    name = forms.CharField(label="Name", max_length=150, help_text="A person or a team.")
    email = EmailField(label="Email address")
