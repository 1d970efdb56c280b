from django import forms

from hub.design.forms import DesignDateField, DesignForm, Look
from hub.working_time import today
from reporting.dashboards.compared import MEASURES


class ComparedMeasuresForm(DesignForm):
    looks = {"agreed_where": Look(width="two-thirds")}

    measures = forms.MultipleChoiceField(
        label="What councils see of each other",
        widget=forms.CheckboxSelectMultiple,
        choices=[(one.key, one.label) for one in MEASURES],
        error_messages={"required": "Select at least one figure"},
    )
    applies_from = DesignDateField(
        label="From when on",
        earliest=today,
        help_text="For example, 1 12 2026",
        error_messages={"required": "Enter the day from which they see it"},
    )
    agreed_where = forms.CharField(
        label="Where they agreed to it",
        max_length=200,
        help_text="For example, board of 3 November 2026",
        error_messages={"required": "Enter where the councils agreed to it"},
    )
