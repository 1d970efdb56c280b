"""What staff type on the pages that record something: one form, one service call (enquiries/casework/actions.py)."""

import datetime

from django import forms
from django.db.models import Max
from django.utils import timezone

from enquiries.assignment.team import team_on
from enquiries.casework.services import REACHED
from enquiries.intake import wording
from enquiries.journey import ATTEMPT_OUTCOMES, CONTACT_CHANNELS, HOLD_REASONS, HUB_REASONS, NEXT_BY
from hub.current import current
from hub.design.forms import (
    DesignDateField,
    DesignForm,
    DesignTimeField,
    Look,
)
from hub.models import User
from hub.working_time import LONDON, local_date, today, working_time


def _tomorrow() -> datetime.date:
    return today() + datetime.timedelta(days=1)


def _in_two_years() -> datetime.date:
    return today() + datetime.timedelta(days=730)


class NoteField(forms.CharField):
    """Free text of staff."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(max_length=5000, **kwargs)


class RecordForm(DesignForm):
    """Carries the version of the enquiry that the person saw, so that nobody's work is overwritten."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, enquiry, user, **kwargs):
        self.enquiry, self.user = enquiry, user
        super().__init__(data, initial={"version": enquiry.version, **self.first_values()}, **kwargs)
        self.set_up()

    def first_values(self) -> dict:
        return {}

    def set_up(self) -> None:
        """Choices and limits that depend on the enquiry."""

    def details(self) -> dict:
        """What the service is given."""
        return dict(self.cleaned_data)

    def refuse(self, reason: str, *, version: int) -> None:
        """Show why the service refused, with what was typed; the next try is made knowing the enquiry as it is now."""
        self.add_error(None, reason)
        self.data = self.data.copy()
        self.data["version"] = version


class LogCallForm(RecordForm):
    outcome = forms.ChoiceField(
        label="What happened?",
        widget=forms.RadioSelect,
        choices=[(REACHED, "We spoke"), *ATTEMPT_OUTCOMES.items()],
        error_messages={"required": "Select what happened"},
    )
    agreed = NoteField(label="What we said and agreed", required=False)
    channel = forms.ChoiceField(
        label="How we spoke", widget=forms.RadioSelect, required=False, choices=list(CONTACT_CHANNELS.items())
    )
    on = DesignDateField(label="Day we spoke", required=False, latest=today)
    at = DesignTimeField(label="Time we spoke", required=False, help_text="For example, 14:30")
    until = DesignDateField(
        label="Day of the next step",
        required=False,
        earliest=today,
        help_text="The day we promised to be in touch again. Empty: we follow up within 5 working days.",
    )
    next_by = forms.ChoiceField(
        label="Who does the next step?", widget=forms.RadioSelect, required=False, choices=list(NEXT_BY.items())
    )
    number = forms.ChoiceField(label="Which number?", widget=forms.RadioSelect, required=False)
    wrong_number = NoteField(label="What is wrong with the number?", required=False)
    again = DesignDateField(
        label="When to try again",
        required=False,
        earliest=today,
        help_text="Only a reminder: when they are due does not change.",
    )

    def first_values(self) -> dict:
        now = timezone.now().astimezone(LONDON)
        again = working_time().next_working_day(now.date())
        return {"channel": "phone", "on": now.date(), "at": now.time(), "again": again, "next_by": "us"}

    def set_up(self) -> None:
        tries = self.enquiry.attempts + 1
        most = current().hub.most_attempts if current().hub else 0
        this_try = f"This is attempt {tries}{f' of {most}' if most and tries <= most else ''}"
        people = self.enquiry.applicants.all()
        numbers = {one.phone_to_ring: one.phone_shown for one in people if one.phone_to_ring}
        if len(numbers) > 1:
            self.fields["number"].choices = list(numbers.items())
        else:
            del self.fields["number"]
        safe = getattr(self.enquiry, "safe_contact", None)
        unsafe = safe is not None and not safe.may_leave_message
        self.looks = {
            "outcome": Look(
                legend="m",
                hints={
                    "no_answer": this_try,
                    "left_message": "Not safe for them: do not leave a message" if unsafe else this_try,
                    "wrong_number": this_try,
                },
                reveals={"wrong_number": ("number", "wrong_number") if len(numbers) > 1 else ("wrong_number",)},
            ),
            "next_by": Look(mark_optional=False, small=True, inline=True),
            "agreed": Look(mark_optional=False),
            "channel": Look(mark_optional=False, small=True),
            "on": Look(mark_optional=False),
            "at": Look(mark_optional=False, width="5"),
            "number": Look(mark_optional=False, small=True),
            "wrong_number": Look(mark_optional=False),
            "again": Look(mark_optional=False),
        }

    def clean(self):
        reached = self.cleaned_data.get("outcome") == REACHED
        self.require_when(reached, "agreed", "Enter what you said and agreed")
        self.require_when(reached, "channel", "Select how you spoke")
        self.require_when(reached, "on", "Enter the day on which you spoke")
        self.require_when(reached, "at", "Enter the time at which you spoke, like 14:30")
        wrong = self.cleaned_data.get("outcome") == "wrong_number"
        self.require_when(wrong, "wrong_number", "Enter what is wrong with the number")
        if "number" in self.fields:
            self.require_when(wrong, "number", "Select the number that is wrong")
        # What was left in the fields of another answer is not what was said.
        for name in ("again", "number") if reached else ("agreed", "on", "at", "until", "channel", "next_by"):
            self.errors.pop(name, None)
        if reached and not self.errors and self.moment() > timezone.now():
            self.add_error("at", "The time at which you spoke must be in the past")

    def moment(self) -> datetime.datetime:
        """When we spoke: in the minute that was typed, after what else is known of it, which it may have answered."""
        typed = datetime.datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"], tzinfo=LONDON)
        over = typed + datetime.timedelta(minutes=1)
        known = self.enquiry.facts.filter(occurred_at__gte=typed, occurred_at__lt=over)
        return known.aggregate(latest=Max("occurred_at"))["latest"] or typed


