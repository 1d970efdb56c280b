from django.urls import include, path

from handover import views_hub
from handover.asking import urls as asking

urlpatterns = [
    path("enquiries/<str:reference>/handover/", views_hub.handover_prepare, name="handover_prepare"),
    path("enquiries/<str:reference>/handover/send/", views_hub.handover_send, name="handover_send"),
    path("handovers/<str:reference>/withdraw/", views_hub.handover_withdraw, name="handover_withdraw"),
    path("handovers/<str:reference>/package.pdf", views_hub.handover_pdf, name="handover_pdf"),
    path("handovers/<str:reference>/package.csv", views_hub.handover_csv, name="handover_csv"),
    path("settings/agreements/", include("handover.agreements.urls")),
    path("councils/figures/", include("handover.figures.urls_hub")),
    path("", include("handover.imports.urls")),
    path("", include("handover.following.urls")),
    path("", include(asking.staff)),
]
