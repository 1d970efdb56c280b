"""The journey of the public form as an ordered table, and the route that a person's answers take through it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from enquiries.intake import forms
from enquiries.intake.forms import StepForm

Answers = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One page. `applies` says from the answers before it whether it is asked; `resets` are pages that are asked
    again when this one's answer changes, because their questions depend on it."""

    name: str
    form: type[StepForm]
    title: str
    part: str
    heading: str = ""  # where no field is the heading
    intro: str = ""
    applies: Callable[[Answers], bool] = lambda answers: True
    resets: tuple[str, ...] = ()
    template: str = "public/enquire_step.html"


WHERE, WHO, REACH, FOSTERING, LAST = (
    "Where you live",
    "About you",
    "How we reach you",
    "What you have in mind",
    "Before you send",
)
PARTS = (WHERE, WHO, REACH, FOSTERING, LAST)

STEPS: tuple[Step, ...] = (
    Step("postcode", forms.PostcodeForm, "What is your postcode?", WHERE, resets=("council",)),
    Step("council", forms.CouncilForm, "Your council", WHERE, template="public/enquire_council.html"),
    Step("household", forms.HouseholdForm, "Are you asking on your own or with somebody?", WHO),
    Step("your-name", forms.YourNameForm, "What is your name?", WHO, heading="What is your name?"),
    Step(
        "other-name", forms.OtherNameForm, "What is the other person’s name?", WHO,
        heading="What is the other person’s name?",
        intro="We talk with both of you. It is enough to give one name now.",
        applies=lambda answers: answers.get("household") == "two",
    ),
    Step(
        "contact", forms.ContactForm, "How can we contact you?", REACH,
        heading="How can we contact you?", intro="Give at least one. Both is better.",
        resets=("reach",),
    ),
    Step(
        "reach", forms.ReachForm, "How may we reach you safely?", REACH,
        heading="How may we reach you safely?",
        intro="Some people have not told everybody at home yet. We keep to what you say here, every time.",
    ),
    Step(
        "calls", forms.CallsForm, "When we ring you", REACH, heading="When we ring you",
        applies=lambda answers: "phone" in answers.get("ways", []),
    ),
    Step("spare-room", forms.SpareRoomForm, "Do you have a spare bedroom?", FOSTERING),
    Step(
        "interests", forms.InterestsForm, "Which kinds of fostering interest you?", FOSTERING,
        template="public/enquire_interests.html",
    ),
    Step("source", forms.SourceForm, "How did you hear about us?", FOSTERING),
    Step(
        "sharing", forms.SharingForm, "May we share your details with your council?", LAST,
        template="public/enquire_sharing.html",
    ),
)  # fmt: skip


@dataclass
class Route:
    """The pages that these answers lead through. Answers to other pages are kept and not used."""

    steps: list[Step] = field(default_factory=list)
    answered: dict[str, StepForm] = field(default_factory=dict)  # page name: its form, found good
    answers: Answers = field(default_factory=dict)
    first_open: Step | None = None

    @property
    def is_complete(self) -> bool:
        return self.first_open is None

    @property
    def cards(self) -> list[tuple[str, list[tuple[str, list[tuple[str, str]]]]]]:
        """Every answer as the check page shows it: (part, [(page, [(question, answer)])])."""
        return [
            (part, [(step.name, self.answered[step.name].rows()) for step in self.steps if step.part == part])
            for part in PARTS
        ]

    def may_open(self, step: Step) -> bool:
        """A page on the route, with everything before it answered."""
        if step not in self.steps:
            return False
        return self.first_open is None or self.steps.index(step) <= self.steps.index(self.first_open)

    def before(self, step: Step) -> Step | None:
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None

    def after(self, step: Step) -> Step:
        """The next page; the last one has none, and is never asked before the others are answered."""
        return self.steps[self.steps.index(step) + 1]

    def answers_before(self, step: Step) -> Answers:
        """Only what earlier pages answered: a page never reads its own or a later answer."""
        earlier = self.steps[: self.steps.index(step)]
        return {
            name: value
            for one in earlier
            if one.name in self.answered
            for name, value in self.answered[one.name].cleaned_data.items()
        }


def route_through(given: dict[str, Any]) -> Route:
    """Walk the table with what was given, page by page (form data by page name), checking every answer again."""
    route = Route()
    for step in STEPS:
        if not step.applies(route.answers):
            continue
        route.steps.append(step)
        form = step.form(given[step.name], answers=dict(route.answers)) if step.name in given else None
        if form is not None and form.is_valid():
            route.answered[step.name] = form
            route.answers |= form.cleaned_data
        else:
            route.first_open = route.first_open or step
    return route