class _DayForm(RecordForm):
    """A fact known by its day, which lies between the enquiry and today."""

    def first_values(self) -> dict:
        return {"on": today()}

    def set_up(self) -> None:
        self.fields["on"].earliest = local_date(self.enquiry.received_at)


class VisitForm(_DayForm):
    on = DesignDateField(
        label="Day of the first visit", latest=today, error_messages={"required": "Enter the day of the first visit"}
    )
    spoke = forms.BooleanField(
        label="We spoke with them at the visit",
        required=False,
        help_text="Records the conversation too. Untick it only if nobody could talk with us.",
    )
    note = NoteField(label="Note", required=False)

    def first_values(self) -> dict:
        return {**super().first_values(), "spoke": True}


class EoiForm(_DayForm):
    on = DesignDateField(
        label="Day on which they submitted it",
        latest=today,
        error_messages={"required": "Enter the day on which they submitted it"},
    )
    note = NoteField(label="Note", required=False)


class NoteForm(RecordForm):
    note = NoteField(label="Note", error_messages={"required": "Enter the note"})


class OptionalNoteForm(RecordForm):
    note = NoteField(label="Note", required=False)


class ReopenForm(RecordForm):
    note = NoteField(label="Why it is reopened")


class HoldForm(RecordForm):
    until = DesignDateField(
        label="Day to ask again",
        earliest=_tomorrow,
        latest=_in_two_years,
        help_text="For example, 14 1 2027. At most two years from now.",
        error_messages={"required": "Enter the day to ask again"},
    )
    reason = forms.ChoiceField(
        label="Why not yet?",
        widget=forms.RadioSelect,
        choices=list(HOLD_REASONS.items()),
        error_messages={"required": "Select why not yet"},
    )
    may_ask = forms.ChoiceField(
        label="May we ask them again by email or text?",
        help_text=f"Read it to them: “{wording.HOLD_QUESTION} {wording.HOLD_EXPLANATION}”",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes, they said so"), ("no", "No, they said so"), ("not_asked", "I have not asked them")],
        error_messages={"required": "Select whether we may ask them again"},
    )
    note = NoteField(label="Note", required=False)
    looks = {"reason": Look(legend="s", small=True), "may_ask": Look(legend="s", small=True)}

    def details(self) -> dict:
        said = {"yes": True, "no": False}
        return {**self.cleaned_data, "may_ask": said.get(self.cleaned_data["may_ask"])}


def closing_reasons() -> list[tuple[str, list[tuple[str, str]]]]:
    """Why the hub may close an enquiry, grouped by whose reason it is."""
    whose = {"applicant": "Their reason", "service": "Our reason", "not_counted": "Not a fostering enquiry"}
    return [
        (heading, [(code, reason.label) for code, reason in HUB_REASONS.items() if reason.belongs_to == group])
        for group, heading in whose.items()
    ]


class CloseForm(RecordForm):
    looks = {"reason": Look(small=True)}
    reason = forms.ChoiceField(
        label="Why does it end?", widget=forms.RadioSelect, error_messages={"required": "Select why it ends"}
    )
    note = NoteField(label="Note", required=False)

    def set_up(self) -> None:
        self.fields["reason"].choices = closing_reasons()


class VoidForm(RecordForm):
    note = NoteField(
        label="Why it is wrong",
        help_text="It stays on the timeline, struck through, with this reason.",
    )

    def __init__(self, *args, activity, **kwargs):
        self.activity = activity
        super().__init__(*args, **kwargs)

    def details(self) -> dict:
        return {**super().details(), "activity": self.activity}


class AssignForm(RecordForm):
    to = forms.ModelChoiceField(
        label="Who looks after it?",
        queryset=User.objects.none(),
        empty_label="Select a person",
        error_messages={"required": "Select a person", "invalid_choice": "Select a person from the list"},
    )

    def set_up(self) -> None:
        people = User.objects.caseworkers() | User.objects.active().filter(pk=self.user.pk)
        self.fields["to"].queryset = people.order_by("name")
        team = {member.person.pk: member for member in team_on(today())}
        self.fields["to"].label_from_instance = lambda person: (
            f"{person.name}{' (you)' if person == self.user else ''}: "
            + (team[person.pk].in_words if person.pk in team else "nothing open")
        )
