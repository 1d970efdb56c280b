"""What they agree to, and the button that sends it."""

from django import forms

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

    # Anything at all may be in it: some browsers fill in what people cannot see, and nobody is turned away for that.
    website = forms.Field(required=False)
