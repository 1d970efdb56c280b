"""The optional equality questions. Lists after the harmonised standards of the Office for National Statistics."""

from django import forms

from hub.design.forms import DesignForm, Look

RATHER_NOT = ("prefer_not_to_say", "Prefer not to say")
YES_NO = [("yes", "Yes"), ("no", "No")]
QUESTIONS: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "age_band": ("How old are you?", "", [
        ("18_29", "18 to 29"), ("30_39", "30 to 39"), ("40_49", "40 to 49"), ("50_59", "50 to 59"),
        ("60_69", "60 to 69"), ("70_or_over", "70 or over"),
    ]),
    "sex": ("What is your sex?", "", [("female", "Female"), ("male", "Male")]),
    "gender": ("Is the gender you identify with the same as your sex registered at birth?", "", YES_NO),
    "ethnic_group": ("What is your ethnic group?", "Choose the one that best describes your group or background.", [
        ("white", "White"),
        ("mixed", "Mixed or multiple ethnic groups"),
        ("asian", "Asian or Asian British"),
        ("black", "Black, African, Caribbean or Black British"),
        ("other", "Another ethnic group"),
    ]),
    "religion": ("What is your religion?", "", [
        ("none", "No religion"), ("christian", "Christian, of any denomination"), ("buddhist", "Buddhist"),
        ("hindu", "Hindu"), ("jewish", "Jewish"), ("muslim", "Muslim"), ("sikh", "Sikh"), ("other", "Another religion"),
    ]),
    "sexual_orientation": ("Which best describes your sexual orientation?", "", [
        ("heterosexual", "Heterosexual or straight"), ("gay_or_lesbian", "Gay or lesbian"), ("bisexual", "Bisexual"),
        ("other", "Another"),
    ]),
    "disability": (
        "Do you have a physical or mental health condition that has lasted, or is expected to last, 12 months or more, "
        "and does it make daily life harder?",
        "",
        [("none", "I have none"), ("not_limited", "I have one, and it does not"),
         ("limited_a_little", "Yes, a little harder"), ("limited_a_lot", "Yes, a lot harder")],
    ),
}  # fmt: skip


class EqualityForm(DesignForm):
    """Every question may be left out, and every one may be answered with "prefer not to say"."""

    mark_optional = False
    looks = {name: Look(legend="m", divider_before=RATHER_NOT[0]) for name in QUESTIONS}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, hint, choices) in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                help_text=hint,
                required=False,
                widget=forms.RadioSelect,
                choices=[*choices, RATHER_NOT],
            )
