from django.urls import path

from enquiries.duplicates import views

_TWO = "enquiries/<str:reference>/same-as/<str:other>/"

urlpatterns = [
    path("duplicates/", views.duplicates, name="duplicates"),
    path("enquiries/<str:reference>/same-as/", views.same_as, name="same_as"),
    path(_TWO, views.compare, name="compare"),
    path(f"{_TWO}merge/", views.merge, name="merge"),
    path(f"{_TWO}undo/", views.undo_merge, name="undo_merge"),
    path(f"{_TWO}not-the-same/", views.not_the_same, name="not_the_same"),
    path(f"{_TWO}maybe/", views.maybe_the_same, name="maybe_the_same"),
]
