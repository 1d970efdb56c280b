from django.urls import path

from reporting.targets import views

urlpatterns = [
    path("targets/", views.targets, name="targets"),
    path("targets/set/", views.target_set, name="target_set"),
    path("targets/baseline/", views.baseline_set, name="baseline_set"),
]
