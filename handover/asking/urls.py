from django.urls import path

from handover.asking import views

urlpatterns = [
    path("heard/<str:token>/", views.council_heard, name="council_heard"),
]
staff = [
    path("handovers/<str:reference>/heard/", views.handover_heard, name="handover_heard"),
]
