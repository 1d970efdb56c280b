from django.urls import path

from enquiries.campaigns import views

urlpatterns = [
    path("campaigns/", views.campaigns, name="campaigns"),
    path("new-campaign/", views.campaign_new, name="campaign_new"),
    path("campaigns/<slug:code>/", views.campaign, name="campaign"),
    path("campaigns/<slug:code>/edit/", views.campaign_edit, name="campaign_edit"),
    path("campaigns/<slug:code>/qr.<str:form>", views.campaign_qr, name="campaign_qr"),
]
