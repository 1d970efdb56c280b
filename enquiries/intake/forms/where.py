"""Where they live, and which council it shall be, or must not be."""

from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy

from enquiries.intake.forms.base import StepForm
from enquiries.routing import Routing
from hub.design.forms import Look, PostcodeField


class PostcodeForm(StepForm):
    looks = {"postcode": Look(heading=True, width="10")}

    postcode = PostcodeField(
        label="What is your postcode?",
        required=False,
        help_text="We use it to find your council. For example, NE1 8QH.",
    )
    no_postcode = forms.BooleanField(label="I cannot give a postcode, or would rather not", required=False)

    def clean(self):
        self.require_when(
            not self.cleaned_data.get("no_postcode"),
            "postcode",
            "Enter a postcode, like NE1 8QH, or tick the box to go on without one",
        )
        if "postcode" in self.cleaned_data:
            self.cleaned_data["out_of_region"] = self._is_elsewhere(self.cleaned_data["postcode"])

    def _is_elsewhere(self, postcode: str) -> bool:
        return bool(postcode) and self.known.place(postcode).rule == "out_of_region"

    def rows(self):
        return [("Postcode", self.cleaned_data["postcode"] or "Not given")]


class CouncilForm(StepForm):
    looks = {
        "choice": Look(legend="m", reveals={"another": ("council", "why")}),
        "keep_from": Look(legend="s", reveals={"yes": ("not_council", "not_why")}),
        "why": Look(width="full"),
        "not_why": Look(width="full"),
    }

    choice = forms.ChoiceField(
        label="Which council would you like to foster for?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select which council you would like to foster for"},
    )
    council = forms.ChoiceField(label="Council", required=False)
    why = forms.CharField(
        label="Why this council? (optional)",
        max_length=254,
        required=False,
        help_text="For example, you work for your own council, or have family there.",
    )
    keep_from = forms.MultipleChoiceField(
        label="Is there a council that should not know you are asking?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("yes", "Yes, keep it from one of your councils")],
        required=False,
        help_text="For example, you work there, or somebody close to you does. Leave it empty if not.",
    )
    not_council = forms.ChoiceField(label="Which council should not know?", required=False)
    not_why = forms.CharField(label="Would you like to say why? (optional)", max_length=254, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Words and councils are looked up only where the page is drawn or a council was named.
        self.fields["choice"].choices = [
            ("nearest", lazy(self._nearest, str)()),
            ("another", lazy(self._another, str)()),
        ]
        self.fields["council"].choices = self.fields["not_council"].choices = self._councils

    @cached_property
    def place(self) -> Routing:
        return self.known.place(self.answers.get("postcode", ""))

    @property
    def is_ours(self) -> bool:
        return self.place.rule == "residence"

    def _nearest(self) -> str:
        return f"{self.place.residence}, where I live" if self.is_ours else "Help me choose when we talk"

    def _another(self) -> str:
        return "Another of your councils" if self.is_ours else "I have one of your councils in mind"

    def _councils(self):
        return [("", "Choose a council"), *((one.gss_code, one.name) for one in self.known.councils)]

    def clean(self):
        another = self.cleaned_data.get("choice") == "another"
        self.require_when(another, "council", "Select the council you would like to foster for")
        if not another:
            # Without scripts both parts of the page are open: the choice above is what counts.
            self.cleaned_data |= {"council": "", "why": ""}
        keeps = bool(self.cleaned_data.get("keep_from")) or bool(self.cleaned_data.get("not_council"))
        self.require_when(keeps, "not_council", "Select the council that should not know")
        if not keeps:
            self.cleaned_data |= {"not_council": "", "not_why": ""}
        self.cleaned_data["chosen_authority"] = self.known.council(self.cleaned_data.get("council", ""))
        self.cleaned_data["not_authority"] = self.known.council(self.cleaned_data.get("not_council", ""))
        chosen = self.cleaned_data["chosen_authority"]
        if chosen is not None and chosen == self.cleaned_data["not_authority"]:
            self.add_error(
                "not_council", ValidationError("Select another council here, or another one to foster for above")
            )

    def rows(self):
        chosen, kept_from = self.cleaned_data["chosen_authority"], self.cleaned_data["not_authority"]
        if chosen:
            rows = [("Council", chosen.name), ("Why this council", self.cleaned_data["why"])]
        elif kept_from and kept_from == self.place.residence:
            rows = [("Council", "Help me choose when we talk")]
        else:
            rows = [("Council", self.shown("choice"))]
        return [*rows, ("Should not know", kept_from.name)] if kept_from else rows
