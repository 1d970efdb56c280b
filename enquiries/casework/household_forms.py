"""What staff type about a household itself: who they are, how they are reached, what they agreed to, which council."""

from dataclasses import replace

from django import forms

from enquiries import journey
from enquiries.casework.forms import NoteField, RecordForm
from enquiries.casework.told import TOLD
from enquiries.intake import wording
from enquiries.intake.services import Person
from enquiries.journey import CONTACT_CHANNELS
from enquiries.models import Consent, Enquiry, SafeContact
from hub.design.forms import EmailField, Look, NameField, PhoneField, PostcodeField
from hub.models import Authority
from hub.working_time import today


def _answer(label: str, answers: dict[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, widget=forms.RadioSelect, required=False, choices=[*answers.items(), ("", "Not given")]
    )


class SafeContactForm(RecordForm):
    mark_optional = False
    looks = {"when": Look(small=True), "language": Look(width="20")}
    by_phone = forms.BooleanField(label="They may be rung", required=False)
    by_text = forms.BooleanField(label="They may be sent a text message", required=False)
    by_email = forms.BooleanField(label="They may be sent an email", required=False)
    leave_message = forms.BooleanField(label="A message may be left", required=False)
    say_who = forms.BooleanField(label="We may say who is calling", required=False)
    when = forms.ChoiceField(label="When to ring", widget=forms.RadioSelect, choices=SafeContact.When.choices)
    language = forms.CharField(
        label="Language", required=False, max_length=60, help_text="Where they need another than English."
    )
    interpreter = forms.BooleanField(label="They need an interpreter", required=False)
    adjustments = NoteField(
        label="What makes it easier for them", required=False, help_text="For example, text relay or large print."
    )
    notes = NoteField(label="Anything else that keeps them safe", required=False)

    FIELDS = (
        "by_phone", "by_text", "by_email", "leave_message", "say_who", "when", "language", "interpreter", "adjustments",
        "notes",
    )  # fmt: skip

    def first_values(self) -> dict:
        safe = getattr(self.enquiry, "safe_contact", None) or SafeContact()
        return {name: getattr(safe, name) for name in self.FIELDS}

    def clean(self):
        if not any(self.cleaned_data.get(way) for way in ("by_phone", "by_text", "by_email")):
            self.add_error("by_phone", "Leave at least one way open")


class ConsentForm(RecordForm):
    """Sharing with a council, as it is read to them: the ledger keeps these words with their answer."""

    looks = {"answer": Look(legend="m"), "channel": Look(small=True)}
    answer = forms.ChoiceField(
        label=f"Read to them: “{wording.SHARE_QUESTION}”",
        help_text=f"“{wording.SHARE_EXPLANATION}”",
        widget=forms.RadioSelect,
        choices=[("yes", "They said yes"), ("no", "They said no, or not yet")],
        error_messages={"required": "Select what they said"},
    )
    channel = forms.ChoiceField(
        label="How they told us",
        widget=forms.RadioSelect,
        choices=list(CONTACT_CHANNELS.items()),
        error_messages={"required": "Select how they told us"},
    )

    def details(self) -> dict:
        data = self.cleaned_data
        return {
            "version": data["version"],
            "purpose": Consent.Purpose.SHARE,
            "given": data["answer"] == "yes",
            "wording": wording.share_wording(data["answer"]),
            "channel": data["channel"],
        }


class PeopleForm(RecordForm):
    """Names, telephone, email and postcode: of the second person whatever is known."""

    looks = {"postcode": Look(width="10")}
    first_name = NameField(label="First name", required=False)
    last_name = NameField(label="Last name", required=False)
    phone = PhoneField(label="Telephone", required=False)
    email = EmailField(label="Email", required=False)
    second_first_name = NameField(label="Other person’s first name", required=False)
    second_last_name = NameField(label="Other person’s last name", required=False)
    second_phone = PhoneField(label="Other person’s telephone", required=False)
    second_email = EmailField(label="Other person’s email", required=False)
    postcode = PostcodeField(label="Postcode", required=False)
    mark_optional = False

    PERSON = ("first_name", "last_name", "phone", "email")

    def first_values(self) -> dict:
        values = {"postcode": self.enquiry.postcode}
        for applicant in self.enquiry.applicants.all():
            prefix = "second_" if applicant.position == 2 else ""
            values |= {f"{prefix}{name}": getattr(applicant, name) for name in self.PERSON}
        return values

    def clean(self):
        data = self.cleaned_data
        reachable = any(data.get(name) for name in ("phone", "email", "second_phone", "second_email"))
        self.require_when(not self.errors and not reachable, "phone", "Enter a telephone number or an email")

    def details(self) -> dict:
        data = self.cleaned_data
        held = {applicant.position: Person.of(applicant) for applicant in self.enquiry.applicants.all()}
        first, second = (
            replace(held.get(position, Person()), **{name: data[f"{prefix}{name}"] for name in self.PERSON})
            for position, prefix in ((1, ""), (2, "second_"))
        )
        there_are_two = 2 in held or any(vars(second).values())
        return {
            "version": data["version"],
            "people": [first, second] if there_are_two else [first],
            "postcode": data["postcode"],
        }


class RightNumberForm(RecordForm):
    """A number that was marked as wrong, and is theirs after all."""

    number = forms.ChoiceField(
        label="Which number is right?", widget=forms.RadioSelect, error_messages={"required": "Select the number"}
    )

    def set_up(self) -> None:
        people = [one for one in self.enquiry.applicants.all() if one.phone and one.phone_wrong_on]
        choices = list({one.phone: one.phone_shown for one in people}.items())
        self.fields["number"].choices = choices
        if len(choices) == 1:
            self.initial["number"] = choices[0][0]


class ToldForm(RecordForm):
    """What they told us when they asked, as far as it is an answer to a question of ours."""

    mark_optional = False
    looks = {name: Look(small=True) for name in ("situation", "age", "timing", "spare_room", "interests")}
    situation = _answer("What brings them", journey.SITUATIONS)
    age = _answer("Age", journey.AGES)
    timing = _answer("When", journey.TIMINGS)
    spare_room = _answer("Spare room", dict(Enquiry._meta.get_field("spare_room").flatchoices))
    interests = forms.MultipleChoiceField(
        label="Interested in",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=list(journey.INTERESTS.items()),
    )
    source = forms.ChoiceField(label="How they heard", required=False)

    def first_values(self) -> dict:
        return {name: getattr(self.enquiry, name) for name in TOLD}

    def set_up(self) -> None:
        # An imported source may be a word of its own: it stays unless another is chosen.
        known = dict(journey.SOURCES)
        own = self.enquiry.source
        others = {own: own} if own and own not in known else {}
        self.fields["source"].choices = [("", "Not given"), *(known | others).items()]


class AllocateForm(RecordForm):
    BY_POSTCODE = "postcode"
    looks = {"council": Look(divider_before="postcode")}
    council = forms.ChoiceField(
        label="Which council?", widget=forms.RadioSelect, error_messages={"required": "Select a council"}
    )
    why = forms.CharField(
        label="Why",
        required=False,
        max_length=200,
        help_text="Needed where you choose it. For example, they work for the council where they live.",
    )

    def set_up(self) -> None:
        self.members = {str(council.pk): council for council in Authority.objects.members_on(today()).order_by("name")}
        by_postcode = f"Go by their postcode, {self.enquiry.postcode}" if self.enquiry.postcode else "Go by postcode"
        self.fields["council"].choices = [
            *((key, council.name) for key, council in self.members.items()),
            (self.BY_POSTCODE, by_postcode),
        ]

    def clean(self):
        self.require_when(self.cleaned_data.get("council") in self.members, "why", "Enter why you choose this council")

    def details(self) -> dict:
        data = self.cleaned_data
        return {"version": data["version"], "authority": self.members.get(data["council"]), "why": data["why"]}
