"""What staff type into the registers."""

import re
import secrets
from decimal import Decimal

from django import forms

from hub.design.forms import DesignDateField, DesignForm, Look
from hub.models import Authority, User
from hub.working_time import today
from reporting.registers.models import MOST_QUARTERS, PlanMilestone, Risk, SupportKind
from reporting.registers.services import LONGEST_AGO

EVERYBODY = "all"
FIVE = [(str(number), label) for number, label in enumerate(("Very low", "Low", "Medium", "High", "Very high"), 1)]
MOST_TEXT = 2000
_CLOCK = re.compile(r"([0-9]{1,3})\s*(?:h|:)\s*([0-5]?[0-9])?\s*m?")


class QuartersField(forms.DecimalField):
    """Hours as people write them, 1.5 or 1h30 or 0:45; gives quarters of an hour."""

    default_error_messages = {
        "required": "Enter the hours, like 1.5 or 0.25",
        "invalid": "Enter the hours as a number, like 1.5 or 0.25",
        "quarters": "Enter the hours in quarters, like 1.25, 1.5 or 1.75",
        "range": f"Enter a number of hours from 0.25 to {MOST_QUARTERS // 4}",
    }

    def __init__(self, **kwargs):
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs)

    def to_python(self, value):
        text = str(value or "").strip().lower().replace(",", ".").replace("½", ".5")
        if match := _CLOCK.fullmatch(text):
            text = str(int(match[1]) + Decimal(match[2] or 0) / 60)
        return super().to_python(text)

    def clean(self, value):
        hours = super().clean(value)
        if not 0 < hours <= MOST_QUARTERS // 4:
            raise forms.ValidationError(self.error_messages["range"], code="range")
        if hours * 4 != int(hours * 4):
            raise forms.ValidationError(self.error_messages["quarters"], code="quarters")
        return int(hours * 4)


class HoursForm(DesignForm):
    """One entry. What was chosen before is chosen again, so that a second entry takes seconds."""

    looks = {
        "kind": Look(small=True),
        "quarters": Look(width="4", suffix="hours"),
        "note": Look(width="two-thirds"),
    }
    on = DesignDateField(
        label="Which day?",
        earliest=lambda: today() - LONGEST_AGO,
        latest=today,
        error_messages={"required": "Enter the day on which the support was given"},
    )
    kind = forms.ChoiceField(label="Kind of support", widget=forms.RadioSelect,
                             error_messages={"required": "Select the kind of support"})  # fmt: skip
    quarters = QuartersField(label="Hours", help_text="In quarters of an hour: 0.25, 1.5, or 1:45")
    council = forms.ChoiceField(
        label="For which council?", error_messages={"required": "Select a council, or all of them"}
    )
    note = forms.CharField(
        label="Note", required=False, max_length=254, help_text="What for. Name nobody: this list is about hours."
    )
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, data=None, *, before: dict | None = None):
        first = {"on": today(), "council": EVERYBODY, **(before or {})}
        super().__init__(data, initial={**first, "once": secrets.token_hex(16)})
        self.kinds = {kind.code: kind for kind in SupportKind.objects.filter(offered=True)}
        # Whoever was a member on a day of the last year; the service asks again for the day itself.
        members = Authority.objects.members_between(today() - LONGEST_AGO, today()).order_by("name")
        self.councils = {authority.gss_code: authority for authority in members}
        self.fields["kind"].choices = [(code, kind.label) for code, kind in self.kinds.items()]
        self.fields["council"].choices = [
            (EVERYBODY, "All councils"),
            *((code, authority.name) for code, authority in self.councils.items()),
        ]

    def details(self) -> dict:
        data = self.cleaned_data
        return {
            "on": data["on"],
            "kind": self.kinds[data["kind"]],
            "quarters": data["quarters"],
            "authority": self.councils.get(data["council"]),
            "note": data["note"],
            "key": self.sent_once("once"),
        }

    def for_the_next(self) -> dict:
        """What the next entry begins with."""
        return {name: self.cleaned_data[name] for name in ("kind", "council")}


class VoidForm(DesignForm):
    looks = {"reason": Look(width="two-thirds")}
    reason = forms.CharField(
        label="Why is it taken back?",
        max_length=254,
        help_text="For example: entered twice.",
        error_messages={"required": "Enter why it is taken back"},
    )


class KindForm(DesignForm):
    looks = {"label": Look(width="two-thirds")}
    mark_optional = False
    label = forms.CharField(label="Name", max_length=80, error_messages={"required": "Enter a name for the kind"})
    offered = forms.BooleanField(label="Hours can be recorded by it", required=False)


