"""What we answer about referrals, for the schema. What fills it in is listing.py, record.py and answering.py; a test
asks every address whether the two agree."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from enquiries.journey import INTERESTS, Stage
from enquiries.models.enquiry import REASON_CHOICES
from handover.api.record import ANSWERS
from handover.api.serializers import DECISIONS, HANDOVER_REASONS, KINDS
from handover.models import Handover

_STAGES = [one.value for one in Stage]
_WHEN = "With its offset"


@extend_schema_field(OpenApiTypes.OBJECT)
class AsPublished(serializers.Field):
    """An object whose form another schema says."""


def _moment(said: str = _WHEN, **kwargs) -> serializers.DateTimeField:
    return serializers.DateTimeField(allow_null=True, help_text=said, **kwargs)


class PreviewSerializer(serializers.Serializer):
    """What may be known before accepting: an area of some thousands of homes, counts and codes."""

    area = serializers.CharField(allow_null=True, help_text="Half of the postcode, and the council where they live")
    applicants = serializers.IntegerField(help_text="One person or two")
    interests = serializers.ListField(child=serializers.CharField(), help_text=", ".join(INTERESTS))
    spare_room = serializers.CharField(allow_null=True, help_text="yes, no or not_yet")
    best_time = serializers.CharField(allow_null=True, help_text="A good time to ring")
    days_since_enquiry = serializers.IntegerField()
    working_days_waiting = serializers.IntegerField(help_text="For your answer, since it was sent")


class SummarySerializer(serializers.Serializer):
    """Where it stands, once you have accepted and while it is with you."""

    enquiry = serializers.CharField(help_text="The enquiry’s own reference, which the person has too")
    stage = serializers.ChoiceField(_STAGES)
    on_hold = serializers.BooleanField()
    due_at = _moment("By when the next step is due, where a clock runs")
    decision = serializers.ChoiceField(DECISIONS, allow_null=True)
    closed_reason = serializers.ChoiceField(REASON_CHOICES, allow_null=True)


class HandoverSerializer(serializers.Serializer):
    """One referral as it is listed. Nobody is named in it."""

    reference = serializers.CharField(help_text="Yours to keep: every address is made of it")
    state = serializers.ChoiceField(Handover.State.choices)
    sent_at = serializers.DateTimeField(help_text=_WHEN)
    opened_at = _moment("When your council first looked at it")
    answered_at = _moment("When your council answered")
    ended_on = serializers.DateField(allow_null=True, help_text="Decided, closed, declined, returned or withdrawn")
    reason = serializers.ChoiceField(HANDOVER_REASONS, allow_null=True, help_text="Why it was given back or withdrawn")
    updated_at = serializers.DateTimeField(help_text="When anything that you may read last changed")
    answer_by = _moment("By when the hub hopes for your answer")
    preview = PreviewSerializer(allow_null=True, help_text="Before you answer")
    summary = SummarySerializer(allow_null=True, help_text="Once you have accepted")


class HandoversSerializer(serializers.Serializer):
    """One page."""

    results = HandoverSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last")
    as_at = serializers.DateTimeField(
        help_text="Send it as `updated_since` next time: a little comes twice, and nothing is missed"
    )


class MilestoneTakenSerializer(serializers.Serializer):
    """One dated step that stands."""

    id = serializers.IntegerField(help_text="For correcting it")
    kind = serializers.ChoiceField(KINDS)
    occurred_on = serializers.DateField()
    outcome = serializers.ChoiceField(DECISIONS, allow_null=True)
    places = serializers.IntegerField(allow_null=True)
    reason = serializers.ChoiceField(REASON_CHOICES, allow_null=True)
    yours = serializers.BooleanField(help_text="Whether your council recorded it, and may correct it")


class AllowedSerializer(serializers.Serializer):
    allowed_answers = serializers.ListField(child=serializers.ChoiceField([*ANSWERS]), help_text="Now")
    allowed_milestones = serializers.ListField(child=serializers.ChoiceField(KINDS), help_text="Now")


class RecordSerializer(AllowedSerializer, HandoverSerializer):
    """One referral: what may be known before accepting, and the whole of it afterwards."""

    pdf = serializers.ChoiceField(["ready", "being_made"], allow_null=True, help_text="Whether package.pdf is there")
    package_sha256 = serializers.CharField(
        allow_null=True, help_text="Of the package as canonical JSON: sorted keys, UTF-8, no spaces"
    )
    package = AsPublished(
        allow_null=True,
        help_text="What was sent, as it was sent, for good. Its form is the JSON Schema at "
        "/portal/schemas/handover-{package.schema}.json",
    )
    record = AsPublished(
        allow_null=True,
        help_text="The same data set as it stands now. Read here how they may be contacted: it may have changed",
    )
    milestones = MilestoneTakenSerializer(many=True)


class StandsSerializer(AllowedSerializer):
    """Where the referral stands after what you did."""

    reference = serializers.CharField()
    state = serializers.ChoiceField(Handover.State.choices)
    stage = serializers.ChoiceField(_STAGES, allow_null=True, help_text="Null where it is no longer with you")


class MilestoneRecordedSerializer(StandsSerializer):
    """The milestone as it was taken, and where the referral stands."""

    milestone = MilestoneTakenSerializer()
