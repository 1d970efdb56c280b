import datetime

from django import forms

from handover.agreements.models import Agreement
from handover.following.silence import HOW
from handover.forms import WithdrawForm
from handover.models import Handover
from hub.current import current
from hub.design.forms import DesignDateField, DesignForm, Look
from hub.models import Authority, User
from hub.working_time import today


def _words(label: str, **kwargs) -> forms.CharField:
    return forms.CharField(label=label, max_length=1500, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)


def _tomorrow() -> datetime.date:
    return today() + datetime.timedelta(days=1)


class ChaseForm(DesignForm):
    looks = {"note": Look(count=True)}
    how = forms.ChoiceField(
        label="How did you ask?",
        widget=forms.RadioSelect,
        choices=list(HOW.items()),
        error_messages={"required": "Select how you asked"},
    )
    note = _words("What was said", error_messages={"required": "Enter what was said"})
    again_on = DesignDateField(
        label="Ask again on", required=False, earliest=_tomorrow, help_text="You get a task for that day."
    )
    remind = forms.BooleanField(
        label="Email their team that it waits in the portal, without a word about the people", required=False
    )


class SettleForm(DesignForm):
    looks = {"note": Look(count=True)}
    note = _words(
        "What did you find out, and what comes next?",
        help_text="For example, whom you rang at the council and when they ring the people.",
        error_messages={"required": "Enter what you found out"},
    )


class TransferForm(WithdrawForm):
    """To which council, and why it is taken back from the one that has it."""

    question = "Why are you transferring it?"
    to = forms.ChoiceField(
        label="To which council?",
        error_messages={"required": "Select a council", "invalid_choice": "Select a council from the list"},
    )

    def __init__(self, data=None, *, handover: Handover, wish: Authority | None = None):
        first = {"as_seen": handover.state, "to": str(wish.pk) if wish else ""}
        super().__init__(data, initial={**first, **({"reason": "person_asked"} if wish else {})})
        others = Authority.objects.members_on(today()).exclude(pk=handover.authority_id).order_by("name")
        self.councils = {str(council.pk): council for council in others}
        agreed = set(Agreement.objects.current(today()).values_list("authority", flat=True))
        named = ((key, _with_what_is_lacking(council, council.pk in agreed)) for key, council in self.councils.items())
        self.fields["to"].choices = [("", "Select a council"), *named]
        self.order_fields(["to", "reason", "note", "as_seen"])

    @property
    def council(self) -> Authority:
        return self.councils[self.cleaned_data["to"]]

    def details(self) -> dict:
        """What the service is given."""
        return {**self.cleaned_data, "to": self.council}


def _with_what_is_lacking(council: Authority, agreed: bool) -> str:
    """Its name; of one that cannot be sent anything now, with why."""
    if council.portal != Authority.Portal.LIVE:
        return f"{council.name} ({council.get_portal_display().lower()})"
    return council.name if agreed else f"{council.name} (no current agreement)"


class DeskForm(DesignForm):
    looks = {"asks_after": Look(width="2", suffix="working days")}
    handover_desk = forms.ModelChoiceField(
        label="Who looks after what a council gives back, where its owner and its sender have left?",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody in particular: a manager",
        error_messages={"invalid_choice": "Select a person from the list"},
    )
    asks_after = forms.IntegerField(
        label="When do we ask people whether their council has been in touch?",
        min_value=0,
        max_value=60,
        help_text="So long after their details were sent. 0: we do not ask.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Enter a number of working days from 0 to 60"
        ),
    )

    def __init__(self, data=None):
        hub = current().hub
        first = {"handover_desk": hub.handover_desk_id, "asks_after": hub.asks_after} if hub else {}
        super().__init__(data, initial=first)
        self.fields["handover_desk"].queryset = User.objects.caseworkers().order_by("name")
        self.fields["handover_desk"].label_from_instance = lambda person: person.name
