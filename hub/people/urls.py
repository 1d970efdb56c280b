from django.urls import path

from hub.people import views

urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.people_invite, name="people_invite"),
    path("<int:person>/", views.people_person, name="people_person"),
    path("<int:person>/role/", views.people_role, name="people_role"),
    path("<int:person>/suspend/", views.people_suspend, name="people_suspend"),
    path("<int:person>/let-in/", views.people_let_in, name="people_let_in"),
    path("<int:person>/invite-again/", views.people_again, name="people_again"),
]
