from django.urls import path

from enquiries.casework import views, views_today
from enquiries.casework.actions import ACTIONS

urlpatterns = [
    path("", views_today.today, name="today"),
    path("find/", views_today.find, name="find"),
    path("lists/", views_today.own_list_keep, name="own_list_keep"),
    path("lists/<int:own_list>/remove/", views_today.own_list_remove, name="own_list_remove"),
    path("manager/", views.manager_view, name="manager_view"),
    path("enquiries/<str:reference>/", views.enquiry, name="enquiry"),
    path("enquiries/<str:reference>/details/", views.enquiry_details, name="enquiry_details"),
    path("enquiries/<str:reference>/presence/", views.presence, name="presence"),
    *(
        path(f"enquiries/<str:reference>/{action.path}", views.record, {"action": action}, name=action.name)
        for action in ACTIONS
        if not action.elsewhere
    ),
]
