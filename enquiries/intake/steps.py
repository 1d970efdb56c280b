"""The journey of the public form as an ordered table, and the route that a person's answers take through it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from enquiries.intake.forms import brings, fostering, last, reach, where, who
from enquiries.intake.forms.base import StepForm
from enquiries.intake.known import Known
from enquiries.intake.promise import UNDER_18

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


WHERE, BRINGS, WHO, REACH, FOSTERING, LAST = (
    "Where you live",
    "What brings you",
    "Who you are",
    "How we reach you",
    "What you have in mind",
    "Before you send",
)
PARTS = (WHERE, BRINGS, WHO, REACH, FOSTERING, LAST)
BRANCH = "public/enquire_branch.html"


def _answered(name: str, *values: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(name) in values


# Nobody gives a name or a number before knowing what for: what may stand in the way comes first, each answer with a
# page that says what it means.
STEPS: tuple[Step, ...] = (
    Step("postcode", where.PostcodeForm, "What is your postcode?", WHERE, resets=("outside", "council")),
    Step(
        "outside", brings.OutsideForm, "You live outside our region", WHERE,
        applies=lambda answers: bool(answers.get("out_of_region")), template=BRANCH,
    ),
    Step("council", where.CouncilForm, "Your council", WHERE, template="public/enquire_council.html"),
    Step("situation", brings.SituationForm, "What brings you to us?", BRINGS, resets=("your-situation",)),
    Step(
        "your-situation", brings.SituationBranchForm, "What this means for you", BRINGS, template=BRANCH,
        applies=_answered("situation", "carer_elsewhere", "kinship", "supported_lodgings"),
    ),
    Step("age", brings.AgeForm, "How old are you?", BRINGS, resets=("under-21",)),
    Step(
        "under-21", brings.AgeBranchForm, "Fostering from 21", BRINGS, template=BRANCH,
        applies=_answered("age", "18_to_20", "under_18"),
    ),
    Step("spare-room", brings.SpareRoomForm, "Do you have a spare bedroom?", BRINGS, resets=("no-room",)),
    Step(
        "no-room", brings.RoomBranchForm, "Without a spare bedroom", BRINGS, template=BRANCH,
        applies=_answered("spare_room", "no", "not_yet"),
    ),
    Step(
        "timing", brings.TimingForm, "Would you like to talk with us now?", BRINGS, resets=("not-yet",),
        applies=lambda answers: not brings.is_for_later(answers) and not brings.wants_to_talk(answers),
    ),
    Step(
        "not-yet", brings.NotYetForm, "Not yet is fine", BRINGS, template=BRANCH,
        applies=_answered("timing", "not_yet"),
    ),
    Step(
        "later", brings.LaterForm, "Asking you again later", BRINGS, heading="We ask you again later",
        applies=brings.is_for_later,
    ),
    Step(
        "household", who.HouseholdForm, "Are you asking on your own or with somebody?", WHO, resets=("other-name",)
    ),
    Step(
        "your-name", who.YourNameForm, "What is your name?", WHO, heading="What is your name?",
        intro="So that we know whom to ask for.",
    ),
    Step(
        "other-name", who.OtherNameForm, "Who is the other person?", WHO, heading="Who is the other person?",
        intro="We talk with both of you. A first name is enough for now.",
        applies=_answered("household", "two"),
    ),
    Step(
        "contact", who.ContactForm, "How can we contact you?", REACH, heading="How can we contact you?",
        intro="Give at least one. Both is better. We use them to answer you, and to support you if you go on.",
        resets=("reach",),
    ),
    Step(
        "reach", reach.ReachForm, "How may we reach you safely?", REACH, heading="How may we reach you safely?",
        intro="Some people have not told everybody at home yet. We keep to what you say here, every time.",
    ),
    Step(
        "calls", reach.CallsForm, "When we ring you", REACH, heading="When we ring you",
        applies=lambda answers: "phone" in answers.get("ways", []),
    ),
    Step(
        "interests", fostering.InterestsForm, "Which kinds of fostering interest you?", FOSTERING,
    ),
    Step("source", fostering.SourceForm, "How did you hear about us?", FOSTERING),
    Step(
        "sharing", last.SharingForm, "May we share your details with your council?", LAST,
        template="public/enquire_sharing.html", applies=lambda answers: answers.get("age") != UNDER_18,
    ),
)  # fmt: skip


@dataclass
class Route:
    """The pages that these answers lead through. Answers to other pages are kept and not used."""

    steps: list[Step] = field(default_factory=list)
    answered: dict[str, StepForm] = field(default_factory=dict)  # page name: its form, found good
    outdated: dict[str, StepForm] = field(default_factory=dict)  # page name: its form, once good and no longer
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
            if any(step.part == part for step in self.steps)
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

    def form(self, step: Step, known: Known) -> StepForm:
        """The page as it is opened: with what was answered, and what has become wrong with it since."""
        kept = self.answered.get(step.name) or self.outdated.get(step.name)
        return kept or step.form(answers=self.answers_before(step), known=known)


def route_through(given: dict[str, Any], known: Known | None = None) -> Route:
    """Walk the table with what was given, page by page (form data by page name), checking every answer again.

    A page where somebody chose to stop leads nowhere: it stays the first open one.
    """
    route, known = Route(), known or Known()
    for step in STEPS:
        if not step.applies(route.answers):
            continue
        route.steps.append(step)
        form = step.form(given[step.name], answers=dict(route.answers), known=known) if step.name in given else None
        if form is not None and form.is_valid() and not form.stops:
            route.answered[step.name] = form
            route.answers |= form.cleaned_data
        else:
            if form is not None and not form.is_valid():
                route.outdated[step.name] = form
            route.first_open = route.first_open or step
    return route
