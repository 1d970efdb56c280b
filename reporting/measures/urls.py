from django.urls import path

from reporting.measures import views

urlpatterns = [
    path("measures/", views.measures, name="measures"),
    path("measures/versions/new/", views.definition_add, name="definition_add"),
    path("measures/<slug:code>/", views.measure, name="measure"),
]