class NewKindForm(DesignForm):
    looks = {"label": Look(width="two-thirds"), "code": Look(width="20")}
    label = forms.CharField(label="Name", max_length=80, error_messages={"required": "Enter a name for the kind"})
    code = forms.SlugField(
        label="Code",
        max_length=40,
        help_text="A short word for the files of the return. It never changes.",
        error_messages={
            "required": "Enter a code, like drop_in",
            "invalid": "Code must only include letters a to z, numbers, hyphens and underscores",
        },
    )


class _Scale(forms.TypedChoiceField):
    def __init__(self, **kwargs):
        super().__init__(choices=[("", "Select"), *((n, f"{n} {label}") for n, label in FIVE)], coerce=int, **kwargs)


class _Text(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": "4"}), **kwargs)

    def clean(self, value):
        # Browsers send line breaks as two characters; a person counts one.
        return super().clean(value.replace("\r\n", "\n") if value else value)


class RiskForm(DesignForm):
    model = Risk
    looks = {"kind": Look(inline=True), "title": Look(width="two-thirds"), "mitigation": Look(count=True)}
    kind = forms.ChoiceField(
        label="Is it a risk or an issue?",
        widget=forms.RadioSelect,
        choices=Risk.Kind,
        help_text="A risk may come. An issue is there already.",
        error_messages={"required": "Select whether it is a risk or an issue"},
    )
    title = forms.CharField(
        label="What is it?", max_length=160, error_messages={"required": "Enter what the risk or issue is"}
    )
    owner = forms.ChoiceField(label="Owner", error_messages={"required": "Select who looks after it"})
    likelihood = _Scale(label="How likely?", error_messages={"required": "Select how likely it is"})
    impact = _Scale(label="How bad would it be?", error_messages={"required": "Select how bad it would be"})
    mitigation = _Text(label="What we do about it", help_text="Do not name people who enquired.")
    review_on = DesignDateField(
        label="Look at it again on", error_messages={"required": "Enter the day on which to look at it again"}
    )
    is_closed = forms.BooleanField(label="It is closed", required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, risk: Risk | None = None):
        super().__init__(data, initial=_of_risk(risk) if risk else {"review_on": None})
        self.owners = {str(user.pk): user for user in _owners(risk)}
        self.fields["owner"].choices = [("", "Select"), *((pk, user.name) for pk, user in self.owners.items())]
        if risk is None:
            del self.fields["is_closed"]

    def details(self) -> dict:
        data = self.cleaned_data
        names = ("kind", "title", "likelihood", "impact", "mitigation", "review_on")
        closed = data.get("is_closed", False)
        return {**{name: data[name] for name in names}, "owner": self.owners[data["owner"]], "is_open": not closed}


def _owners(risk: Risk | None) -> list[User]:
    staff = list(User.objects.active().filter(role__in=["hub_worker", "hub_manager", "data_officer"]).order_by("name"))
    if risk and risk.owner not in staff:  # has left, and still owns it
        staff.append(risk.owner)
    return staff


def _of_risk(risk: Risk) -> dict:
    names = ("kind", "title", "likelihood", "impact", "mitigation", "review_on")
    kept = {name: getattr(risk, name) for name in names}
    return {**kept, "owner": str(risk.owner_id), "is_closed": not risk.is_open, "seen": risk.version}


class MilestoneForm(DesignForm):
    model = PlanMilestone
    looks = {"what": Look(width="two-thirds"), "note": Look(count=True)}
    what = forms.CharField(
        label="What will be done?", max_length=160, error_messages={"required": "Enter what will be done"}
    )
    due_on = DesignDateField(label="By when?", error_messages={"required": "Enter the day by which it is due"})
    done_on = DesignDateField(label="Done on", required=False, latest=today)
    note = _Text(label="Note")
    is_dropped = forms.BooleanField(label="It is no longer planned", required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, milestone: PlanMilestone | None = None):
        super().__init__(data, initial=_of_milestone(milestone) if milestone else {})
        if milestone is None:
            del self.fields["is_dropped"]

    def clean(self):
        if self.cleaned_data.get("is_dropped") and self.cleaned_data.get("done_on"):
            self.add_error("is_dropped", "It is either done or no longer planned")

    def details(self) -> dict:
        data = self.cleaned_data
        kept = {name: data[name] for name in ("what", "due_on", "done_on", "note")}
        return {**kept, "is_dropped": data.get("is_dropped", False)}


def _of_milestone(one: PlanMilestone) -> dict:
    names = ("what", "due_on", "done_on", "note", "is_dropped")
    return {**{name: getattr(one, name) for name in names}, "seen": one.version}
