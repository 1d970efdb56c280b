from django.urls import path

from enquiries.intake import views

urlpatterns = [
    path("enquire/", views.enquire, name="enquire"),
    path("enquire/check-answers/", views.enquire_check, name="enquire_check"),
    path("enquire/sent/", views.enquire_sent, name="enquire_sent"),
    path("enquire/<slug:name>/", views.enquire_step, name="enquire_step"),
]
