"""The hub's own addresses under /api/, and the answer to every other: included last."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from hub.api.notify import DeliveryReceipts
from hub.api.views import NoSuchAddress

urlpatterns = [
    path("v1/schema/", SpectacularJSONAPIView.as_view(), name="api_schema"),
    path("v1/notify/delivery-receipts/", DeliveryReceipts.as_view(), name="api_notify_delivery_receipts"),
    re_path("", NoSuchAddress.as_view(), name="api_no_such_address"),
]
