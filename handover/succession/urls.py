from django.urls import path

from handover.succession import views

urlpatterns = [
    path("", views.council_changes, name="council_changes"),
    path("new/", views.council_change_plan, name="council_change_plan"),
    path("<str:council>/", views.council_change, name="council_change"),
    path("<str:council>/call-off/", views.council_change_call_off, name="council_change_call_off"),
]
