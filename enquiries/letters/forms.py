"""What staff type: a message to one household, where letters go, and the words of a template."""

import secrets

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from enquiries.letters.choosing import UNWRITTEN
from enquiries.letters.placeholders import faults_of
from enquiries.letters.services import Draft, all_templates, refuse_too_long
from enquiries.models import MessageTemplate
from enquiries.models.letters import Purpose
from hub.contact import normalise_postcode
from hub.design.forms import DesignForm, Look
from hub.errors import Refused
from hub.messages.texts import LONGEST_TEXT
from hub.models import Message

_MOST = {Message.Channel.TEXT: LONGEST_TEXT}


class ComposeForm(DesignForm):
    """The words of one message, as this household will read them."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    once = forms.CharField(widget=forms.HiddenInput, max_length=32)
    subject = forms.CharField(
        label="Subject", max_length=150, help_text="Nothing about the people: others may see it.",
        error_messages={"required": "Enter a subject"},
    )  # fmt: skip
    body = forms.CharField(
        label="What they will read", widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": "Write something first"},
    )  # fmt: skip

    def __init__(self, data=None, *, enquiry, draft: Draft):
        self.channel = draft.template.channel
        self.looks = {"body": Look(width="full"), "subject": Look(width="full")}
        first = {
            "version": enquiry.version, "once": secrets.token_hex(16), "body": draft.body, "subject": draft.subject
        }  # fmt: skip
        super().__init__(data, initial=first)
        if self.channel == Message.Channel.TEXT:
            self.fields["body"].widget.attrs["rows"] = 6
            del self.fields["subject"]

    def clean_subject(self) -> str:
        subject = " ".join(self.cleaned_data["subject"].split())
        if faults := faults_of(subject, subject=True):
            raise ValidationError(faults)
        return subject

    def clean_body(self) -> str:
        if UNWRITTEN in self.cleaned_data["body"].split():
            raise ValidationError(f"Write what you would like to say in place of “{UNWRITTEN}”")
        return _checked(self.cleaned_data["body"], self.channel)


class PostalAddressForm(DesignForm):
    """Where letters go, as it stands on an envelope."""

    mark_optional = False
    looks = {"lines": Look(width="two-thirds")}
    version = forms.IntegerField(widget=forms.HiddenInput)
    lines = forms.CharField(
        label="Postal address", max_length=400, widget=forms.Textarea(attrs={"rows": 6}), required=False,
        help_text="Each part on a line of its own, without their names. The last line is the postcode."
        " Empty: we have none.",
    )  # fmt: skip

    def clean_lines(self) -> str:
        lines = [" ".join(line.split()) for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if not lines:
            return ""
        if not 2 <= len(lines) <= 6:
            raise ValidationError("Enter between 2 and 6 lines, the last of them the postcode")
        try:
            lines[-1] = normalise_postcode(lines[-1])
        except ValueError as problem:
            raise ValidationError("The last line must be a postcode, like NE1 8QH") from problem
        if any(len(line) > 60 for line in lines):
            raise ValidationError("Each line may have 60 characters at most, to fit in the window of the envelope")
        return "\n".join(lines)


class TemplateForm(DesignForm):
    """The next version of a template; the channel and the code of one that exists stay as they are."""

    mark_optional = False
    after = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(
        label="Name", max_length=80, help_text="As your team finds it in the list.",
        error_messages={"required": "Enter a name for it"},
    )  # fmt: skip
    channel = forms.ChoiceField(
        label="Goes by", choices=Message.Channel.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select how it goes: email, text message or letter"},
    )  # fmt: skip
    purpose = forms.ChoiceField(
        label="What is it for?", choices=Purpose.choices,
        help_text="It decides to whom it may go: a reminder never goes to somebody who is with a council, and"
        " keeping in touch needs their consent.",
    )  # fmt: skip
    subject = forms.CharField(
        label="Subject", max_length=150, required=False,
        help_text="Of an email, or the heading of a letter. Nothing about the people: others may see it.",
    )  # fmt: skip
    body = forms.CharField(
        label="Words", widget=forms.Textarea(attrs={"rows": 18}), error_messages={"required": "Enter what it says"}
    )
    offered = forms.BooleanField(label="Staff may choose it", required=False, initial=True)
    why = forms.CharField(
        label="What changed, and why", max_length=200, help_text="Your team reads this in the list of versions.",
        error_messages={"required": "Enter what changed, and why"},
    )  # fmt: skip

    def __init__(self, data=None, *, template: MessageTemplate | None = None):
        self.template = template
        self.looks = {
            "body": Look(width="full"), "subject": Look(width="full"), "why": Look(width="full"),
            "name": Look(width="two-thirds"), "channel": Look(inline=True, small=True), "offered": Look(small=True),
        }  # fmt: skip
        first: dict = {"after": 0, "purpose": Purpose.SERVICE, "offered": True}
        if template:
            names = ("name", "purpose", "subject", "body", "offered")
            first = {"after": template.version, **{name: getattr(template, name) for name in names}}
        super().__init__(data, initial=first)
        if template:
            del self.fields["channel"]
            if template.channel == Message.Channel.TEXT:
                del self.fields["subject"]

    def clean_body(self) -> str:
        return self.cleaned_data["body"].replace("\r\n", "\n").strip()

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if self.template is None:
            self.code = slugify(name).replace("-", "_")[:40]
            if not self.code:
                raise ValidationError("Enter a name with letters in it")
            if self.code in {one.code for one in all_templates()}:
                raise ValidationError("There is a template of this name already. Choose another name, or edit that one")
        return name

    def clean(self):
        data = self.cleaned_data
        channel = self.template.channel if self.template else data.get("channel")
        if channel == Message.Channel.TEXT:
            data["subject"] = ""
        else:
            self.require_when(True, "subject", "Enter a subject")
        for fault in faults_of(data.get("subject", ""), subject=True):
            self.add_error("subject", fault)
        for fault in faults_of(data.get("body", "")):
            self.add_error("body", fault)
        if data.get("body") and channel:
            try:
                refuse_too_long(channel, data["body"])
            except Refused as refusal:
                self.add_error("body", str(refusal))

    def words(self) -> dict:
        """What the service is given, besides code and version."""
        names = ("name", "purpose", "subject", "body", "offered", "why")
        channel = self.template.channel if self.template else self.cleaned_data["channel"]
        return {"channel": channel, **{name: self.cleaned_data[name] for name in names}}


def _checked(body: str, channel: str) -> str:
    body = body.replace("\r\n", "\n").strip()
    faults = faults_of(body)
    if faults:
        raise ValidationError(faults)
    try:
        refuse_too_long(channel, body)
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal
    return body
