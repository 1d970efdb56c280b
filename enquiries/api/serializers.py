"""What other systems send us, as they send it. Each serializer gives what its service takes, and decides nothing."""

import datetime

from rest_framework import serializers

from enquiries.diverted.services import ASKED
from enquiries.intake.services import Intake, Person
from enquiries.journey import INTERESTS, SOURCES
from enquiries.models import CallEvent, Consent, SafeContact
from enquiries.telephone.services import is_link
from hub.api.fields import Email, KnownFieldsSerializer, Line, Moment, Name, OneOf, Phone, Postcode, Text, YesNo
from hub.models import Authority
from hub.working_time import today

# What people are asked as they enquire; of a buddy, of checks and of "not yet" we talk later.
LATER = (Consent.Purpose.BUDDY, Consent.Purpose.CHECKS, Consent.Purpose.ASK_AGAIN)
ASKED_AT_FIRST = [(one, label) for one, label in Consent.Purpose.choices if one not in LATER]
LATE_AT_MOST = datetime.timedelta(days=90)  # what is older is history: it is imported, and nobody is written to


class ApplicantSerializer(KnownFieldsSerializer):
    """One of the one or two people who would foster."""

    first_name = Name(help_text="A first or a last name is needed")
    last_name = Name()
    email = Email(help_text="Of the first applicant an email address or a telephone number is needed")
    phone = Phone(help_text="In any form; British where it has no country code")

    def validate(self, attrs):
        if not attrs["first_name"] and not attrs["last_name"]:
            raise serializers.ValidationError({"first_name": "Send a first or a last name."})
        return attrs


class SafeContactSerializer(KnownFieldsSerializer):
    """How they may be reached safely. What is left out is as they did not rule it out, texts excepted."""

    by_phone = YesNo(default=True)
    by_text = YesNo(default=False)
    by_email = YesNo(default=True)
    when = OneOf(SafeContact.When.choices, default="any", help_text="Good time to ring")
    leave_message = YesNo(default=True, help_text="Whether a message may be left on their telephone")
    say_who = YesNo(default=True, help_text="Whether somebody else who answers may hear who is ringing")
    language = Line(max_length=60, required=False, help_text="Where they would like an interpreter")
    interpreter = YesNo(default=False)
    adjustments = Text(max_length=500, required=False, help_text="What makes it easier: large print, text relay")
    notes = Text(max_length=500, required=False, help_text="Anything else that whoever rings must know")


class ConsentSerializer(KnownFieldsSerializer):
    """One yes or no, with the words that they heard or read."""

    purpose = OneOf(ASKED_AT_FIRST)
    given = YesNo()
    wording = Text(max_length=2000, help_text="The question as it was put to them")
    at = Moment(within=LATE_AT_MOST, required=False, help_text="When they said so; else when the enquiry was received")


class EnquirySerializer(KnownFieldsSerializer):
    """An enquiry that reached you. Only `applicants` and `received_at` are required; fields that we do not know are
    refused, so that nothing is sent which nobody reads."""

    applicants = ApplicantSerializer(
        many=True,
        min_length=1,
        max_length=2,
        error_messages={"min_length": "Send one applicant, or two.", "max_length": "Send one applicant, or two."},
        help_text="One or two; the first is who we ring",
    )
    postcode = Postcode(help_text="Best given: it says in which council they live")
    received_at = Moment(within=LATE_AT_MOST, help_text="When it reached you; at most 90 days ago, not in the future")
    asked = OneOf([(code, code) for code in ASKED], default="other", help_text="How they asked you")
    message = Text(max_length=5000, required=False, help_text="What they said")
    source = OneOf(list(SOURCES.items()), required=False, help_text="How they heard of fostering with us")
    interests = serializers.ListField(child=OneOf(list(INTERESTS.items())), required=False, max_length=len(INTERESTS))
    spare_room = OneOf([("yes", "Yes"), ("no", "No"), ("not_yet", "Not yet")], required=False)
    chosen_authority = Line(
        max_length=9,
        required=False,
        help_text="GSS code, where they would foster for another member council than yours",
    )
    safe_contact = SafeContactSerializer(required=False)
    consents = ConsentSerializer(many=True, required=False, max_length=len(ASKED_AT_FIRST))
    external_reference = Line(
        max_length=60, required=False, help_text="Yours for it: sent again, it gives the reference that we gave before"
    )

    def validate_applicants(self, people):
        if not people[0]["email"] and not people[0]["phone"]:
            said = "Send an email address or a telephone number, so that we can answer them."
            raise serializers.ValidationError({"0": {"email": [said]}})
        return people

    def validate_chosen_authority(self, code):
        if not code:
            return None
        chosen = Authority.objects.members_on(today()).filter(gss_code=code.upper()).first()
        if chosen is None:
            raise serializers.ValidationError("Send the GSS code of a member of the hub, like E08000037.")
        return chosen

    def validate_consents(self, consents):
        if len({consent["purpose"] for consent in consents}) < len(consents):
            raise serializers.ValidationError("Send one consent for each purpose: the one that holds.")
        return consents

    def intake(self) -> Intake:
        """What the one way in takes."""
        said = self.validated_data
        consents = said.get("consents", [])
        return Intake(
            channel="authority",
            received_at=said["received_at"],
            applicants=[Person(**person) for person in said["applicants"]],
            postcode=said["postcode"],
            source=said.get("source", ""),
            chosen_authority=said["chosen_authority"] or None,
            spare_room=said.get("spare_room", ""),
            interests=list(dict.fromkeys(said.get("interests", []))),
            message=said["message"],
            safe_contact=dict(said.get("safe_contact", {})),
            consents={consent["purpose"]: (consent["given"], consent["wording"]) for consent in consents},
            consented_at={consent["purpose"]: consent["at"] for consent in consents if "at" in consent},
        )


class ReceivedSerializer(serializers.Serializer):
    """The same whether or not we knew them before."""

    reference = serializers.CharField(help_text="Ours. They have it by email, where they gave an address")
    status = serializers.ChoiceField(["received"])
    ring_by = serializers.DateTimeField(
        help_text="By when we promise to ring them, or to write where they may not be rung"
    )


class CallSerializer(serializers.Serializer):
    """One event of one call. For what we do not know or cannot use no caller is lost: it is left alone."""

    call_id = Line(max_length=100, help_text="Yours for the call: every event of a call has the same")
    event = OneOf(CallEvent.Kind.choices)
    caller = Line(max_length=100, required=False, allow_null=True, help_text="Null where the number is withheld")
    dialled = Line(max_length=100, required=False, allow_null=True, help_text="Which of our numbers was rung")
    # An offset that is wrong for half of the year makes every call one of the future.
    at = Moment(within=datetime.timedelta(days=30), ahead=datetime.timedelta(days=1))
    recording = Line(required=False, allow_null=True, help_text="Link to a message that they left; else it is left out")

    def validate_recording(self, link):
        return link if link and is_link(link) else ""


class TextSerializer(serializers.Serializer):
    """As GOV.UK Notify sends it; what it adds some day is left alone."""

    id = Line(max_length=100)
    source_number = Line(max_length=40)
    message = Text(max_length=5000, default="", allow_blank=True)
    date_received = Moment(within=datetime.timedelta(days=30))
