"""Logging a call on one screen: outcome first, then the script beside what we agreed, or when to try again."""

import datetime

from django import forms
from django.http import QueryDict

from enquiries.casework.forms import LogCallForm
from enquiries.casework.services import REACHED
from enquiries.models import PhoneCall
from enquiries.telephone.after_the_call import messages_on_offer
from enquiries.telephone.taking import REPLACE, Filing, OnScript, as_data, typed_in, what_we_hold
from hub.design.fields import DATE_PARTS
from hub.design.forms import Look
from hub.spoken_dates import day_in_words
from hub.working_time import LONDON, local_date, today

# What the page asks besides the script, by the names under which a browser posts it.
_DATES = ("on", "until", "again")
_INPUTS = [
    *("outcome", "agreed", "channel", "at", "next_by", "number", "wrong_number", REPLACE),
    *("send_reached", "send_not_reached"),
    *(f"{name}_{part}" for name in _DATES for part in DATE_PARTS),
]


class HouseholdCallForm(OnScript, LogCallForm):
    """What was typed on the page, or was kept of it before; `agreed` and `until` stand in its own last part."""

    mark_optional = False

    def __init__(self, call: PhoneCall, *, enquiry, user, data: QueryDict | None = None):
        self.call = call
        super().__init__(data, enquiry=enquiry, user=user)
        self._offer_messages()
        self.ask(call, what_we_hold(enquiry))
        if data is None and call.typed:
            self._show_what_was_kept()

    def _offer_messages(self) -> None:
        """Ticks for what may be sent with it; where nothing may, nothing is asked."""
        for reached, offered in messages_on_offer(self.enquiry).items():
            if offered:
                name = "send_reached" if reached else "send_not_reached"
                self.fields[name] = forms.MultipleChoiceField(
                    label="Send them with it", required=False, choices=offered, widget=forms.CheckboxSelectMultiple,
                    error_messages={"invalid_choice": "One of the messages may no longer be sent: look again"},
                )  # fmt: skip
                self.looks = {**self.looks, name: Look(small=True)}

    def first_values(self) -> dict:
        """A call that was begun and not logged is of the time at which it began."""
        values = super().first_values()
        if not self.call.pk:
            return values
        began = self.call.started_at.astimezone(LONDON)
        return {**values, "on": began.date(), "at": began.time()}

    @property
    def began_in_words(self) -> str:
        """When it was begun, where that was before today."""
        day = local_date(self.call.started_at)
        if not self.call.pk or day == today():
            return ""
        return f"{day_in_words(day, today())} at {self.call.started_at.astimezone(LONDON):%H:%M}"

    def _show_what_was_kept(self) -> None:
        """Unasked: nothing of it is wrong before somebody presses the button."""
        self.is_bound, self.data = True, as_data({**_as_posted(dict(self.initial)), **self.call.typed})
        self.errors.clear()

    @property
    def parts_to_ask(self) -> list[dict]:
        """Each part of the script but what the page asks at its end, with how much of it we know already."""
        last = ("agreed", "until", "callback")
        shown = []
        for part in self.sections:
            asked = [field for field in part["fields"] if field.name not in last]
            known = sum(field.name in self.held or bool(self.said(field.name)) for field in asked)
            wrong = any(field.errors for field in asked)
            shown.append({**part, "fields": asked, "known": known, "open": wrong})
        return [part for part in shown if part["fields"]]

    @property
    def closing_words(self) -> str:
        """What the script says where it asks for what was agreed."""
        return next((p["say"] for p in self.sections if any(f.name == "agreed" for f in p["fields"])), "")

    def clean(self):
        data = super().clean()
        if self.cleaned_data.get("outcome") != REACHED:
            for question in self.questions:  # nobody was asked
                if question["name"] not in LogCallForm.base_fields:
                    self.errors.pop(question["name"], None)
        # What was ticked beside the other answer is not sent.
        self.errors.pop("send_not_reached" if self.cleaned_data.get("outcome") == REACHED else "send_reached", None)
        return data

    def details(self) -> dict:
        data, reached = self.cleaned_data, self.cleaned_data["outcome"] == REACHED
        filing = self.filing()
        if reached:
            filing = Filing(
                **{**vars(filing), "channel": data["channel"], "next_by": data["next_by"], "at": self.moment()}
            )
        wrong = data["wrong_number"] if data["outcome"] == "wrong_number" else ""
        return {
            "version": data["version"], "outcome": data["outcome"], "filing": filing, "note": wrong,
            "number": data.get("number", "") if wrong else "",
            "again": None if reached else data["again"],
            "send": data.get("send_reached" if reached else "send_not_reached") or [],
        }  # fmt: skip


def typed_on_page(call: PhoneCall, posted: QueryDict, *, only_posted: bool = False) -> dict[str, list[str]]:
    """What a page of the call brought, as it is kept."""
    typed = {**{name: posted.getlist(name) for name in _INPUTS}, **typed_in(call, posted)}
    return {name: said for name, said in typed.items() if name in posted} if only_posted else typed


def _as_posted(values: dict) -> dict[str, list[str]]:
    """First values as a browser would post them."""
    posted: dict[str, list[str]] = {}
    for name, value in values.items():
        if name in _DATES and isinstance(value, datetime.date):
            posted |= {f"{name}_{part}": [str(getattr(value, part))] for part in DATE_PARTS}
        elif isinstance(value, datetime.time):
            posted[name] = [f"{value:%H:%M}"]
        else:
            posted[name] = [str(value)]
    return posted
