"""The questions, one form for each page. What they lead to is for steps.py and the service to say."""

from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError

from enquiries.intake import wording
from enquiries.journey import INTERESTS, SOURCES
from enquiries.models import SafeContact
from enquiries.routing import Routing, route
from hub.contact import format_phone
from hub.design.forms import DesignForm, EmailField, Look, NameField, PhoneField, PostcodeField
from hub.models import Authority
from hub.working_time import today

YES_NO = [("yes", "Yes"), ("no", "No")]


class StepForm(DesignForm):
    """A page of the journey. `answers` are the cleaned answers of the pages before it."""

    mark_optional = False

    def __init__(self, data=None, *, answers=None, **kwargs):
        self.answers = answers or {}
        super().__init__(data, **kwargs)

    def rows(self) -> list[tuple[str, str]]:
        """What was answered, as (question in short, answer in words), for the page that shows it all again."""
        return [(str(field.label), self.shown(name)) for name, field in self.fields.items()]

    def shown(self, name: str) -> str:
        """The answer to one field in words: a choice by its label, several one under another."""
        value = self.cleaned_data.get(name)
        labels = dict(getattr(self.fields[name], "choices", []))
        values = value if isinstance(value, list) else [value]
        return "\n".join(str(labels.get(one, one)) for one in values if one not in (None, "", False))


class PostcodeForm(StepForm):
    looks = {"postcode": Look(heading=True, width="10")}

    postcode = PostcodeField(
        label="What is your postcode?",
        required=False,
        help_text="We use it to find your council. For example, NE1 8QH.",
    )
    no_postcode = forms.BooleanField(label="I cannot give a postcode, or would rather not", required=False)

    def clean(self):
        self.require_when(
            not self.cleaned_data.get("no_postcode"),
            "postcode",
            "Enter a postcode, like NE1 8QH, or tick the box to go on without one",
        )

    def rows(self):
        return [("Postcode", self.cleaned_data["postcode"] or "Not given")]


class CouncilForm(StepForm):
    looks = {
        "choice": Look(legend="m", reveals={"another": ("council", "why")}),
        "council": Look(),
        "why": Look(width="full"),
    }

    choice = forms.ChoiceField(
        label="Which council would you like to foster for?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select which council you would like to foster for"},
    )
    council = forms.ChoiceField(label="Council", required=False)
    why = forms.CharField(
        label="Why this council? (optional)",
        max_length=254,
        required=False,
        help_text="For example, you work for your own council, or have family there.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [
            ("nearest", f"{self.place.residence}, where I live" if self.is_ours else "Help me choose when we talk"),
            ("another", "Another of your councils" if self.is_ours else "I have one of your councils in mind"),
        ]
        codes = [("", "Choose a council"), *((one.gss_code, one.name) for one in self.councils)]
        self.fields["council"].choices = codes

    @cached_property
    def place(self) -> Routing:
        """Where the postcode given is: the same rules that will decide when the enquiry is received."""
        return route(postcode=self.answers.get("postcode", ""))

    @property
    def is_ours(self) -> bool:
        return self.place.rule == "residence"

    @cached_property
    def councils(self) -> list[Authority]:
        return list(Authority.objects.members_on(today()))

    def clean(self):
        another = self.cleaned_data.get("choice") == "another"
        self.require_when(another, "council", "Select the council you would like to foster for")
        if not another:
            # Without scripts both parts of the page are open: the choice above is what counts.
            self.cleaned_data |= {"council": "", "why": ""}
        code = self.cleaned_data.get("council")
        self.cleaned_data["chosen_authority"] = next((one for one in self.councils if one.gss_code == code), None)

    def rows(self):
        chosen = self.cleaned_data["council"]
        rows = [("Council", self.shown("council") if chosen else self.shown("choice"))]
        return [*rows, ("Why this council", self.cleaned_data["why"])] if chosen else rows


class HouseholdForm(StepForm):
    looks = {"household": Look(heading=True)}

    household = forms.ChoiceField(
        label="Are you asking on your own or with somebody?",
        widget=forms.RadioSelect,
        choices=[("one", "On my own"), ("two", "With my partner, or somebody else I live with")],
        help_text="Single people and couples foster. Both are welcome.",
        error_messages={"required": "Select if you are asking on your own or with somebody"},
    )

    def rows(self):
        return [("Who is asking", self.shown("household"))]


class YourNameForm(StepForm):
    first_name = NameField(
        label="First name", error_messages={"required": "Enter your first name"}, widget=forms.TextInput(
            attrs={"autocomplete": "given-name", "spellcheck": "false"})
    )  # fmt: skip
    last_name = NameField(
        label="Last name", required=False, help_text="Leave it empty if you have only one name.",
        widget=forms.TextInput(attrs={"autocomplete": "family-name", "spellcheck": "false"}),
    )  # fmt: skip

    def rows(self):
        return [("Your name", f"{self.cleaned_data['first_name']} {self.cleaned_data['last_name']}".strip())]


