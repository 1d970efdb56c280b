from django.urls import path

from enquiries.intake import views, views_sent

urlpatterns = [
    path("enquire/", views.enquire, name="enquire"),
    path("enquire/check-answers/", views.enquire_check, name="enquire_check"),
    path("enquire/sent/", views_sent.enquire_sent, name="enquire_sent"),
    path("enquire/another-time/", views_sent.enquire_time, name="enquire_time"),
    path("enquire/about-you/", views_sent.enquire_equality, name="enquire_equality"),
    path("enquire/stopped/", views_sent.enquire_stopped, name="enquire_stopped"),
    path("enquire/too-long/", views_sent.enquire_too_long, name="enquire_too_long"),
    path("enquire/<slug:name>/", views.enquire_step, name="enquire_step"),
]
