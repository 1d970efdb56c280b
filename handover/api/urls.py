from django.urls import path

from handover.api import views
from handover.api.figures import Figures
from handover.figures import urls as months  # noqa: F401  which knows how a month stands in an address

urlpatterns = [
    path("handovers/", views.Handovers.as_view(), name="api_handovers"),
    path("handovers/<str:reference>/", views.HandoverRecord.as_view(), name="api_handover"),
    path("handovers/<str:reference>/accept/", views.Accept.as_view(), name="api_handover_accept"),
    path("handovers/<str:reference>/decline/", views.Decline.as_view(), name="api_handover_decline"),
    path("handovers/<str:reference>/return/", views.Return.as_view(), name="api_handover_return"),
    path("handovers/<str:reference>/milestones/", views.Milestones.as_view(), name="api_handover_milestones"),
    path("handovers/<str:reference>/package.pdf", views.HandoverPdf.as_view(), name="api_handover_pdf"),
    path("figures/<first_of_month:month>/", Figures.as_view(), name="api_figures"),
]
