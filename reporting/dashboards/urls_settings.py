from django.urls import path

from reporting.dashboards import views_settings

urlpatterns = [path("", views_settings.compared_measures, name="compared_measures")]
