from django.urls import path

from handover.team import views

urlpatterns = [
    path("", views.our_team, name="our_team"),
    path("invite/", views.our_team_invite, name="our_team_invite"),
    path("<int:person>/", views.our_team_person, name="our_team_person"),
    path("<int:person>/role/", views.our_team_role, name="our_team_role"),
    path("<int:person>/suspend/", views.our_team_suspend, name="our_team_suspend"),
    path("<int:person>/let-in/", views.our_team_let_in, name="our_team_let_in"),
    path("<int:person>/invite-again/", views.our_team_again, name="our_team_again"),
]
