from django.urls import path

from enquiries.own_page import views, views_eoi
from enquiries.own_page.actions import ACTIONS

urlpatterns = [
    path("", views.own_page, name="own_page"),
    path("asked/", views.own_page_asked, name="own_page_asked"),
    path("leave/", views.own_page_leave, name="own_page_leave"),
    path("choose/", views.own_page_choose, name="own_page_choose"),
    path("call-back/cancel/", views.own_page_callback_cancel, name="own_page_callback_cancel"),
    path("go-on/", views.own_page_go_on, name="own_page_go_on"),
    path("events/", views.own_page_events, name="own_page_events"),
    path("events/<slug:code>/", views.own_page_event, name="own_page_event"),
    path("events/<slug:code>/calendar/", views.own_page_event_calendar, name="own_page_event_calendar"),
    path("events/<slug:code>/cancel/", views.own_page_event_cancel, name="own_page_event_cancel"),
    path("about-you/", views_eoi.own_page_eoi, name="own_page_eoi"),
    path("about-you/check/", views_eoi.own_page_eoi_check, name="own_page_eoi_check"),
    path("about-you/<slug:part>/", views_eoi.own_page_eoi_part, name="own_page_eoi_part"),
    path("your-data/", views.own_page_data, name="own_page_data"),
    path("your-data/file/", views.own_page_data_file, name="own_page_data_file"),
    *(path(action.path, views.own_page_do, {"action": action}, name=action.url_name) for action in ACTIONS),
    path("<str:token>/", views.own_page_link, name="own_page_link"),  # last: a token is none of the words above
]
