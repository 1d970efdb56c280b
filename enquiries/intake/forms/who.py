"""Who asks: one person or two."""

from django import forms

from enquiries.intake.forms.base import StepForm
from hub.contact import format_phone
from hub.design.forms import EmailField, Look, NameField, PhoneField


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
    second_email = EmailField(
        label="Their own email address (optional)", required=False,
        help_text="Leave it empty if yours will do for both. It may be the same.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    second_phone = PhoneField(
        label="Their own telephone number (optional)", required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )  # fmt: skip

    def rows(self):
        said = self.cleaned_data
        rows = [
            ("Their name", f"{said['second_first_name']} {said['second_last_name']}".strip()),
            ("Their email address", said["second_email"]),
            ("Their telephone", format_phone(said["second_phone"]) if said["second_phone"] else ""),
        ]
        return rows[:1] + [row for row in rows[1:] if row[1]]


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
