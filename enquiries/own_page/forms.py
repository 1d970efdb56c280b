"""What people type on their own page. One page, one form, one service call (enquiries/own_page/actions.py)."""

import datetime

from django import forms

from enquiries import journey
from enquiries.callbacks.services import slots_on_offer, times_to_ring
from enquiries.casework.forms import NoteField
from enquiries.intake import wording
from enquiries.intake.promise import UNDER_18
from enquiries.models import Consent, Enquiry, SafeContact
from hub.contact import format_phone
from hub.design.forms import DesignDateField, DesignForm, EmailField, Look, NameField, PhoneField, PostcodeField
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


class NotYetForm(OwnForm):
    looks = {"words": Look(count=True)}
    until = DesignDateField(
        label="When shall we ask you again?",
        earliest=_tomorrow,
        latest=_in_two_years,
        help_text="For example, 14 1 2027. At most two years from now.",
        error_messages={"required": "Enter the day on which we shall ask you again"},
    )
    words = WordsField(label="Is there anything we should know? (optional)")

    def first_values(self) -> dict:
        return {"until": self.enquiry.hold_until} if self.enquiry.on_hold else {}


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


class DetailsForm(OwnForm):
    """Names, telephone numbers, addresses. What the first person has is asked for; of the second whatever there is."""

    looks = {"postcode": Look(width="10")}
    first_name = NameField(label="Your first name", error_messages={"required": "Enter your first name"})
    last_name = NameField(label="Your last name", required=False)
    phone = PhoneField(label="Your telephone number", required=False)
    email = EmailField(
        label="Your email address",
        help_text="If you change it, we send a link to the new address. It counts once you have used the link.",
    )
    second_first_name = NameField(label="The other person’s first name", required=False)
    second_last_name = NameField(label="The other person’s last name", required=False)
    second_phone = PhoneField(label="The other person’s telephone number", required=False)
    second_email = EmailField(label="The other person’s email address", required=False)
    postcode = PostcodeField(
        label="Your postcode", required=False, help_text="If you move, another council may be yours. We look it up."
    )

    PERSON = ("first_name", "last_name", "phone")

    def set_up(self) -> None:
        if self.enquiry.stage not in journey.HUB_STAGES:
            del self.fields["postcode"]
        first = self.enquiry.applicants.first()
        self.fields["email"].required = bool(first and first.email)
        self.fields["first_name"].required = bool(first and first.first_name)

    def first_values(self) -> dict:
        values: dict = {"postcode": self.enquiry.postcode}
        for applicant in self.enquiry.applicants.all():
            prefix = "second_" if applicant.position == 2 else ""
            values |= {f"{prefix}{name}": getattr(applicant, name) for name in ("first_name", "last_name", "email")}
            values[f"{prefix}phone"] = format_phone(applicant.phone) if applicant.phone else ""
        return values

    def clean(self):
        told = any(self.cleaned_data.get(f"second_{name}") for name in ("last_name", "phone", "email"))
        self.require_when(told, "second_first_name", "Enter the other person’s first name")

    def details(self) -> dict:
        data = self.cleaned_data
        both = [{name: data[f"{prefix}{name}"] for name in self.PERSON} for prefix in ("", "second_")]
        there_are_two = any(both[1].values()) or self.enquiry.applicants.filter(position=2).exists()
        count = 2 if there_are_two else 1
        return {
            "people": both[:count],
            "emails": [data["email"], data["second_email"]][:count],
            "postcode": data.get("postcode"),
        }


