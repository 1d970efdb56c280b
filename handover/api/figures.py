"""The address of a council's monthly figures: sent whole, as often as they change."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from handover.api.fields import Whole
from handover.api.listing import in_london
from handover.api.views import CouncilView
from handover.figures.known import CODES, FIGURES, LARGEST
from handover.figures.models import MonthlyFigures
from handover.figures.months import month_before
from handover.figures.plausible import approved_in, questions
from handover.figures.services import MOST_REMARKS, latest_of, record_figures
from hub.api.fields import KnownFieldsSerializer, Text
from hub.api.schema import RETRY_AFTER, problems
from hub.models import Authority

PATTERN = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"


class FiguresSerializer(KnownFieldsSerializer):
    """All figures of the month. What is null or left out is not supplied, which is never 0."""

    remarks = Text(max_length=MOST_REMARKS, required=False, help_text="For whoever reads the return")

    def get_fields(self):
        asked = {
            one.code: Whole(
                min_value=0, max_value=LARGEST, required=False, allow_null=True, help_text=f"{one.label}. {one.about}"
            )
            for one in FIGURES
        }
        return {**asked, **super().get_fields()}


class FiguresTakenSerializer(serializers.Serializer):
    """What counts of the month now."""

    month = serializers.RegexField(PATTERN)
    version = serializers.IntegerField(help_text="1, and one more with each change")
    sent_at = serializers.DateTimeField(help_text="With its offset")
    figures = serializers.DictField(child=serializers.IntegerField(allow_null=True), help_text=", ".join(CODES))
    remarks = serializers.CharField(allow_blank=True)
    questions = serializers.DictField(
        child=serializers.CharField(),
        help_text="By code, what is odd about it: look again. It was taken all the same",
    )


_EXAMPLE = {"L01": 118, "L02": 2, "L04": 190, "L05": 161, "L06": 1, "L07": 7}


class Figures(CouncilView):
    scope = "figures:write"

    @extend_schema(
        operation_id="send_figures",
        summary="Send the figures of a month",
        description="Once the month has begun, as often as they change: the latest count, the earlier ones are kept. "
        "The same again changes nothing, so that no Idempotency-Key is needed. It needs a token for figures:write.",
        tags=["Figures"],
        parameters=[
            OpenApiParameter(
                "month", {"type": "string", "pattern": PATTERN}, OpenApiParameter.PATH, description="Like 2026-11"
            ),
            RETRY_AFTER,
        ],
        request=FiguresSerializer,
        responses={
            200: OpenApiResponse(FiguresTakenSerializer, description="Taken"),
            **problems(400, 401, 403, 404, 413, 415, 422, 429),
        },
        examples=[OpenApiExample("A month", value=_EXAMPLE, request_only=True)],
    )
    def put(self, request, month):
        sent = FiguresSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        values = dict(sent.validated_data)
        remarks = values.pop("remarks")
        with self.bound(request):
            taken = record_figures(
                authority=request.auth.authority,
                month=month,
                values=values,
                by=request.auth.acts_as,
                remarks=remarks,
                via="api",
            )
            return Response(_told(taken, request.auth.authority))


def _told(taken: MonthlyFigures, authority: Authority) -> dict[str, Any]:
    before = latest_of(authority, month_before(taken.month))
    return {
        "month": f"{taken.month:%Y-%m}",
        "version": taken.version,
        "sent_at": in_london(taken.sent_at),
        "figures": taken.values,
        "remarks": taken.remarks,
        "questions": questions(taken.values, before.values if before else {}, approved_in(authority, taken.month)),
    }
