"""What people type on their own page. One page, one form, one service call (enquiries/own_page/actions.py)."""

import datetime

from django import forms

from enquiries import journey
from enquiries.callbacks.services import slots_on_offer
from enquiries.councils.forms import choices_of_councils
from enquiries.councils.wishes import others_to_choose
from enquiries.intake import wording
from enquiries.models import Enquiry
from hub.design.forms import DesignDateField, DesignForm, EmailField, Look
from hub.spoken_dates import day_in_words, time_in_words
from hub.working_time import LONDON, local_date, today

LOOK_AGAIN = "Look at this page again, and send it once more"


class LinkForm(DesignForm):
    looks = {"email": Look()}
    email = EmailField(help_text="The one that you gave us.")


class OwnForm(DesignForm):
    """Carries the version of the enquiry that the person saw."""

    mark_optional = False
    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": LOOK_AGAIN, "invalid": LOOK_AGAIN}
    )

    def __init__(self, data=None, *, enquiry: Enquiry, **kwargs):
        self.enquiry = enquiry
        super().__init__(data, initial={"version": enquiry.version, **self.first_values()}, **kwargs)
        self.set_up()

    def first_values(self) -> dict:
        return {}

    def set_up(self) -> None:
        """Choices and limits that depend on the enquiry."""

    def details(self) -> dict:
        """What the service is given."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def refuse(self, reason: str) -> None:
        """Show why it was not done, with what was typed; the next try is made knowing the enquiry as it is now."""
        self.add_error(None, reason)
        self.data = self.data.copy()
        self.data["version"] = self.enquiry.version


class CallbackForm(OwnForm):
    looks = {"at": Look(heading=True, small=True)}
    at = forms.ChoiceField(
        label="When shall we ring you?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select when we shall ring you", "invalid_choice": "Select a time from the list"},
    )

    def set_up(self) -> None:
        self.slots = slots_on_offer(held=self.enquiry.callback_at)
        days: dict[str, list[tuple[str, str]]] = {}
        for slot in self.slots:
            start, end = (one.astimezone(LONDON) for one in (slot.starts_at, slot.ends_at))
            said = f"{time_in_words(start.time())} to {time_in_words(end.time())}"
            days.setdefault(day_in_words(local_date(start), today()), []).append((start.isoformat(), said))
        self.fields["at"].choices = list(days.items())

    def details(self) -> dict:
        return {"starts_at": datetime.datetime.fromisoformat(self.cleaned_data["at"])}


def _tomorrow() -> datetime.date:
    return today() + datetime.timedelta(days=1)


def _in_two_years() -> datetime.date:
    return today() + datetime.timedelta(days=730)


class WordsField(forms.CharField):
    """What they would like to say, in their own words."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        kwargs.setdefault("required", False)
        super().__init__(max_length=2000, **kwargs)


THEIR_HOLD_REASONS = {
    "room": "The spare room is not ready",
    "moving": "I am moving home",
    "work": "Work or studies",
    "family": "My family: a baby, young children, caring for somebody",
    "health": "My health, or a loss",
    "thinking": "I want more time to think",
    "carer_elsewhere": "I am tied to another agency for now",
    "other": "Another reason",
}


