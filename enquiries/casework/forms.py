"""What staff type on the pages that record something: one form, one service call (enquiries/casework/actions.py)."""

import datetime

from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from enquiries.casework.services import REACHED
from enquiries.journey import ATTEMPT_OUTCOMES, CONTACT_CHANNELS, HUB_REASONS, OPEN_STAGES
from hub.design.forms import (
    DesignDateField,
    DesignForm,
    DesignTimeField,
    Look,
)
from hub.models import Authority, User
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
    wrong_number = NoteField(label="What is wrong with the number?", required=False)
    again = DesignDateField(
        label="If you did not reach them, when to try again",
        required=False,
        earliest=today,
        help_text="Only a reminder: when they are due does not change.",
    )

    def first_values(self) -> dict:
        now = timezone.now().astimezone(LONDON)
        again = working_time().next_working_day(now.date())
        return {"channel": "phone", "on": now.date(), "at": now.time(), "again": again}

    def set_up(self) -> None:
        tries = self.enquiry.attempts + 1
        this_try = f"This is attempt {tries}"
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
                reveals={REACHED: ("agreed", "channel", "on", "at", "until"), "wrong_number": ("wrong_number",)},
            ),
            "agreed": Look(mark_optional=False),
            "channel": Look(mark_optional=False, small=True),
            "on": Look(mark_optional=False),
            "at": Look(mark_optional=False, width="5"),
            "wrong_number": Look(mark_optional=False),
            "again": Look(mark_optional=False),
        }

    def clean(self):
        reached = self.cleaned_data.get("outcome") == REACHED
        self.require_when(reached, "agreed", "Enter what you said and agreed")
        self.require_when(reached, "channel", "Select how you spoke")
        self.require_when(reached, "on", "Enter the day on which you spoke")
        self.require_when(reached, "at", "Enter the time at which you spoke, like 14:30")
        self.require_when(
            self.cleaned_data.get("outcome") == "wrong_number", "wrong_number", "Enter what is wrong with the number"
        )
        # What was left in the fields of another answer is not what was said.
        for name in ("again",) if reached else ("agreed", "on", "at", "until", "channel"):
            self.errors.pop(name, None)
        if reached and not self.errors and self._moment() > timezone.now():
            self.add_error("at", "The time at which you spoke must be in the past")

    def _moment(self) -> datetime.datetime:
        return datetime.datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"], tzinfo=LONDON)

    def details(self) -> dict:
        data = self.cleaned_data
        said = {"version": data["version"], "outcome": data["outcome"]}
        if data["outcome"] != REACHED:
            wrong = data["wrong_number"] if data["outcome"] == "wrong_number" else ""
            return {**said, "note": wrong, "until": data["again"]}
        return {
            **said, "note": data["agreed"], "channel": data["channel"], "occurred_at": self._moment(),
            "until": data["until"],
        }  # fmt: skip


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
        label="We spoke with them at the visit", required=False, help_text="Tick to record the conversation too."
    )
    note = NoteField(label="Note", required=False)


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


class ReturnEoiForm(RecordForm):
    note = NoteField(label="What has to be completed", help_text="The owner sees this on the timeline.")


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
    note = NoteField(label="Why not yet", required=False)


class CloseForm(RecordForm):
    looks = {"reason": Look(small=True)}
    reason = forms.ChoiceField(
        label="Why does it end?", widget=forms.RadioSelect, error_messages={"required": "Select why it ends"}
    )
    note = NoteField(label="Note", required=False)

    GROUPS = {"applicant": "Their reason", "service": "Our reason", "not_counted": "Not a fostering enquiry"}

    def set_up(self) -> None:
        self.fields["reason"].choices = [
            (heading, [(code, r.label) for code, r in HUB_REASONS.items() if r.belongs_to == whose])
            for whose, heading in self.GROUPS.items()
        ]


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
        workload = Count("enquiries", filter=Q(enquiries__stage__in=sorted(OPEN_STAGES)))
        self.fields["to"].queryset = people.annotate(workload=workload).order_by("name")
        self.fields["to"].label_from_instance = lambda person: (
            f"{person.name}{' (you)' if person == self.user else ''}: {person.workload} open"
        )


class FilterForm(DesignForm):
    """The filters of Today."""

    mark_optional = False
    NOBODY = "nobody"
    queue = forms.CharField(widget=forms.HiddenInput, required=False)
    owner = forms.ChoiceField(label="Owner", required=False)
    council = forms.ChoiceField(label="Council", required=False)

    def __init__(self, data):
        super().__init__(data)
        people = User.objects.caseworkers().values_list("pk", "name")
        councils = Authority.objects.members_on(today()).order_by("name").values_list("gss_code", "name")
        self.fields["owner"].choices = [
            ("", "Anybody"), (self.NOBODY, "Nobody yet"), *((str(pk), name) for pk, name in people)
        ]  # fmt: skip
        self.fields["council"].choices = [("", "Any council"), *councils]

    def in_words(self, name: str, value: str) -> str:
        """A chosen filter as the list of choices says it."""
        return dict(self.fields[name].choices)[value]
