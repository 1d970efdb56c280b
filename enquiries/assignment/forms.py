import re

from django import forms

from enquiries.assignment.team import NO_SKILL
from enquiries.journey import INTERESTS
from enquiries.models import Caseload
from enquiries.models.team import LONGEST_LANGUAGE, MOST_CAPACITY
from hub.design.forms import DesignDateField, DesignForm, Look
from hub.models import Authority, User
from hub.working_time import today

_FROM_THE_LIST = "Select a person from the list"
_WRONG_CAPACITY = f"Enter a number from 1 to {MOST_CAPACITY}"


class CaseloadForm(DesignForm):
    looks = {
        "capacity": Look(width="3", suffix="open enquiries"),
        "languages": Look(width="two-thirds"),
        "interests": Look(small=True),
        "councils": Look(small=True),
    }
    capacity = forms.IntegerField(
        label="The most they can look after",
        min_value=1,
        max_value=MOST_CAPACITY,
        error_messages={
            "required": _WRONG_CAPACITY, "invalid": _WRONG_CAPACITY, "min_value": _WRONG_CAPACITY,
            "max_value": _WRONG_CAPACITY,
        },
    )  # fmt: skip
    takes_new = forms.BooleanField(label="New enquiries are shared out to them", required=False)
    languages = forms.CharField(
        label="Languages besides English", max_length=254, required=False, help_text="For example, Polish, Urdu"
    )
    interests = forms.MultipleChoiceField(
        label="Kinds of fostering they know best",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, label) for code, label in INTERESTS.items() if code != NO_SKILL],
    )
    councils = forms.MultipleChoiceField(
        label="Councils they work with",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None: all councils alike.",
    )

    def __init__(self, data, *, caseload: Caseload):
        names = ("capacity", "takes_new", "interests", "councils")
        first = {name: getattr(caseload, name) for name in names}
        super().__init__(data, initial={**first, "languages": ", ".join(caseload.languages)})
        members = Authority.objects.members_on(today()).order_by("name")
        self.fields["councils"].choices = list(members.values_list("gss_code", "name"))

    def clean_languages(self) -> list[str]:
        languages = [word.strip() for word in re.split(r"[,;\n]", self.cleaned_data["languages"]) if word.strip()]
        if any(len(language) > LONGEST_LANGUAGE for language in languages):
            raise forms.ValidationError(
                f"Each language must have at most {LONGEST_LANGUAGE} characters. Put a comma between two"
            )
        return languages


class AbsenceForm(DesignForm):
    person = forms.ModelChoiceField(
        label="Who is away?",
        queryset=User.objects.none(),
        empty_label="Select a person",
        error_messages={"required": "Select who is away", "invalid_choice": _FROM_THE_LIST},
    )
    starts_on = DesignDateField(
        label="First day away", help_text="For example, 21 12 2026", error_messages={"required": "Enter the first day"}
    )
    ends_on = DesignDateField(label="Last day away", earliest=today, error_messages={"required": "Enter the last day"})
    cover = forms.ModelChoiceField(
        label="Who covers?",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody yet",
        error_messages={"invalid_choice": _FROM_THE_LIST},
        help_text="They see the list of whoever is away as their own.",
    )

    def __init__(self, data, *, user):
        super().__init__(data, initial={"person": user})
        people = User.objects.caseworkers().order_by("name")
        self.fields["cover"].queryset = people
        self.fields["person"].queryset = people if user.can("assign_anyone") else people.filter(pk=user.pk)
        self.fields["person"].label_from_instance = self.fields["cover"].label_from_instance = lambda person: (
            f"{person.name} (you)" if person == user else person.name
        )

    def clean(self):
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "The last day must be the first day or later")


class MoveForm(DesignForm):
    to = forms.ModelChoiceField(
        label="To whom?",
        queryset=User.objects.none(),
        required=False,
        empty_label="By rotation to everybody who has room",
        error_messages={"invalid_choice": _FROM_THE_LIST},
    )
    mark_optional = False

    def __init__(self, data, *, person: User):
        super().__init__(data)
        self.fields["to"].queryset = User.objects.caseworkers().exclude(pk=person.pk).order_by("name")
