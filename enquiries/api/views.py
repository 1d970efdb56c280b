"""The addresses under /api/v1/ by which other systems bring people to us."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from enquiries.api.serializers import CallSerializer, EnquirySerializer, ReceivedSerializer, TextSerializer
from enquiries.diverted.services import receive_diverted
from enquiries.inbox.texts import receive_text
from enquiries.telephone.services import record_call_event
from hub.api.notify import NotifyView
from hub.api.schema import KEY, RETRY_AFTER, problems
from hub.api.signatures import HEADERS, SignedByTelephone
from hub.api.views import ApiView


class Enquiries(ApiView):
    scope = "enquiries:write"

    @extend_schema(
        operation_id="pass_on_enquiry",
        summary="Pass on an enquiry that reached you directly",
        description="We ring them, and they are told so by email. What we answer does not depend on whether we knew "
        "them before. It needs a token for enquiries:write.",
        tags=["Enquiries"],
        parameters=[KEY, RETRY_AFTER],
        request=EnquirySerializer,
        responses={
            201: OpenApiResponse(ReceivedSerializer, description="Received"),
            **problems(400, 401, 403, 409, 413, 415, 422, 429),
        },
    )
    def post(self, request):
        return self.answer_once(request, lambda: self._receive(request))

    @staticmethod
    def _receive(request) -> tuple[int, dict]:
        sent = EnquirySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        receipt = receive_diverted(
            intake=sent.intake(),
            through=request.auth.authority,
            asked=sent.validated_data["asked"],
            external_reference=sent.validated_data["external_reference"],
        )
        return 201, {
            "reference": receipt.reference,
            "status": "received",
            "ring_by": timezone.localtime(receipt.ring_by).isoformat(),
        }


class Calls(ApiView):
    guarded_by = "a signature"
    authentication_classes = [SignedByTelephone]
    permission_classes = []
    throttle_classes = []

    @extend_schema(
        operation_id="tell_of_call",
        summary="The telephone system says what became of a call",
        description="Signed as Standard Webhooks has it. The same event of the same call, told twice, is kept once. "
        "Whoever was missed and did not withhold the number is rung back.",
        tags=["Telephone"],
        parameters=[
            OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True)
            for name in HEADERS
            if name != "webhook-signature"  # it is the security scheme
        ],
        request=CallSerializer,
        responses={204: OpenApiResponse(description="Noted"), **problems(400, 401, 413, 415, 422, 503)},
    )
    def post(self, request):
        told = CallSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        said = told.validated_data
        record_call_event(
            call_id=said["call_id"],
            kind=said["event"],
            caller=said["caller"] or "",
            dialled=said["dialled"] or "",
            at=said["at"],
            recording=said["recording"] or "",
        )
        return Response(status=204)


class InboundTexts(NotifyView):
    @extend_schema(
        operation_id="notify_inbound_text",
        summary="GOV.UK Notify passes on a text message that somebody sent us",
        description="The same id, sent twice, is one message. Fields that we do not know are left alone.",
        tags=["GOV.UK Notify"],
        request=TextSerializer,
        responses={204: OpenApiResponse(description="Taken in"), **problems(400, 401, 413, 415, 422, 503)},
    )
    def post(self, request):
        text = TextSerializer(data=request.data)
        text.is_valid(raise_exception=True)
        said = text.validated_data
        receive_text(notify_id=said["id"], number=said["source_number"], text=said["message"], at=said["date_received"])
        return Response(status=204)
