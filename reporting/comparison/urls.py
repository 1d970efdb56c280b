from django.urls import path

from reporting.comparison import views

urlpatterns = [
    path("", views.comparison, name="comparison"),
    path("files/", views.published_files, name="published_files"),
    path("files/new/", views.published_upload, name="published_upload"),
    path("files/load/", views.published_load, name="published_load"),
]