class OtherNameForm(StepForm):
    second_first_name = NameField(
        label="Their first name", error_messages={"required": "Enter the first name of the other person"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    second_last_name = NameField(
        label="Their last name", required=False, help_text="Leave it empty if they have only one name.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def rows(self):
        both = (self.cleaned_data["second_first_name"], self.cleaned_data["second_last_name"])
        return [("Their name", " ".join(both).strip())]


class ContactForm(StepForm):
    email = EmailField(required=False, help_text="We send you your reference, and what happens next.")
    phone = PhoneField(required=False, help_text="So that we can ring you. A mobile or a landline.")

    def clean(self):
        self.require_when(
            not self.errors and not self.cleaned_data.get("phone"),
            "email",
            "Enter an email address or a telephone number, so that we can answer you",
        )

    def rows(self):
        phone = self.cleaned_data["phone"]
        return [("Email address", self.cleaned_data["email"]), ("Telephone", format_phone(phone) if phone else "")]


class ReachForm(StepForm):
    """Safe contact: only the ways for which there is an address or a number are offered."""

    WAYS = {"phone": "By telephone", "text": "By text message", "email": "By email"}
    looks = {"ways": Look(legend="m"), "language": Look(width="20"), "notes": Look(count=True)}

    ways = forms.MultipleChoiceField(
        label="Which ways are safe for you?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Select all that you are happy with.",
        error_messages={"required": "Select at least one way in which we may contact you"},
    )
    notes = forms.CharField(
        label="Is there anything else we should know? (optional)",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
        help_text="For example, somebody at home does not know yet, you share your email, or you use text relay.",
    )
    language = forms.CharField(
        label="Would you like an interpreter? Tell us the language (optional)",
        max_length=60,
        required=False,
        help_text="British Sign Language is one too.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        has = {
            "phone": self.answers.get("phone"),
            "text": self.answers.get("phone"),
            "email": self.answers.get("email"),
        }
        self.fields["ways"].choices = [(way, label) for way, label in self.WAYS.items() if has[way]]

    def rows(self):
        rows = [("How we may contact you", self.shown("ways"))]
        more = [("Anything else", self.cleaned_data["notes"]), ("Interpreter", self.cleaned_data["language"])]
        return rows + [row for row in more if row[1]]


class CallsForm(StepForm):
    looks = {
        "when": Look(legend="s"),
        "leave_message": Look(legend="s", inline=True),
        "say_who": Look(legend="s", inline=True),
    }

    when = forms.ChoiceField(
        label="When is a good time?",
        widget=forms.RadioSelect,
        choices=SafeContact.When.choices,
        error_messages={"required": "Select a good time to ring"},
    )
    leave_message = forms.ChoiceField(
        label="If you do not answer, may we leave a message?",
        widget=forms.RadioSelect,
        choices=YES_NO,
        error_messages={"required": "Select yes if we may leave a message"},
    )
    say_who = forms.ChoiceField(
        label="If somebody else answers, may we say who is calling?",
        widget=forms.RadioSelect,
        choices=YES_NO,
        help_text="If not, we give only a first name and ring again.",
        error_messages={"required": "Select yes if we may say who is calling"},
    )

    def rows(self):
        return [
            ("Good time to ring", self.shown("when")),
            ("Leave a message", self.shown("leave_message")),
            ("Say who is calling", self.shown("say_who")),
        ]


class SpareRoomForm(StepForm):
    looks = {"spare_room": Look(heading=True)}

    spare_room = forms.ChoiceField(
        label="Do you have a spare bedroom?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("not_yet", "Not yet, but I may have"), ("no", "No")],
        help_text="Most children in foster care need a room of their own. Whatever you answer, you can go on.",
        error_messages={"required": "Select if you have a spare bedroom"},
    )

    def rows(self):
        return [("Spare bedroom", self.shown("spare_room"))]


class InterestsForm(StepForm):
    looks = {
        "interests": Look(
            heading=True,
            divider_before="not_sure",
            hints={
                "short_term": "From some days to about two years",
                "long_term": "Until a young person is grown up",
                "emergency": "A few nights, at short notice",
                "short_breaks": "A weekend now and then, to give a family or another carer a rest",
            },
        ),
        "message": Look(count=True),
    }

    interests = forms.MultipleChoiceField(
        label="Which kinds of fostering interest you?",
        widget=forms.CheckboxSelectMultiple,
        choices=list(INTERESTS.items()),
        help_text="Select all that you like. You can change your mind at any time.",
        error_messages={"required": "Select what interests you, or “Not sure yet”"},
    )
    message = forms.CharField(
        label="Is there anything you would like to tell us or ask? (optional)",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def rows(self):
        return [("Kinds of fostering", self.shown("interests")), ("In your words", self.cleaned_data["message"])]


class SourceForm(StepForm):
    looks = {"source": Look(heading=True, divider_before="not_known")}

    source = forms.ChoiceField(
        label="How did you hear about us?",
        widget=forms.RadioSelect,
        choices=[*SOURCES.items(), ("not_known", "I do not remember")],
        error_messages={"required": "Select how you heard about us, or “I do not remember”"},
    )

    def rows(self):
        return [("How you heard about us", self.shown("source"))]


class SharingForm(StepForm):
    looks = {"share": Look(heading=True)}

    share = forms.ChoiceField(
        label=wording.SHARE_QUESTION,
        help_text=wording.SHARE_EXPLANATION,
        widget=forms.RadioSelect,
        choices=list(wording.SHARE_ANSWERS.items()),
        error_messages={"required": "Select yes if we may share your details with your council"},
    )
    keep_in_touch = forms.BooleanField(label=wording.KEEP_IN_TOUCH, required=False)

    def rows(self):
        news = "Yes, send me news" if self.cleaned_data["keep_in_touch"] else "No news, please"
        return [("Sharing with your council", self.shown("share")), ("News about fostering", news)]


class SendForm(DesignForm):
    """The button under the answers. Its one field is seen by programs only, which fill in whatever they find."""

    website = forms.CharField(required=False)

    def clean(self):
        if self.cleaned_data.get("website"):
            # Some browsers fill in what people cannot see: nobody is turned away, the next press goes through.
            raise ValidationError("Something filled in a hidden part of this page. Press “Send” once more")
