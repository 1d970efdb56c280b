"""What brings them, and what may stand in the way. Whatever they answer, the page that follows is a kind one."""

import calendar
import datetime

from django import forms

from enquiries import journey
from enquiries.intake import wording
from enquiries.intake.forms.base import StepForm
from enquiries.models import SteppedAside
from enquiries.routing import Routing
from hub.design.forms import DesignDateField, Look
from hub.models import NeighbourHub
from hub.working_time import today

GO_ON, LATER, STOP = "go_on", "later", "stop"
Why = SteppedAside.Why


class SituationForm(StepForm):
    looks = {
        "situation": Look(
            heading=True,
            divider_before="other",
            hints={
                "kinship": "You may hear it called kinship care, or family and friends care",
                "supported_lodgings": "Supported lodgings, for somebody of 16 or over",
                "other": "You can tell us in your own words further on",
            },
        )
    }

    situation = forms.ChoiceField(
        label="What brings you to us?",
        widget=forms.RadioSelect,
        choices=list(journey.SITUATIONS.items()),
        error_messages={"required": "Select what brings you to us"},
    )

    def rows(self):
        return [("What brings you", self.shown("situation"))]


class AgeForm(StepForm):
    looks = {"age": Look(heading=True, divider_before="not_said")}

    age = forms.ChoiceField(
        label="How old are you?",
        widget=forms.RadioSelect,
        choices=[*list(journey.AGES.items())[:-1], ("not_said", "I would rather not say")],
        help_text="If you ask with somebody, answer for the younger of you. There is no upper age limit.",
        error_messages={"required": "Select how old you are, or “I would rather not say”"},
    )

    def rows(self):
        return [("Age", self.shown("age"))]


class SpareRoomForm(StepForm):
    looks = {"spare_room": Look(heading=True)}

    spare_room = forms.ChoiceField(
        label="Do you have a spare bedroom?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("not_yet", "Not yet, but I may have"), ("no", "No")],
        help_text="Most children in foster care need a room of their own. Whatever you answer, you can go on.",
        error_messages={"required": "Select if you have a spare bedroom"},
    )

    def rows(self):
        return [("Spare bedroom", self.shown("spare_room"))]


class TimingForm(StepForm):
    looks = {
        "timing": Look(
            heading=True,
            hints={
                "now": "We ring you or write to you. It binds you to nothing",
                "not_yet": "That is fine. You see next what you can do until then",
            },
        )
    }

    timing = forms.ChoiceField(
        label="Would you like to talk with us now?",
        widget=forms.RadioSelect,
        choices=[("now", "Yes, in the next days"), ("not_yet", "Not yet")],
        error_messages={"required": "Select if you would like to talk now or not yet"},
    )

    def rows(self):
        return [("Talk with us", self.shown("timing"))]


class BranchForm(StepForm):
    """A page that says kindly what an answer means, and leaves it to them: go on, later, or stop here."""

    field = ""
    short = ""  # how the page with all answers names it
    words = ""  # the template that says what the answer means
    go_on = "Go on: I would like to talk with you anyway"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.looks = {self.field: Look(legend="m")}
        self.fields[self.field] = forms.ChoiceField(
            label="What would you like to do?",
            widget=forms.RadioSelect,
            choices=[
                (GO_ON, self.go_on),
                (LATER, "Leave my details, and be asked again later"),
                (STOP, "Stop here for now"),
            ],
            error_messages={"required": "Select what you would like to do"},
        )

    @property
    def stops(self):
        return self.cleaned_data[self.field] == STOP

    def rows(self):
        said = {GO_ON: "Talk with us anyway", LATER: "Ask me again later", STOP: "Stop here"}
        return [(self.short, said[self.cleaned_data[self.field]])]

    @property
    def why(self):
        return why_of(self.field, self.answers)


def why_of(field: str, answers: dict) -> str:
    """How whoever stops on that page is counted."""
    if field == "situation_next":
        return Why(answers["situation"])
    return {
        "outside_next": Why.OUT_OF_REGION,
        "age_next": Why.UNDER_21,
        "room_next": Why.NO_SPARE_ROOM,
        "timing_next": Why.NOT_YET,
    }[field]


