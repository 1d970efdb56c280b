from django.urls import path

from enquiries.clocks import views

urlpatterns = [
    path("settings/hours/", views.hub_hours, name="hub_hours"),
    path("settings/closures/", views.closures, name="closures"),
    path("settings/closures/<int:closure>/remove/", views.closure_remove, name="closure_remove"),
    path("settings/standards/", views.standards, name="standards"),
    path("settings/attempts/", views.attempts, name="attempts"),
]
