from django.urls import path

from enquiries.not_yet import views

public = [path("welcome-back/<str:token>/", views.welcome_back, name="welcome_back")]
staff = [path("not-yet/", views.not_yet, name="not_yet")]
