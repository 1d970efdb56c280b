"""What they agree to, and the button that sends it."""

from django import forms
from django.core.exceptions import ValidationError

from enquiries.intake import wording
from enquiries.intake.forms.base import StepForm
from enquiries.intake.forms.brings import is_for_later
from hub.design.forms import DesignForm, Look


class SharingForm(StepForm):
    looks = {"share": Look(heading=True)}

    share = forms.ChoiceField(
        label=wording.SHARE_QUESTION,
        help_text=wording.SHARE_EXPLANATION,
        widget=forms.RadioSelect,
        choices=list(wording.SHARE_ANSWERS.items()),
        error_messages={"required": "Select yes if we may share your details with your council"},
    )
    keep_in_touch = forms.BooleanField(label=wording.KEEP_IN_TOUCH, required=False)
    research = forms.BooleanField(label=wording.RESEARCH, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if is_for_later(self.answers):
            # They said on the page before that we may ask again: that is the consent to keep in touch.
            del self.fields["keep_in_touch"]

    def rows(self):
        rows = [("Sharing with your council", self.shown("share"))]
        if "keep_in_touch" in self.fields:
            news = "Yes, send me news" if self.cleaned_data["keep_in_touch"] else "No news, please"
            rows.append(("News about fostering", news))
        asked = "Yes, you may ask me" if self.cleaned_data["research"] else "No, please do not ask me"
        return [*rows, ("Helping with research", asked)]


class SendForm(DesignForm):
    """The button under the answers. Its one field is seen by programs only, which fill in whatever they find."""

    website = forms.CharField(required=False)

    def clean(self):
        if self.cleaned_data.get("website"):
            # Some browsers fill in what people cannot see: nobody is turned away, the next press goes through.
            raise ValidationError("Something filled in a hidden part of this page. Press “Send” once more")
