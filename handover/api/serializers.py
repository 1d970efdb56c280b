"""What councils' systems send about referrals. What they may send is what the portal's forms take."""

import datetime

from rest_framework import serializers

from enquiries.journey import CLOSED_REASONS, OUTCOMES
from handover.api.fields import Day, Whole
from handover.forms import DECLINE, RETURN
from handover.milestones import ENDED, MILESTONES, Milestone
from handover.models import Handover
from hub.api.fields import KnownFieldsSerializer, Line, Moment, OneOf, Text

LONGEST_PAGE = 200
A_PAGE = 50
WAITING = "waiting"  # for their answer: sent, opened or without reply
_ANY_TIME = datetime.timedelta(days=36_500)
KINDS = [*MILESTONES.items(), (ENDED, "Ended before a decision")]
DECISIONS = list(OUTCOMES.items())
HANDOVER_REASONS = list(Handover.REASONS.items())
DECLINE_REASONS = [(code, Handover.REASONS[code]) for code in DECLINE]
RETURN_REASONS = [(code, Handover.REASONS[code]) for code in RETURN]
ENDINGS = [(code, one.label) for code, one in CLOSED_REASONS.items() if one.belongs_to != "not_counted"]


class Asked(KnownFieldsSerializer):
    """Which referrals are asked for, in the address."""

    state = OneOf([(WAITING, "Waiting for your answer"), *Handover.State.choices], required=False)
    updated_since = Moment(within=_ANY_TIME, required=False)
    limit = serializers.RegexField(r"^[0-9]{1,3}\Z", required=False)
    cursor = Line(max_length=200, required=False, allow_blank=False, default=None)

    def to_internal_value(self, data):
        # A plus sign that was not escaped in an address is read as a space.
        given = {name: data[name] for name in data}
        if "updated_since" in given:
            given["updated_since"] = given["updated_since"].replace(" ", "+")
        return super().to_internal_value(given)

    def validate_limit(self, limit):
        if not 1 <= int(limit) <= LONGEST_PAGE:
            raise serializers.ValidationError(f"Send a number from 1 to {LONGEST_PAGE}.")
        return int(limit)


class AcceptSerializer(KnownFieldsSerializer):
    """Nothing: whatever is sent besides is refused."""


class RefuseSerializer(KnownFieldsSerializer):
    """A coded reason; words as well where the code alone says too little."""

    words_needed: tuple[str, ...] = ("other",)

    def validate(self, attrs):
        if attrs["reason"] in self.words_needed and not attrs["note"]:
            raise serializers.ValidationError({"note": "Say in a few words what it is."})
        return attrs


class DeclineSerializer(RefuseSerializer):
    """Why the council cannot take them on. With `other` a note is needed."""

    reason = OneOf(DECLINE_REASONS)
    note = Text(max_length=1000, required=False, help_text="For the hub")


class ReturnSerializer(RefuseSerializer):
    """What the hub must find out or put right. With `information` and `other` a note is needed."""

    words_needed = ("information", "other")
    reason = OneOf(RETURN_REASONS)
    note = Text(max_length=1000, required=False, help_text="For the hub: what is missing")


# What a milestone has besides its date; all else belongs to none.
DETAILS = {"decided": ("outcome", "places"), ENDED: ("reason",)}


class MilestoneSerializer(KnownFieldsSerializer):
    """One dated step. A decision has its outcome, and its places where they are approved; `closed` has its reason."""

    kind = OneOf(KINDS)
    occurred_on = Day(help_text="The day on which it happened, not in the future")
    outcome = OneOf(DECISIONS, required=False, help_text="Of `decided` only, and needed there")
    places = Whole(
        min_value=1, max_value=20, required=False, help_text="Of `decided` with `approved`, and needed there"
    )
    reason = OneOf(ENDINGS, required=False, help_text="Of `closed` only, and needed there")
    note = Text(max_length=1000, required=False, help_text="For the hub")
    corrects = Whole(
        min_value=1,
        max_value=2**63 - 1,
        required=False,
        help_text="The `id` of a milestone of the same kind that was wrong: this one is put in its place",
    )
    why = Line(max_length=300, required=False, help_text="Why it was wrong; needed with `corrects`")

    def validate(self, attrs):
        kind, faults = attrs["kind"], {}
        for name in ("outcome", "places", "reason"):
            if name in attrs and name not in DETAILS.get(kind, ()):
                faults[name] = f"“{kind}” has none. Leave it out."
        if kind == "decided":
            faults |= _faults_of_decision(attrs)
        if kind == ENDED and "reason" not in attrs:
            faults["reason"] = "Send why it ended."
        if "corrects" in attrs and not attrs["why"]:
            faults["why"] = "Send why the earlier one was wrong."
        if attrs["why"] and "corrects" not in attrs:
            faults["corrects"] = "Send the id of the milestone that was wrong, or leave out why."
        if faults:
            raise serializers.ValidationError(faults)
        return attrs

    def milestone(self) -> Milestone:
        said = self.validated_data
        return Milestone(
            kind=said["kind"],
            occurred_on=said["occurred_on"],
            outcome=said.get("outcome", ""),
            places=said.get("places"),
            reason=said.get("reason", ""),
            note=said["note"],
        )


def _faults_of_decision(attrs) -> dict[str, str]:
    if "outcome" not in attrs:
        return {"outcome": "Send what was decided."}
    if attrs["outcome"] == "approved" and "places" not in attrs:
        return {"places": "Send how many places they are approved for."}
    if attrs["outcome"] != "approved" and "places" in attrs:
        return {"places": "Only who is approved has places. Leave it out."}
    return {}
