import datetime

from django import forms

from enquiries.journey import ACCEPTED_STAGES, CLOSED_REASONS, OPEN_STAGES, OUTCOMES, STAGES, Stage
from handover.milestones import ENDED, MILESTONES, Milestone
from handover.models import Handover
from hub.design.forms import DesignDateField, DesignForm, Look
from hub.people.models import User
from hub.working_time import local_date, today

# Which of the coded reasons are for whom to give.
DECLINE = ("capacity", "out_of_area", "unsuitable", "known", "other")
RETURN = ("information", "person_asked", "other")
WITHDRAW = ("person_asked", "silent", "mistake", "information", "other")


class ReasonForm(DesignForm):
    """A coded reason, and words besides; the words are needed where the code alone says too little."""

    reasons: tuple[str, ...] = ()
    words_needed = ("other",)
    question = "Why?"
    looks = {"reason": Look(legend="m"), "note": Look(count=True)}
    reason = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": "Select a reason"})
    note = forms.CharField(
        label="Anything the hub needs to know",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = self.question
        self.fields["reason"].choices = [(code, Handover.REASONS[code]) for code in self.reasons]

    def clean(self):
        needed = self.cleaned_data.get("reason") in self.words_needed
        self.require_when(needed, "note", "Say in a few words what it is")
        return self.cleaned_data


class DeclineForm(ReasonForm):
    reasons = DECLINE
    question = "Why are you declining?"


class ReturnForm(ReasonForm):
    reasons = RETURN
    words_needed = ("information", "other")
    question = "Why are you returning it?"


class WithdrawForm(ReasonForm):
    reasons = WITHDRAW
    question = "Why are you withdrawing it?"
    # The state that they looked at: what was accepted meanwhile is not taken away unseen.
    as_seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The council sees the reason and not the note.
        self.fields["note"].label = "A note for our record"


def _day(label: str, **kwargs) -> DesignDateField:
    return DesignDateField(label=label, required=False, **kwargs)


class MilestonesForm(DesignForm):
    """A date for each milestone that is still to come; those left empty have not happened."""

    mark_optional = False
    outcome = forms.ChoiceField(
        label="What was decided?", choices=list(OUTCOMES.items()), widget=forms.RadioSelect, required=False
    )
    places = forms.IntegerField(label="How many places?", required=False, min_value=1, max_value=20)

    def __init__(self, *args, coming: list[str], comes_next: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        for kind in coming:
            self.fields[kind] = _day(MILESTONES[kind])
            if kind == comes_next:
                self.fields[kind].help_text = "This comes next"
        self.looks = {kind: Look(legend="s") for kind in coming}
        self.looks |= {"outcome": Look(reveals={"approved": ("places",)}), "places": Look(width="2")}
        if "decided" in coming:
            self.order_fields([*coming, "outcome", "places"])
        else:
            del self.fields["outcome"], self.fields["places"]

    def clean(self):
        data = self.cleaned_data
        decided = bool(data.get("decided")) and "outcome" in self.fields
        self.require_when(decided, "outcome", "Select what was decided")
        self.require_when(
            decided and data.get("outcome") == "approved", "places", "Enter how many places they are approved for"
        )
        if data.get("outcome") and not data.get("decided") and "decided" not in self.errors:
            self.add_error("decided", "Enter the date of the decision")
        if not self.errors and not self.milestones():
            self.add_error(None, "Enter at least one date")
        return data

    def milestones(self) -> list[Milestone]:
        data = self.cleaned_data
        return [
            Milestone(kind, data[kind], *(_decision(data) if kind == "decided" else ("", None)))
            for kind in MILESTONES
            if data.get(kind)
        ]


def _decision(data: dict) -> tuple[str, int | None]:
    outcome = data.get("outcome") or ""
    return outcome, data.get("places") if outcome == "approved" else None


def _reason_groups() -> list:
    theirs = [(code, r.label) for code, r in CLOSED_REASONS.items() if r.belongs_to == "applicant"]
    ours = [(code, r.label) for code, r in CLOSED_REASONS.items() if r.belongs_to == "service"]
    return [("Their reason: withdrawn by the applicants", theirs), ("Yours: withdrawn by the service", ours)]


def _reasons_with_codes() -> list:
    """The same for a list that folds: the Ofsted code stands behind each reason."""
    groups = [
        (title, [(code, f"{label} ({CLOSED_REASONS[code].ofsted})".removesuffix(" ()")) for code, label in reasons])
        for title, reasons in _reason_groups()
    ]
    return [("", "Choose a reason"), *groups]


class EndForm(DesignForm):
    """The applicants withdraw, or the council ends it before a decision."""

    looks = {
        "reason": Look(
            legend="m",
            small=True,
            hints={code: f"Ofsted: {reason.ofsted}" for code, reason in CLOSED_REASONS.items() if reason.ofsted},
        ),
        "note": Look(count=True),
    }
    reason = forms.ChoiceField(
        label="Why did it end?",
        choices=_reason_groups,
        widget=forms.RadioSelect,
        help_text="Once an application has been received, Ofsted asks who ended it, and with AW1 to AW5 or AW0 why.",
        error_messages={"required": "Select a reason"},
    )
    occurred_on = DesignDateField(label="Date it ended", error_messages={"required": "Enter the date it ended"})
    note = forms.CharField(
        label="Anything the hub should know",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def milestone(self) -> Milestone:
        data = self.cleaned_data
        return Milestone(ENDED, data["occurred_on"], reason=data["reason"], note=data["note"])


class CorrectForm(DesignForm):
    """What is true instead of a milestone entered by mistake, and why it was wrong."""

    HAPPENED, DID_NOT = "happened", "did_not"
    looks = {
        "what": Look(reveals={"happened": ("occurred_on", "outcome", "places", "reason")}),
        "places": Look(width="2"),
        "why": Look(width="full"),
    }
    what = forms.ChoiceField(
        label="What should it say?", widget=forms.RadioSelect, error_messages={"required": "Select what it should say"}
    )
    occurred_on = _day("Date")
    outcome = forms.ChoiceField(
        label="What was decided?", choices=list(OUTCOMES.items()), widget=forms.RadioSelect, required=False
    )
    places = forms.IntegerField(label="Places, when approved", required=False, min_value=1, max_value=20)
    reason = forms.ChoiceField(label="Reason", choices=_reasons_with_codes, required=False)
    why = forms.CharField(
        label="Why are you correcting it?",
        max_length=300,
        help_text="The entry stays on the record, struck through, with this reason.",
        error_messages={"required": "Enter why you are correcting it"},
    )

    def __init__(self, *args, fact, **kwargs):
        day = local_date(fact.occurred_at)
        kwargs.setdefault(
            "initial",
            {"occurred_on": day, "outcome": fact.outcome, "places": fact.places, "reason": fact.reason},
        )
        super().__init__(*args, **kwargs)
        self.fact = fact
        happened = "It ended, but not like this" if fact.kind == ENDED else "It happened, but not like this"
        self.fields["what"].choices = [(self.HAPPENED, happened), (self.DID_NOT, "It has not happened")]
        used = {"decided": ("occurred_on", "outcome", "places"), ENDED: ("occurred_on", "reason")}.get(
            fact.kind, ("occurred_on",)
        )
        for name in {"outcome", "places", "reason"} - set(used):
            del self.fields[name]
        self.looks = {**self.looks, "what": Look(legend="m", reveals={self.HAPPENED: used})}

    def clean(self):
        data = self.cleaned_data
        happened = data.get("what") == self.HAPPENED
        self.require_when(happened, "occurred_on", "Enter the date")
        self.require_when(happened and "outcome" in self.fields, "outcome", "Select what was decided")
        self.require_when(happened and "reason" in self.fields, "reason", "Select a reason")
        if happened and data.get("outcome") == "approved":
            self.require_when(True, "places", "Enter how many places they are approved for")
        return data

    def instead(self) -> Milestone | None:
        data = self.cleaned_data
        if data["what"] == self.DID_NOT:
            return None
        outcome, places = _decision(data)
        return Milestone(self.fact.kind, data["occurred_on"], outcome, places, data.get("reason") or "", self.fact.note)


class WorkerForm(DesignForm):
    """Who of the authority's people looks after a referral."""

    looks = {"to": Look(heading=True)}
    to = forms.ModelChoiceField(
        label="Who looks after them?",
        queryset=User.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Select who looks after them"},
    )

    def __init__(self, *args, team, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = team


class WithUsForm(DesignForm):
    """Which of those with us are listed."""

    mark_optional = False
    looks = {"find": Look(width="20")}
    worker = forms.ChoiceField(label="Looked after by", required=False)
    stage = forms.ChoiceField(label="Stage", required=False)
    find = forms.CharField(label="Name or reference", required=False, max_length=100)

    def __init__(self, *args, team, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["worker"].choices = [
            ("", "Anybody"), ("me", "Me"), ("nobody", "Nobody yet"), *((str(one.pk), one.name) for one in team),
        ]  # fmt: skip
        self.fields["stage"].choices = [("", "Any"), *stages_with_us()]


def stages_with_us() -> list[tuple[str, str]]:
    """The stages of those whom an authority has accepted, as it says them."""
    return [
        (stage.value, "Accepted" if stage == Stage.WITH_AUTHORITY else STAGES[stage].label)
        for stage in Stage
        if stage in ACCEPTED_STAGES & OPEN_STAGES
    ]


MOST_MONTHS = 24
CHOICE_OF_MONTHS = 60


def _months_back(count: int) -> list[datetime.date]:
    """First days of months, this one first."""
    months = [today().replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - datetime.timedelta(days=1)).replace(day=1))
    return months


class MonthsForm(DesignForm):
    """From which month to which; where nothing that makes sense was chosen, the last twelve."""

    mark_optional = False
    first = forms.ChoiceField(label="From")
    last = forms.ChoiceField(label="To")

    def __init__(self, *args, **kwargs):
        choice = _months_back(CHOICE_OF_MONTHS)
        self.usual = choice[11], choice[0]
        super().__init__(*args, initial={"first": f"{choice[11]:%Y-%m}", "last": f"{choice[0]:%Y-%m}"}, **kwargs)
        for name in ("first", "last"):
            self.fields[name].choices = [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in choice]

    def clean(self):
        data = self.cleaned_data
        if not self.errors:
            first, last = (datetime.date.fromisoformat(f"{data[name]}-01") for name in ("first", "last"))
            if first > last:
                self.add_error("last", "Choose a month that is not before the first")
            elif (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS:
                self.add_error("first", f"Choose at most {MOST_MONTHS} months")
            data["months"] = first, last
        return data

    def months(self) -> tuple[datetime.date, datetime.date]:
        return self.cleaned_data["months"] if self.is_bound and self.is_valid() else self.usual
