from django.urls import path

from handover.practice import views

urlpatterns = [
    path("", views.practice, name="practice"),
    path("start-again/", views.practice_again, name="practice_again"),
    path("<int:household>/", views.practice_referral, name="practice_referral"),
    path("<int:household>/accept/", views.practice_accept, name="practice_accept"),
    path("<int:household>/decline/", views.practice_decline, name="practice_decline"),
    path("<int:household>/return/", views.practice_return, name="practice_return"),
    path("<int:household>/milestones/", views.practice_milestones, name="practice_milestones"),
    path("<int:household>/end/", views.practice_end, name="practice_end"),
]
