from django.urls import path

from reporting.dashboards import views

urlpatterns = [
    path("", views.own_dashboards, name="own_dashboards"),
    path("<slug:slug>/", views.own_dashboard, name="own_dashboard"),
]
