from django.urls import path

from enquiries.events import views, views_public

staff = [
    path("events/", views.events, name="events"),
    path("events/new/", views.event_new, name="event_new"),
    path("events/<slug:code>/", views.event, name="event"),
    path("events/<slug:code>/change/", views.event_change, name="event_change"),
    path("events/<slug:code>/came/", views.event_attendance, name="event_attendance"),
    path("events/<slug:code>/cancel/", views.event_cancel, name="event_cancel"),
]
public = [
    path("events/", views_public.public_events, name="public_events"),
    path("events/<slug:code>/", views_public.public_event, name="public_event"),
    path("events/<slug:code>/sign-up/", views_public.event_sign_up, name="event_sign_up"),
]
