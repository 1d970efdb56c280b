from django import forms

from handover.webhooks.addresses import LONGEST, NotAllowed, target_of
from handover.webhooks.models import EVENTS
from hub.design.forms import DesignForm, Look


class EndpointForm(DesignForm):
    looks = {"url": Look(width="full"), "events": Look(legend="s")}
    url = forms.CharField(
        label="Address of your system",
        max_length=LONGEST,
        help_text="It begins with https, and answers on the public internet: https://cases.example.org/from-the-hub",
        error_messages={"required": "Enter the address of your system"},
    )
    events = forms.MultipleChoiceField(
        label="What should it be told?",
        widget=forms.CheckboxSelectMultiple,
        choices=list(EVENTS.items()),
        initial=list(EVENTS),
        error_messages={"required": "Select what it should be told"},
    )

    def clean_url(self):
        url = self.cleaned_data["url"]
        try:
            target_of(url)
        except NotAllowed as why:
            raise forms.ValidationError(str(why)) from why
        return url
