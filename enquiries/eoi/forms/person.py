"""About each applicant: work, health as far as it matters, experience."""

from django import forms

from enquiries.eoi.base import PartForm
from enquiries.eoi.fields import YES_NO, Paragraph, Words, checkboxes, radios
from hub.design.forms import Look


class WorkForm(PartForm):
    looks = {
        "working": Look(legend="m", reveals={"yes": ("job", "hours", "flexible")}),
        "hours": Look(width="3"),
        "flexible": Look(small=True),
        "time_off": Look(legend="m"),
        "words": Look(count=True),
    }
    working = radios(
        "Do you work?",
        [("yes", "Yes, for somebody or for myself"), ("home", "At home, or caring for somebody"),
         ("studying", "Studying or training"), ("retired", "Retired"), ("not_now", "Not now")],
        "Select if you work", help_text="Many foster carers do.",
    )  # fmt: skip
    job = Words(
        label="What do you do?", required=False, max_length=120, help_text="For example, nurse, or driver",
        error_messages={"required": "Enter what you do"},
    )  # fmt: skip
    hours = forms.IntegerField(
        label="How many hours in a usual week?", required=False, min_value=0, max_value=100,
        error_messages={
            "required": "Enter how many hours you work in a usual week",
            "invalid": "Enter the hours as a number, like 30",
            "min_value": "Hours in a week must be 0 or more", "max_value": "Hours in a week must be 100 or less",
        },
    )  # fmt: skip
    flexible = radios(
        "Can you choose when or where you work?",
        [("yes", "Yes"), ("partly", "In part"), ("no", "No")], "Select if you can choose when or where you work",
        required=False,
    )  # fmt: skip
    time_off = radios(
        "Could you take time off when a child needs you?",
        [("yes", "Yes"), ("perhaps", "Perhaps, I would have to ask"), ("no", "No")],
        "Select if you could take time off",
        help_text="For training days, meetings, school holidays, or the first weeks with a child.",
    )  # fmt: skip
    words = Paragraph(label="Anything else about your days that we should know", required=False, max_length=500, rows=3)

    def clean(self):
        self.ask_when("working", "yes", "job", "hours", "flexible")


class HealthForm(PartForm):
    looks = {"bears": Look(legend="m", reveals={"yes": ("words",)}), "words": Look(count=True)}
    bears = radios(
        "Is there anything about your health that matters for looking after a child?",
        [("no", "No"), ("yes", "Yes"), ("talk", "I would rather talk about it than write it")],
        "Select if anything about your health matters for looking after a child",
    )  # fmt: skip
    words = Paragraph(
        label="What should we know?", required=False, max_length=500, rows=3,
        help_text="A sentence is enough: what it means for your days, and what would help.",
        error_messages={"required": "Enter in a sentence what we should know"},
    )  # fmt: skip

    def clean(self):
        self.ask_when("bears", "yes", "words")


class ExperienceForm(PartForm):
    looks = {
        "kinds": Look(legend="m", divider_before="none"),
        "words": Look(count=True),
        "before": Look(legend="m", reveals={"yes": ("before_words",)}),
        "before_words": Look(count=True),
    }
    kinds = checkboxes(
        "What experience do you have with children, or with caring?",
        [("own", "Bringing up children of my own"), ("family", "Children of family or friends"),
         ("school", "Work with children: school, nursery, youth work"), ("care", "Work in health or social care"),
         ("adult", "Caring for an adult"), ("volunteer", "Volunteering with children or young people"),
         ("fostered", "Fostering or adoption"), ("none", "None of these yet")],
        "Select your experience, or “None of these yet”", help_text="Select all that fit. All of it counts.",
    )  # fmt: skip
    words = Paragraph(label="Tell us a little about it", required=False, max_length=2000)
    before = radios(
        "Have you asked before to foster, to adopt or to look after children?", YES_NO,
        "Select yes if you have asked before", help_text="Here or anywhere else.",
    )  # fmt: skip
    before_words = Paragraph(
        label="With whom, when, and what came of it?", required=False, max_length=500, rows=3,
        error_messages={"required": "Enter with whom, when, and what came of it"},
    )  # fmt: skip

    def clean(self):
        kinds = self.cleaned_data.get("kinds") or []
        if "none" in kinds and len(kinds) > 1:
            self.add_error("kinds", forms.ValidationError("Select your experience, or “None of these yet”, not both"))
        self.ask_when("before", "yes", "before_words")
