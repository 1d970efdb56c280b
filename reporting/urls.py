from django.urls import include, path

from reporting import views

urlpatterns = [
    path("", views.reports_overview, name="reports_overview"),
    path("returns/", include("reporting.returns.urls")),
]
