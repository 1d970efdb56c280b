"""What is to be done, by when and by whom; and what came of it."""

import secrets

from django import forms

from enquiries.models import Enquiry, Task
from hub.design.forms import DesignDateField, DesignForm, Look
from hub.models import User
from hub.people.roles import HUB_ROLES
from hub.working_time import today, working_time


class TaskForm(DesignForm):
    """Adds a task (about `enquiry`, where one is given) or changes `task`."""

    looks = {"to": Look(width="20", mark_optional=False)}
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    title = forms.CharField(
        label="What is to be done?", max_length=200, error_messages={"required": "Enter what is to be done"}
    )
    due_on = DesignDateField(label="By which day?", error_messages={"required": "Enter the day"})
    to = forms.ModelChoiceField(
        label="Who does it?", queryset=User.objects.none(), required=False,
        error_messages={"invalid_choice": "Select a person from the list"},
    )  # fmt: skip

    def __init__(self, data=None, *, user, enquiry: Enquiry | None = None, task: Task | None = None, **kwargs):
        owner = enquiry.owner if enquiry is not None else None
        first: dict = {
            "once": secrets.token_hex(16),
            "due_on": working_time().next_working_day(today()),
            "to": owner or user,
        }
        if task is not None:
            first = {"title": task.title, "due_on": task.due_on, "to": task.assigned_to, "version": task.version}
        super().__init__(data, initial=first, **kwargs)
        if task is not None:
            del self.fields["once"]
        people = User.objects.active().filter(role__in=sorted(HUB_ROLES)).order_by("name")
        self.fields["to"].queryset = people
        self.fields["to"].label_from_instance = lambda one: f"{one.name} (you)" if one == user else one.name
        self.fields["to"].empty_label = f"{owner.name}, who looks after it" if owner and task is None else "Anybody"
        # What was due before today may stay so while something else is changed.
        self.fields["due_on"].earliest = min(today(), task.due_on) if task is not None else today()

    def details(self) -> dict:
        """What the service is given: a new task has no version yet, and a form that is pressed twice makes one."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "once")}
        once = self.sent_once("once")
        return {**said, "key": f"typed:{once}" if once else ""}


class FinishForm(DesignForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label="What came of it", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
