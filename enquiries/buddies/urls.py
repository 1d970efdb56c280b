from django.urls import path

from enquiries.buddies import views, views_public

staff = [
    path("buddies/", views.buddies, name="buddies"),
    path("buddies/new/", views.buddy_new, name="buddy_new"),
    path("buddies/<int:buddy>/", views.buddy_change, name="buddy_change"),
    path("buddies/matches/<int:match>/end/", views.match_end, name="match_end"),
]
public = [path("buddy/<str:token>/", views_public.buddy, name="buddy")]
