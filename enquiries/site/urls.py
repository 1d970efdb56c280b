from django.urls import path

from enquiries.campaigns.views import go
from enquiries.site import views

urlpatterns = [
    path("", views.home, name="home"),
    path("could-i-foster/", views.could_i_foster, name="could_i_foster"),
    path("what-happens-next/", views.what_happens_next, name="what_happens_next"),
    path("what-you-are-paid/", views.what_you_are_paid, name="what_you_are_paid"),
    path("our-councils/", views.our_councils, name="our_councils"),
    path("contact/", views.contact, name="contact"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("cookies/", views.cookies, name="cookies"),
    path("licences/", views.licences, name="licences"),
    path("go/<str:code>/", go, name="go"),
]
