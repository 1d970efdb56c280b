from django import forms

from hub.design.forms import DesignDateField, DesignForm, Look
from hub.errors import Refused
from hub.working_time import today
from reporting.comparison.page import TOPICS
from reporting.comparison.services import year_of


class ComparisonForm(DesignForm):
    """What to compare, with which published year, and over which of our months; nothing chosen means the first."""

    mark_optional = False

    topic = forms.ChoiceField(label="Compare", required=False, choices=[(t.key, t.label) for t in TOPICS.values()])
    period = forms.ChoiceField(label="Our figures of", required=False)
    year = forms.ChoiceField(label="Published for", required=False)

    def __init__(self, data, *, periods, years):
        super().__init__(data)
        self.fields["period"].choices = periods
        self.fields["year"].choices = years


class UploadForm(DesignForm):
    """A published file, and what it does not say itself."""

    looks = {"year": Look(width="10"), "source": Look(width="two-thirds")}
    file = forms.FileField(
        label="File",
        help_text="CSV, as it was published. We know Ofsted’s recruitment figures by area and the DfE’s foster places.",
        error_messages={"required": "Select the file", "empty": "The file is empty"},
    )
    year = forms.CharField(
        label="Year",
        required=False,
        max_length=10,
        help_text="Only where neither the file nor its name says it. For example, 2018-19.",
    )
    published_on = DesignDateField(label="Day of publication", required=False, latest=today)
    source = forms.URLField(
        label="Address where it was published", required=False, assume_scheme="https", max_length=300
    )

    def clean_year(self):
        try:
            return year_of(self.cleaned_data["year"]) if self.cleaned_data["year"] else None
        except Refused as refusal:
            raise forms.ValidationError(str(refusal).rstrip(".")) from None
