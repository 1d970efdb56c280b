from django.urls import path

from handover.api import views

urlpatterns = [
    path("handovers/", views.Handovers.as_view(), name="api_handovers"),
    path("handovers/<str:reference>/", views.HandoverRecord.as_view(), name="api_handover"),
    path("handovers/<str:reference>/accept/", views.Accept.as_view(), name="api_handover_accept"),
    path("handovers/<str:reference>/decline/", views.Decline.as_view(), name="api_handover_decline"),
    path("handovers/<str:reference>/return/", views.Return.as_view(), name="api_handover_return"),
    path("handovers/<str:reference>/milestones/", views.Milestones.as_view(), name="api_handover_milestones"),
    path("handovers/<str:reference>/package.pdf", views.HandoverPdf.as_view(), name="api_handover_pdf"),
]
