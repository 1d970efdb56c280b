from django import forms

from enquiries.bulk.works import works_of
from enquiries.casework.forms import NoteField, closing_reasons
from enquiries.journey import HUB_REASONS
from enquiries.letters.choosing import OWN_WORDS
from enquiries.letters.services import all_templates
from enquiries.models import BulkRun
from hub.design.forms import DesignDateField, DesignForm, Look
from hub.models import Message, User
from hub.working_time import today

Work = BulkRun.Work


class BulkForm(DesignForm):
    """What is to be done to all of a list, with what each kind of work has to know."""

    looks = {
        "work": Look(
            legend="m",
            reveals={
                Work.ASSIGN: ("to",),
                Work.MESSAGE: ("template",),
                Work.TASK: ("title", "due_on"),
                Work.CLOSE: ("reason", "note", "tell"),
            },
        ),
        "reason": Look(small=True, mark_optional=False),
        **dict.fromkeys(("to", "template", "title", "due_on"), Look(mark_optional=False)),
    }
    work = forms.ChoiceField(
        label="What is to be done?", widget=forms.RadioSelect, error_messages={"required": "Select what is to be done"}
    )
    to = forms.ModelChoiceField(
        label="To whom?", queryset=User.objects.none(), empty_label="Select a person", required=False
    )
    template = forms.ChoiceField(label="Which message?", required=False)
    title = forms.CharField(label="What is to be done for each?", max_length=200, required=False)
    due_on = DesignDateField(label="By which day?", earliest=today, required=False)
    reason = forms.ChoiceField(label="Why do they end?", widget=forms.RadioSelect, required=False)
    note = NoteField(label="Note", required=False)
    tell = forms.BooleanField(
        label="Tell them, in whichever way we may", required=False, initial=True,
        help_text="An email, else a text message, else a letter. Of tests and doubles nobody is told.",
    )  # fmt: skip

    NEEDED = {
        Work.ASSIGN: {"to": "Select who looks after them"},
        Work.MESSAGE: {"template": "Select a message"},
        Work.TASK: {"title": "Enter what is to be done for each", "due_on": "Enter the day by which it is to be done"},
        Work.CLOSE: {"reason": "Select why they end"},
    }

    def __init__(self, data=None, *, user):
        super().__init__(data)
        allowed = works_of(user)
        self.fields["work"].choices = [(code, label) for code, label in Work.choices if code in allowed]
        self.fields["to"].queryset = (User.objects.caseworkers() | User.objects.active().filter(pk=user.pk)).order_by(
            "name"
        )
        self.templates = {one.code: one for one in all_templates() if one.offered and one.code not in OWN_WORDS}
        ways = dict(Message.Channel.choices)
        named = [(one.code, f"{one.name} ({ways[one.channel].lower()})") for one in self.templates.values()]
        self.fields["template"].choices = [("", "Select a message"), *named]
        self.fields["reason"].choices = closing_reasons()

    def clean(self):
        work = self.cleaned_data.get("work", "")
        for name, message in self.NEEDED.get(work, {}).items():
            self.require_when(True, name, message)
        for name in {name for needed in self.NEEDED.values() for name in needed} - set(self.NEEDED.get(work, {})):
            self.errors.pop(name, None)  # left in the fields of another choice

    def details(self) -> dict:
        """What the run keeps, as JSON has it, with how it is said."""
        data = self.cleaned_data
        if data["work"] == Work.ASSIGN:
            return {"to": data["to"].pk, "in_words": data["to"].name}
        if data["work"] == Work.MESSAGE:
            template = self.templates[data["template"]]
            return {"template": template.code, "version": template.version, "in_words": template.name}
        if data["work"] == Work.TASK:
            return {"title": data["title"], "due_on": data["due_on"].isoformat(), "in_words": data["title"]}
        reason = HUB_REASONS[data["reason"]].label
        return {"reason": data["reason"], "note": data["note"], "tell": data["tell"], "in_words": reason}
