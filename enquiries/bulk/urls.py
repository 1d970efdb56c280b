from django.urls import path

from enquiries.bulk import views

urlpatterns = [
    path("bulk/", views.bulk_runs, name="bulk_runs"),
    path("bulk/new/", views.bulk_new, name="bulk_new"),
    path("bulk/<int:run>/", views.bulk_run, name="bulk_run"),
    path("bulk/<int:run>/start/", views.bulk_run_start, name="bulk_run_start"),
    path("bulk/<int:run>/stop/", views.bulk_run_stop, name="bulk_run_stop"),
]
