from django.urls import path

from enquiries.api import views

urlpatterns = [
    path("enquiries/", views.Enquiries.as_view(), name="api_enquiries"),
    path("calls/", views.Calls.as_view(), name="api_calls"),
    path("notify/inbound-texts/", views.InboundTexts.as_view(), name="api_notify_inbound_texts"),
]
