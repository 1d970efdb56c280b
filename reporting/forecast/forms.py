"""Whose forecast, and what is assumed: all of it in the address, nothing kept."""

from django import forms

from hub.design.forms import DesignForm, Look
from hub.models import Authority
from reporting.forecast.whatif import STEPS, Assumptions, Staffing
from reporting.households.reading import ALL
from reporting.measures import UNALLOCATED
from reporting.months import this_month

HOURS, MINUTES = 15.0, 60.0  # where nobody says otherwise: stated on the page


def _number(label: str, least: float, most: float, **more) -> forms.FloatField:
    said = f"{label}: enter a number from {least:g} to {most:g}"
    errors = {"invalid": said, "min_value": said, "max_value": said}
    return forms.FloatField(label=label, required=False, min_value=least, max_value=most, error_messages=errors, **more)


class ForecastForm(DesignForm):
    """Nothing given means all councils, and that all stays as it was. What cannot be read is said and left out."""

    mark_optional = False
    looks = {
        "points": Look(width="4", suffix="points"),
        "change": Look(width="4", suffix="%"),
        "workers": Look(width="4"),
        "hours": Look(width="4", suffix="hours"),
        "minutes": Look(width="4", suffix="minutes"),
        "loss": Look(width="4", suffix="%"),
    }

    authority = forms.ChoiceField(required=False, label="Council")
    change = _number("More new enquiries", -100, 500, help_text="For fewer, type a minus: −20")
    step = forms.ChoiceField(required=False, label="Another conversion, at the step")
    points = _number("More of every 100 go on there", -100, 100, help_text="For fewer, type a minus")
    workers = _number("People who ring new enquiries", 0, 1000)
    hours = _number("Hours a week each has for it", 0, 60, help_text=f"{HOURS:g} if you leave it empty")
    minutes = _number("Working time for one enquiry", 1, 1000, help_text=f"{MINUTES:g} if you leave it empty")
    loss = _number(
        "Applications lost when the first conversation is late", 0, 100, help_text="Empty: by our own history"
    )

    def __init__(self, data):
        super().__init__({key: str(value).replace("−", "-") for key, value in data.items()})
        month = this_month()
        members = Authority.objects.members_between(month.first, month.last).order_by("name")
        councils = [(council.gss_code, council.name) for council in members]
        self.fields["authority"].choices = [("", "All councils"), *councils, (UNALLOCATED, "No council yet")]
        steps = [(key, label[0].upper() + label[1:]) for key, (_, _, label) in STEPS.items()]
        self.fields["step"].choices = [("", "None"), *steps]
        self.is_valid()

    @property
    def chosen(self) -> str:
        return self.cleaned_data.get("authority") or ALL

    @property
    def council(self) -> str:
        return str(dict(self.fields["authority"].choices)[self.chosen])

    def assumptions(self, *, loss: float, usual: float) -> Assumptions:
        """`loss` is percent and `usual` the share that is rung in time, both by our own history."""
        said = self.cleaned_data
        staffing = None
        if said.get("workers") is not None:
            hours = HOURS if said.get("hours") is None else said["hours"]
            given = said.get("loss")
            staffing = Staffing(
                said["workers"], hours, said.get("minutes") or MINUTES, loss if given is None else given, usual
            )
        return Assumptions(said.get("step") or "", said.get("points") or 0, said.get("change") or 0, staffing)
