from django.urls import path

from handover.onboarding import views

urlpatterns = [
    path("settings/councils/", views.portal_councils, name="portal_councils"),
    path("settings/councils/<str:code>/", views.portal_council, name="portal_council"),
]
