from decimal import Decimal

from django import forms

from hub.design.forms import DesignDateField, DesignForm, Look
from hub.models import Authority
from hub.working_time import today
from reporting.measures.registry import MEASURES
from reporting.targets.reading import QUARTERS, WITH_BASELINE
from reporting.targets.services import LARGEST, targetable

HUB = "hub"


class _ForWhom(DesignForm):
    """For the hub together, or for one council."""

    def __init__(self, data=None, *, initial=None):
        super().__init__(data, initial={"council": HUB, **(initial or {})})
        members = Authority.objects.members_between(today(), today()).order_by("name")
        self.councils = {authority.gss_code: authority for authority in members}
        self.fields["council"].choices = [
            (HUB, "The hub together"),
            *((code, authority.name) for code, authority in self.councils.items()),
        ]

    @property
    def authority(self) -> Authority | None:
        return self.councils.get(self.cleaned_data["council"])


def _council() -> forms.ChoiceField:
    return forms.ChoiceField(label="For whom?", error_messages={"required": "Select the hub or a council"})


def _number(**kwargs) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=Decimal(0), max_value=LARGEST, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs
    )


class TargetForm(_ForWhom):
    looks = {"value": Look(width="5")}
    code = forms.ChoiceField(label="Measure", error_messages={"required": "Select the measure"})
    council = _council()
    value = _number(
        label="Target",
        max_digits=9,
        decimal_places=1,
        required=False,
        help_text="A share in percent, a wait in days, a number for a whole financial year. Empty: no target any more.",
        error_messages={"invalid": "Enter the target as a number"},
    )
    applies_from = DesignDateField(label="From", error_messages={"required": "Enter the day from which it holds"})

    def __init__(self, data=None, *, initial=None):
        super().__init__(data, initial={"applies_from": today(), **(initial or {})})
        self.fields["code"].choices = [("", "Select"), *((c, f"{c} {label}") for c, label in targetable().items())]

    def details(self) -> dict:
        names = ("code", "value", "applies_from")
        return {**{name: self.cleaned_data[name] for name in names}, "authority": self.authority}


class BaselineForm(_ForWhom):
    looks = {"value": Look(width="5"), "source": Look(width="two-thirds")}
    code = forms.ChoiceField(
        label="Measure",
        widget=forms.RadioSelect,
        choices=[(code, f"{code} {MEASURES[code].label}") for code in WITH_BASELINE],
        error_messages={"required": "Select the measure"},
    )
    quarter = forms.TypedChoiceField(
        label="Quarter",
        widget=forms.RadioSelect,
        coerce=int,
        choices=[(str(number), label) for number, label in QUARTERS.items()],
        error_messages={"required": "Select the quarter"},
    )
    council = _council()
    value = forms.IntegerField(
        label="How many were there?",
        min_value=0,
        max_value=LARGEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter how many there were", "invalid": "Enter a whole number"},
    )
    source = forms.CharField(
        label="Where is that from?",
        max_length=160,
        help_text="For example: councils’ own returns for 2022 to 2023.",
        error_messages={"required": "Enter where it is from"},
    )
    source_on = DesignDateField(
        label="Date of that source", latest=today, error_messages={"required": "Enter the date of that source"}
    )

    def details(self) -> dict:
        names = ("code", "quarter", "value", "source", "source_on")
        return {**{name: self.cleaned_data[name] for name in names}, "authority": self.authority}
