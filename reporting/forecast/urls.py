from django.urls import path

from reporting.forecast import views

urlpatterns = [path("", views.forecast, name="forecast")]
