from django import forms

from hub.design.forms import DesignForm, Look

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
