"""GOV.UK Notify's delivery receipts. They may come more than once, and in any order."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from hub.api.authentication import NotifyAuthentication
from hub.api.fields import Line
from hub.api.schema import problems
from hub.api.views import ApiView
from hub.messages.delivery import note_delivery


class NotifyView(ApiView):
    """Guarded by the token that was agreed with Notify; what Notify adds to its callbacks some day is left alone."""

    guarded_by = "Notify's token"
    authentication_classes = [NotifyAuthentication]
    permission_classes = []
    throttle_classes = []


class ReceiptSerializer(serializers.Serializer):
    id = Line(max_length=100, help_text="Notify's number for the message")
    reference = Line(max_length=100, default="", allow_null=True, help_text="Ours for the message, as we sent it")
    status = Line(max_length=40, help_text="delivered, permanent-failure, temporary-failure or technical-failure")


class DeliveryReceipts(NotifyView):
    @extend_schema(
        operation_id="notify_delivery_receipt",
        summary="GOV.UK Notify says whether a message was delivered",
        description="It may come twice and in any order. Fields that we do not know are left alone.",
        tags=["GOV.UK Notify"],
        request=ReceiptSerializer,
        responses={204: OpenApiResponse(description="Noted"), **problems(400, 401, 413, 415, 422, 503)},
    )
    def post(self, request):
        receipt = ReceiptSerializer(data=request.data)
        receipt.is_valid(raise_exception=True)
        said = receipt.validated_data
        note_delivery(reference=said["reference"] or "", status=said["status"], provider_id=said["id"])
        return Response(status=204)
