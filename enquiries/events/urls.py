from django.urls import path

from enquiries.events import views, views_booking, views_public, views_sessions

staff = [
    path("events/", views.events, name="events"),
    path("events/new/", views.event_new, name="event_new"),
    path("events/<slug:code>/", views.event, name="event"),
    path("events/<slug:code>/change/", views.event_change, name="event_change"),
    path("events/<slug:code>/copy/", views.event_copy, name="event_copy"),
    path("events/<slug:code>/cancel/", views.event_cancel, name="event_cancel"),
    path("events/<slug:code>/book/", views_booking.event_book, name="event_book"),
    path("events/<slug:code>/bookings/<int:booking>/cancel/", views_booking.booking_cancel, name="booking_cancel"),
    path("events/<slug:code>/sessions/new/", views_sessions.session_new, name="session_new"),
    path("events/<slug:code>/sessions/<int:number>/", views_sessions.event_attendance, name="event_attendance"),
    path("events/<slug:code>/sessions/<int:number>/list/", views_sessions.session_list, name="session_list"),
    path("events/<slug:code>/sessions/<int:number>/change/", views_sessions.session_change, name="session_change"),
    path("events/<slug:code>/sessions/<int:number>/remove/", views_sessions.session_remove, name="session_remove"),
]
public = [
    path("events/", views_public.public_events, name="public_events"),
    path("events/calendar/<str:token>/", views_public.event_calendar, name="event_calendar"),
    path("events/<slug:code>/", views_public.public_event, name="public_event"),
    path("events/<slug:code>/sign-up/", views_public.event_sign_up, name="event_sign_up"),
]
