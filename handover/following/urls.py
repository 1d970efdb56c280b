from django.urls import path

from handover.following import views

urlpatterns = [
    path("councils/", views.with_councils, name="with_councils"),
    path("councils/desk/", views.handover_desk, name="handover_desk"),
    path("handovers/<str:reference>/chase/", views.handover_chase, name="handover_chase"),
    path("handovers/<str:reference>/settle/", views.handover_settle, name="handover_settle"),
    path("handovers/<str:reference>/transfer/", views.handover_transfer, name="handover_transfer"),
]
