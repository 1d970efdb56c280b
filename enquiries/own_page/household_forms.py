"""What we hold about them, as they change it on their own page: details, how to reach them, what they agreed to."""

from django import forms

from enquiries import journey
from enquiries.callbacks.services import times_to_ring
from enquiries.casework.forms import NoteField
from enquiries.intake import wording
from enquiries.intake.promise import UNDER_18
from enquiries.models import Consent, SafeContact
from enquiries.own_page.forms import OwnForm
from hub.contact import format_phone
from hub.design.forms import EmailField, Look, NameField, PhoneField, PostcodeField


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
        Consent.Purpose.ASK_AGAIN: (
            "May we ask you again later?",
            "After “not yet” we write to you about the day that you gave, and no more.",
        ),
        Consent.Purpose.RESEARCH: ("May we ask for your opinion?", wording.RESEARCH),
    }

    def set_up(self) -> None:
        said: dict[str, bool] = {}
        for consent in self.enquiry.ledger:
            said.setdefault(consent.purpose, consent.given)
        # Nobody under 18 is asked whether a council may have their details; what was agreed to can be taken back.
        # That we ask again later is agreed with the day, and here it can be taken back.
        asked = dict(self.QUESTIONS)
        if not said.get(Consent.Purpose.ASK_AGAIN):
            del asked[Consent.Purpose.ASK_AGAIN]
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
