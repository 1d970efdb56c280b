from django.urls import path

from enquiries.assignment import views

urlpatterns = [
    path("team/", views.team, name="team"),
    path("team/<int:person>/", views.caseload, name="caseload"),
    path("team/<int:person>/move/", views.move_caseload, name="move_caseload"),
    path("team/sharing-out/", views.sharing_out, name="sharing_out"),
    path("team/share-out/", views.share_out, name="share_out"),
    path("team/away/", views.absences, name="absences"),
    path("team/away/<int:absence>/remove/", views.absence_remove, name="absence_remove"),
]
