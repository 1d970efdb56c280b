from django.urls import path

from handover import views_diverted as views

urlpatterns = [
    path("", views.passed_on, name="passed_on"),
    path("new/", views.pass_on, name="pass_on"),
    path("sent/", views.pass_on_sent, name="pass_on_sent"),
]
