from django.urls import path

from handover.imports import views

urlpatterns = [
    path("imports/", views.past_imports, name="past_imports"),
    path("imports/<int:number>/", views.past_import, name="past_import"),
    path("imports/<int:number>/start/", views.past_import_start, name="past_import_start"),
    path("imports/<int:number>/cancel/", views.past_import_cancel, name="past_import_cancel"),
    path("imports/<int:number>/report.csv", views.past_import_report, name="past_import_report"),
]
