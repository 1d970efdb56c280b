from django.urls import path

from enquiries.inbox import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/decided/", views.inbox_decided, name="inbox_decided"),
    path("inbox/submissions/<int:held>/", views.inbox_submission, name="inbox_submission"),
    path("inbox/submissions/<int:held>/take-in/", views.inbox_release, name="inbox_release"),
    path("inbox/submissions/<int:held>/reject/", views.inbox_reject, name="inbox_reject"),
    path("inbox/messages/<int:inbound>/", views.inbox_message, name="inbox_message"),
    path("inbox/messages/<int:inbound>/take-in/", views.inbox_take_in, name="inbox_take_in"),
    path("inbox/messages/<int:inbound>/dismiss/", views.inbox_dismiss, name="inbox_dismiss"),
]
