import datetime
from decimal import Decimal

from django import forms

from enquiries.campaigns.forms import MoneyField
from hub.design.forms import DesignDateField, DesignForm, Look
from reporting.months import months_to_report
from reporting.value.known import ASSUMPTIONS
from reporting.value.models import HubCost

EARLIEST = datetime.date(2020, 1, 1)


class ChooseForm(DesignForm):
    """Which months to look at, and by what to share."""

    mark_optional = False

    period = forms.ChoiceField(label="Months", required=False)
    way = forms.ChoiceField(label="Share by", required=False)

    def __init__(self, data, *, periods, ways=()):
        super().__init__(data)
        self.fields["period"].choices = periods
        self.fields["way"].choices = ways


class CorrectionForm(DesignForm):
    """What takes the place of an entered cost."""

    looks = {"amount": Look(width="10", prefix="£")}
    amount = MoneyField(
        label="Amount",
        help_text="0 if it was entered by mistake.",
        error_messages={"required": "Enter the amount, like 12,400"},
    )
    evidence = forms.CharField(
        label="Where the amount comes from",
        max_length=200,
        help_text="A ledger, an invoice, a budget. Do not name people.",
        error_messages={"required": "Enter where the amount comes from"},
    )
    why = forms.CharField(label="Why it changes", max_length=200, error_messages={"required": "Enter why it changes"})


class CostForm(DesignForm):
    looks = {"amount": Look(width="10", prefix="£")}
    kind = forms.ChoiceField(
        label="What it was spent on",
        choices=HubCost.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what it was spent on"},
    )
    first_month = forms.TypedChoiceField(label="First month", coerce=datetime.date.fromisoformat)
    months = forms.TypedChoiceField(
        label="For how long",
        choices=[(1, "One month"), (3, "Three months"), (12, "Twelve months")],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Select for how long"},
    )
    amount = MoneyField(label="Amount", error_messages={"required": "Enter the amount, like 12,400"})
    evidence = forms.CharField(
        label="Where the amount comes from",
        max_length=200,
        help_text="A ledger, an invoice, a budget. Do not name people.",
        error_messages={"required": "Enter where the amount comes from"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["first_month"].choices = [(month.first.isoformat(), str(month)) for month in months_to_report()]


def _value_field(key: str, **kwargs) -> forms.DecimalField:
    known = ASSUMPTIONS[key]
    field = MoneyField if known.unit == "pounds" else forms.DecimalField
    if known.unit == "percent":
        kwargs |= {"min_value": Decimal(0), "max_digits": 5, "decimal_places": 2, "widget": forms.TextInput}
    made = field(**kwargs)
    made.max_value = known.largest
    made.validators.append(forms.fields.validators.MaxValueValidator(known.largest))
    made.look = Look(width="5", prefix="£") if known.unit == "pounds" else Look(width="5", suffix="%")
    return made


class WhatIfForm(DesignForm):
    """Every assumption, for one look: in the address, never kept. What is left empty or wrong is as it is kept."""

    mark_optional = False

    def __init__(self, data=None, *, taken):
        super().__init__(data)
        for key, one in taken.items():
            self.fields[key] = _value_field(key, label=one.label, required=False, initial=one.plain)

    @property
    def values(self) -> dict[str, Decimal]:
        if not self.is_bound:
            return {}
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value is not None}


class AssumptionForm(DesignForm):
    source = forms.CharField(
        label="Where it comes from", max_length=300, error_messages={"required": "Enter where it comes from"}
    )
    why = forms.CharField(
        label="Why you change it", max_length=300, error_messages={"required": "Enter why you change it"}
    )
    applies_from = DesignDateField(
        label="From which day",
        earliest=EARLIEST,
        help_text="What ended before that day is worked out as before.",
        error_messages={"required": "Enter from which day it applies"},
    )
    field_order = ["value", "source", "why", "applies_from"]

    def __init__(self, *args, key: str, **kwargs):
        super().__init__(*args, **kwargs)
        known = ASSUMPTIONS[key]
        self.fields["value"] = _value_field(
            key, label=known.label, help_text=known.hint, error_messages={"required": "Enter a number"}
        )
        self.order_fields(self.field_order)