class NotYetForm(OwnForm):
    """When, why and whether we may ask; whom a council has is only asked when, because the council decides."""

    looks = {"words": Look(count=True), "reason": Look(legend="s", small=True), "may_ask": Look(legend="s", small=True)}
    until = DesignDateField(
        label="When shall we ask you again?",
        earliest=_tomorrow,
        latest=_in_two_years,
        help_text="For example, 14 1 2027. At most two years from now.",
        error_messages={"required": "Enter the day on which we shall ask you again"},
    )
    reason = forms.ChoiceField(
        label="Would you like to tell us why? (optional)",
        widget=forms.RadioSelect,
        required=False,
        choices=list(THEIR_HOLD_REASONS.items()),
        error_messages={"invalid_choice": "Select one of the reasons, or none"},
    )
    may_ask = forms.ChoiceField(
        label=wording.HOLD_QUESTION,
        help_text=wording.HOLD_EXPLANATION,
        widget=forms.RadioSelect,
        choices=list(wording.HOLD_ANSWERS.items()),
        error_messages={"required": "Select whether we may ask you again"},
    )
    words = WordsField(label="Is there anything we should know? (optional)")

    def set_up(self) -> None:
        if self.enquiry.stage in journey.AUTHORITY_STAGES:
            del self.fields["reason"], self.fields["may_ask"]

    def first_values(self) -> dict:
        return {"until": self.enquiry.hold_until} if self.enquiry.on_hold else {}

    def details(self) -> dict:
        said = {"yes": True, "no": False}.get(self.cleaned_data.get("may_ask", ""))
        return {**super().details(), "may_ask": said}


THEIR_WORDS = {
    "timing": "The time is not right",
    "work": "My work does not allow it",
    "family_not_agreed": "We do not all agree at home",
    "pregnancy": "We are expecting, or have a new baby",
    "moving_home": "We are moving home",
    "circumstances": "Something else in my life has changed",
    "finances": "Money",
    "not_as_expected": "Fostering is not what I expected",
    "process": "The way to it is not what I expected",
    "fear_of_allegations": "I worry about being accused of something",
    "chose_agency": "I chose an independent agency",
    "chose_other_authority": "I chose a council that is not one of yours",
}


class StopForm(OwnForm):
    looks = {"reason": Look(legend="m", small=True), "words": Look(count=True)}
    reason = forms.ChoiceField(
        label="Would you like to tell us why?",
        help_text="You need not. It helps us to do better.",
        widget=forms.RadioSelect,
        required=False,
        choices=[*((code, THEIR_WORDS[code]) for code in journey.THEIR_REASONS if code in THEIR_WORDS)],
        error_messages={"invalid_choice": "Select one of the reasons, or none"},
    )
    words = WordsField(label="Anything else (optional)")


class MessageForm(OwnForm):
    looks = {"words": Look(count=True)}
    words = WordsField(
        label="What would you like to ask or tell us?",
        required=True,
        error_messages={"required": "Enter what you would like to ask or tell us"},
    )


class AnotherCouncilForm(OwnForm):
    looks = {"words": Look(count=True)}
    wish = forms.ChoiceField(
        label="Which council would you like? (optional)",
        required=False,
        error_messages={"invalid_choice": "Select a council from the list, or none"},
    )
    words = WordsField(label="Would you like to tell us why? (optional)")

    def set_up(self) -> None:
        self.councils = {str(council.pk): council for council in others_to_choose(self.enquiry)}
        self.fields["wish"].choices = choices_of_councils([*self.councils.values()])

    def details(self) -> dict:
        return {"wish": self.councils.get(self.cleaned_data["wish"]), "words": self.cleaned_data["words"]}


class BeginAgainForm(OwnForm):
    looks = {"words": Look(count=True)}
    words = WordsField(label="Is there anything we should know? (optional)")


class FeedbackForm(OwnForm):
    looks = {"score": Look(legend="m"), "words": Look(count=True)}
    score = forms.TypedChoiceField(
        label="How are we doing?",
        widget=forms.RadioSelect,
        coerce=int,
        choices=[("5", "Very well"), ("4", "Well"), ("3", "Neither"), ("2", "Badly"), ("1", "Very badly")],
        error_messages={"required": "Select how we are doing", "invalid_choice": "Select one of the answers"},
    )
    words = WordsField(label="What should we keep, and what should we change? (optional)")


class EventBookingForm(OwnForm):
    looks = {"persons": Look(legend="m", inline=True)}
    persons = forms.TypedChoiceField(
        label="How many of you come?",
        widget=forms.RadioSelect,
        coerce=int,
        choices=[("1", "One"), ("2", "Two")],
        error_messages={"required": "Select how many of you come", "invalid_choice": "Select one or two"},
    )
