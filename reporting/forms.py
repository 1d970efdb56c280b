from django import forms

from hub.design.forms import DesignForm
from reporting.measures import Period


class MonthForm(DesignForm):
    """Which month to look at; nothing chosen means the latest."""

    mark_optional = False

    month = forms.ChoiceField(required=False, error_messages={"invalid_choice": "Select one of the months in the list"})

    def __init__(self, data, *, months: list[Period]):
        super().__init__(data)
        self.months = {f"{period.first:%Y-%m}": period for period in months}
        labels = [(key, str(period)) for key, period in self.months.items()]
        if labels:
            labels[0] = (labels[0][0], f"{labels[0][1]} so far")
        self.fields["month"].choices = [("", "This month and the last"), *labels]

    @property
    def chosen(self) -> Period | None:
        return self.months.get(self.cleaned_data.get("month", "")) if self.is_valid() else None
