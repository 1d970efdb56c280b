from django.urls import path

from enquiries.casework import views
from enquiries.casework.actions import ACTIONS

urlpatterns = [
    path("", views.today, name="today"),
    path("find/", views.find, name="find"),
    path("manager/", views.manager_view, name="manager_view"),
    path("enquiries/<str:reference>/", views.enquiry, name="enquiry"),
    path("enquiries/<str:reference>/details/", views.enquiry_details, name="enquiry_details"),
    *(
        path(f"enquiries/<str:reference>/{action.path}", views.record, {"action": action}, name=action.name)
        for action in ACTIONS
    ),
]