class OutsideForm(BranchForm):
    field, short, words = "outside_next", "Living outside our region", "public/branches/outside.html"

    @property
    def place(self) -> Routing:
        return self.known.place(self.answers["postcode"])

    @property
    def neighbour(self) -> NeighbourHub | None:
        return self.known.neighbour(self.answers["postcode"])


class SituationBranchForm(BranchForm):
    """One page for the three situations that are not quite fostering with us; its words go by the answer."""

    field = "situation_next"

    @property
    def words(self):
        return f"public/branches/{self.answers['situation']}.html"

    @property
    def short(self):
        return {
            "carer_elsewhere": "Fostering elsewhere",
            "kinship": "Caring for a child you know",
            "supported_lodgings": "Supported lodgings",
        }[self.answers["situation"]]


class AgeBranchForm(BranchForm):
    field, short, words = "age_next", "Being under 21", "public/branches/under_21.html"


class RoomBranchForm(BranchForm):
    field, short, words = "room_next", "Without a spare bedroom", "public/branches/no_room.html"


class NotYetForm(BranchForm):
    field, short, words = "timing_next", "Not yet", "public/branches/not_yet.html"
    go_on = "Talk with you now all the same, without any hurry"


BRANCHES = (OutsideForm, SituationBranchForm, AgeBranchForm, RoomBranchForm, NotYetForm)
BRANCH_FIELDS = tuple(form.field for form in BRANCHES)


def is_for_later(answers: dict) -> bool:
    """Whether they leave their details for another time, on whichever page they said so."""
    return any(answers.get(name) == LATER for name in BRANCH_FIELDS)


def wants_to_talk(answers: dict) -> bool:
    """Whether they said on a page before it that they would like to talk all the same: nobody is asked it twice."""
    return any(answers.get(form.field) == GO_ON for form in BRANCHES if form is not NotYetForm)


MONTHS_AHEAD = (3, 6, 12)
AT_MOST = 24


class LaterForm(StepForm):
    """When we may ask again, and whether we may: nobody is kept on a list without having said yes."""

    looks = {
        "ask_when": Look(legend="m", reveals={"date": ("ask_on",)}),
        "may_ask": Look(legend="m"),
    }

    ask_when = forms.ChoiceField(
        label="When shall we ask you again?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select when we may ask you again"},
    )
    ask_on = DesignDateField(
        label="Date",
        required=False,
        help_text="For example, 27 3 2027",
        earliest=lambda: today() + datetime.timedelta(days=1),
        latest=lambda: months_ahead(today(), AT_MOST),
    )
    may_ask = forms.ChoiceField(
        label=wording.ASK_AGAIN_QUESTION,
        help_text=wording.ASK_AGAIN_EXPLANATION,
        widget=forms.RadioSelect,
        choices=list(wording.ASK_AGAIN_ANSWERS.items()),
        error_messages={"required": "Select yes if we may keep your details and ask you again"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        day = today()
        self.fields["ask_when"].choices = [
            *((str(count), f"In about {count} months, in {months_ahead(day, count):%B %Y}") for count in MONTHS_AHEAD),
            ("date", "On another date"),
        ]

    def clean(self):
        when = self.cleaned_data.get("ask_when")
        if when != "date":
            # Without scripts the date is always open: the choice is what counts.
            self.cleaned_data["ask_on"] = months_ahead(today(), int(when)) if when else None
            self._errors.pop("ask_on", None)
        self.require_when(when == "date", "ask_on", "Enter the date on which we may ask again, like 27 3 2027")

    @property
    def stops(self):
        return self.cleaned_data["may_ask"] == "no"

    @property
    def why(self):
        return why_of(next(name for name in BRANCH_FIELDS if self.answers.get(name) == LATER), self.answers)

    def rows(self):
        day = self.cleaned_data["ask_on"]
        return [("Ask again", f"{day.day} {day:%B %Y}"), ("Keep your details till then", self.shown("may_ask"))]


def months_ahead(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on; the last of the month where that month is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
