import uuid

from django import forms

from hub.api.scopes import OF_A_COUNCIL, OF_THE_HUB, SCOPES
from hub.api.services import LONGEST_DAYS
from hub.design.forms import DesignForm, Look
from hub.models import Authority
from hub.working_time import today

HUB = "hub"
LOOK_AGAIN = "Something of this page was lost. Go back, open it again and issue the token there"


class TokenForm(DesignForm):
    """What a council's token is for; whose it is, the page knows or asks."""

    looks = {"name": Look(width="two-thirds"), "days": Look(width="4", suffix="days"), "scopes": Look(legend="s")}

    name = forms.CharField(
        label="Which system will use it?",
        max_length=100,
        help_text="For example, “Gateshead: website form”.",
        error_messages={"required": "Enter which system will use it"},
    )
    scopes = forms.MultipleChoiceField(
        label="What is it for?",
        widget=forms.CheckboxSelectMultiple,
        choices=[(scope, words) for scope, words in SCOPES.items() if scope not in OF_THE_HUB],
        error_messages={"required": "Select what it is for"},
    )
    days = forms.IntegerField(
        label="How long does it last?",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=365,
        help_text=f"At most {LONGEST_DAYS} days. Issue the next one before it runs out.",
        error_messages={"required": "Enter how many days it lasts, like 365"},
    )
    # A page that is loaded again, or sent twice, must not make a second token.
    form_key = forms.UUIDField(
        widget=forms.HiddenInput, initial=uuid.uuid4, error_messages={"required": LOOK_AGAIN, "invalid": LOOK_AGAIN}
    )

    def details(self) -> dict:
        """What `issue_token` takes, besides whose it is."""
        return {name: self.cleaned_data[name] for name in ("name", "scopes", "days", "form_key")}


class IssueTokenForm(TokenForm):
    field_order = ["name", "whose"]
    whose = forms.ChoiceField(
        label="Whose is it?",
        help_text="What comes by the token counts as coming from them.",
        error_messages={"required": "Select whose it is"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.councils = {one.gss_code: one for one in Authority.objects.members_on(today())}
        names = [(code, council.name) for code, council in self.councils.items()]
        self.fields["scopes"].choices = list(SCOPES.items())
        self.fields["whose"].choices = [("", "Choose one"), (HUB, "The hub itself"), *names]

    def clean(self):
        if self.cleaned_data.get("whose") == HUB and OF_A_COUNCIL & set(self.cleaned_data.get("scopes", [])):
            self.add_error("whose", "Select a council: the hub’s own systems have no referrals and no figures")
        if self.cleaned_data.get("whose") in self.councils and OF_THE_HUB & set(self.cleaned_data.get("scopes", [])):
            self.add_error("whose", "Select the hub itself: feeds are about all councils")
        return self.cleaned_data

    def details(self) -> dict:
        """What `issue_token` takes."""
        return {**super().details(), "authority": self.councils.get(self.cleaned_data["whose"])}
