"""What staff type about a campaign."""

import datetime
import re
from decimal import Decimal

from django import forms
from django.urls import reverse

from enquiries.models import Campaign
from hub.design.forms import DesignDateField, DesignForm, Look, PhoneField

_CODE = Campaign._meta.get_field("code")
# Where a poster's reader may arrive, by the names of the pages.
LANDINGS = {
    "home": "The first page",
    "enquire": "The enquiry itself",
    "could_i_foster": "Could I foster?",
    "what_happens_next": "What happens next",
    "what_you_are_paid": "What you are paid",
    "public_events": "Events",
    "contact": "Contact",
}


class MoneyField(forms.DecimalField):
    """Pounds, as people write them: 1,200 and £1200.50 too."""

    def __init__(self, **kwargs):
        super().__init__(min_value=Decimal(0), max_digits=10, decimal_places=2, widget=forms.TextInput, **kwargs)

    def to_python(self, value):
        return super().to_python(re.sub(r"[£,\s]", "", value) if isinstance(value, str) else value)


class CampaignForm(DesignForm):
    """All but the code, which never changes."""

    looks = {
        "name": Look(width="two-thirds"),
        "target": Look(width="5"),
        "spend": Look(width="5", prefix="£"),
    }
    name = forms.CharField(
        label="Name", max_length=120, error_messages={"required": "Enter a name, like Foster Care Fortnight 2027"}
    )
    channel = forms.ChoiceField(
        label="Where people meet it",
        choices=Campaign.Channel,
        widget=forms.RadioSelect,
        error_messages={"required": "Select where people meet it"},
    )
    starts_on = DesignDateField(
        label="First day", earliest=datetime.date(2000, 1, 1), error_messages={"required": "Enter the first day"}
    )
    ends_on = DesignDateField(label="Last day", required=False, earliest=datetime.date(2000, 1, 1))
    target = forms.IntegerField(
        label="How many enquiries should it bring?",
        required=False,
        min_value=1,
        max_value=100_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    spend = MoneyField(
        label="Spent so far", initial=Decimal(0), help_text="Everything that it cost: printing, advertising, stands."
    )
    telephone = PhoneField(
        label="A telephone number of its own",
        required=False,
        help_text="Whoever rings this number is counted for the campaign. Never the hub’s own number.",
    )
    lands_on = forms.ChoiceField(label="The page that its link opens")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lands_on"].choices = landings()

    def clean(self):
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "Last day must be the same as or after the first day")

    def refuse(self, reason: str) -> None:
        """Show why the service refused, with what was typed."""
        self.add_error(None, reason)


class NewCampaignForm(CampaignForm):
    code = forms.SlugField(
        label="Code",
        max_length=_CODE.max_length,
        help_text="For its short link and for utm_campaign. Once set up it cannot be changed.",
        error_messages={
            "required": "Enter a code, like fortnight-2027",
            "invalid": "Code must only include letters a to z, numbers, hyphens and underscores",
        },
    )
    field_order = ["name", "code"]
    looks = {**CampaignForm.looks, "code": Look(width="20")}


def landings() -> list[tuple[str, str]]:
    """The addresses of the pages, with what each is called."""
    return [(reverse(name), label) for name, label in LANDINGS.items()]
