from django.urls import path

from enquiries.eoi import views

urlpatterns = [
    path("enquiries/<str:reference>/expression/", views.eoi, name="eoi"),
    path("enquiries/<str:reference>/expression/submit/", views.eoi_submit, name="eoi_submit"),
    path("enquiries/<str:reference>/expression/<slug:part>/", views.eoi_part, name="eoi_part"),
]