class ContactForm(OwnForm):
    """Safe to contact, as the enquiry asks it."""

    WAYS = {"phone": "By telephone", "text": "By text message", "email": "By email"}
    YES_NO = [("yes", "Yes"), ("no", "No")]
    looks = {
        "ways": Look(
            legend="m", hints={"email": "Without email we cannot send you links to this page"}
        ),
        "when": Look(legend="m", small=True),
        "leave_message": Look(legend="m", inline=True),
        "say_who": Look(legend="m", inline=True),
        "language": Look(width="20"),
        "adjustments": Look(),
        "notes": Look(),
    }  # fmt: skip
    ways = forms.MultipleChoiceField(
        label="Which ways are safe for you?",
        widget=forms.CheckboxSelectMultiple,
        choices=list(WAYS.items()),
        help_text="Select all that you are happy with.",
        error_messages={
            "required": "Select at least one way in which we may contact you", "invalid_choice": "Select from the list"
        },
    )  # fmt: skip
    when = forms.ChoiceField(
        label="When is a good time to ring?", widget=forms.RadioSelect,
        error_messages={
            "required": "Select a good time to ring",
            "invalid_choice": "Select another time to ring: nobody is here then",
        },
    )  # fmt: skip
    leave_message = forms.ChoiceField(
        label="If you do not answer, may we leave a message?", widget=forms.RadioSelect, choices=YES_NO,
        error_messages={"required": "Select yes if we may leave a message"},
    )  # fmt: skip
    say_who = forms.ChoiceField(
        label="If somebody else answers, may we say who is calling?", widget=forms.RadioSelect, choices=YES_NO,
        error_messages={"required": "Select yes if we may say who is calling"},
    )  # fmt: skip
    language = forms.CharField(
        label="Would you like an interpreter? Tell us the language (optional)", max_length=60, required=False,
        help_text="British Sign Language is one too.",
    )  # fmt: skip
    adjustments = forms.CharField(
        label="What would make it easier for you? (optional)", max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text="For example, large print, or a relay call.",
    )  # fmt: skip
    notes = NoteField(
        label="Is there anything else that keeps you safe? (optional)", required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text="For example, somebody at home does not know yet.",
    )  # fmt: skip

    def set_up(self) -> None:
        safe = getattr(self.enquiry, "safe_contact", None) or SafeContact()
        self.fields["when"].choices = times_to_ring(held=safe.when)

    def first_values(self) -> dict:
        safe = getattr(self.enquiry, "safe_contact", None) or SafeContact()
        return {
            "ways": [way for way in self.WAYS if safe.allows(way)],
            "when": safe.when,
            "leave_message": "yes" if safe.leave_message else "no",
            "say_who": "yes" if safe.say_who else "no",
            "language": safe.language,
            "adjustments": safe.adjustments,
            "notes": safe.notes,
        }

    def details(self) -> dict:
        data = self.cleaned_data
        safe = getattr(self.enquiry, "safe_contact", None) or SafeContact()
        ways = {f"by_{way}": way in data["ways"] for way in self.WAYS}
        same_language = data["language"] == safe.language
        return {
            **ways,
            "when": data["when"],
            "leave_message": data["leave_message"] == "yes",
            "say_who": data["say_who"] == "yes",
            "language": data["language"],
            "interpreter": safe.interpreter if same_language else bool(data["language"]),
            "adjustments": data["adjustments"],
            "notes": data["notes"],
        }


class ConsentsForm(OwnForm):
    """One answer for each purpose; the ledger keeps the words as they stand here."""

    YES_NO = [("yes", "Yes"), ("no", "No")]
    QUESTIONS = {
        Consent.Purpose.SHARE: (wording.SHARE_QUESTION, wording.SHARE_EXPLANATION),
        Consent.Purpose.KEEP_IN_TOUCH: ("May we send you news?", wording.KEEP_IN_TOUCH),
        Consent.Purpose.RESEARCH: ("May we ask for your opinion?", wording.RESEARCH),
    }

    def set_up(self) -> None:
        said: dict[str, bool] = {}
        for consent in self.enquiry.ledger:
            said.setdefault(consent.purpose, consent.given)
        # Nobody under 18 is asked whether a council may have their details; what was agreed to can be taken back.
        asked = dict(self.QUESTIONS)
        if self.enquiry.age == UNDER_18 and not said.get(Consent.Purpose.SHARE):
            del asked[Consent.Purpose.SHARE]
        self.looks = dict.fromkeys(asked, Look(legend="m", inline=True))
        for purpose, (question, explanation) in asked.items():
            self.fields[purpose] = forms.ChoiceField(
                label=question,
                help_text=explanation,
                widget=forms.RadioSelect,
                choices=self.YES_NO,
                initial="yes" if said.get(purpose) else "no",
                error_messages={"required": f"Select yes or no: {question}"},
            )

    def details(self) -> dict:
        return {
            "answers": {
                purpose: (self.cleaned_data[purpose] == "yes", self._wording(purpose))
                for purpose in self.QUESTIONS
                if purpose in self.fields
            }
        }

    def _wording(self, purpose: str) -> str:
        question, explanation = self.QUESTIONS[purpose]
        return f"{question} {explanation} {dict(self.YES_NO)[self.cleaned_data[purpose]]}"


class EventBookingForm(OwnForm):
    looks = {"persons": Look(legend="m", inline=True)}
    persons = forms.TypedChoiceField(
        label="How many of you come?",
        widget=forms.RadioSelect,
        coerce=int,
        choices=[("1", "One"), ("2", "Two")],
        error_messages={"required": "Select how many of you come", "invalid_choice": "Select one or two"},
    )
