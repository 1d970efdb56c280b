from django.urls import path

from enquiries.councils import views

urlpatterns = [
    path("routing/", views.routing, name="routing"),
    path("neighbour-hubs/", views.neighbour_hubs, name="neighbour_hubs"),
    path("neighbour-hubs/new/", views.neighbour_hub, name="neighbour_hub_new"),
    path("neighbour-hubs/<int:number>/", views.neighbour_hub, name="neighbour_hub"),
    path("enquiries/<str:reference>/council/again/", views.find_council, name="find_council"),
    path("enquiries/<str:reference>/refer/", views.refer_elsewhere, name="refer_elsewhere"),
]
