from django.urls import path

from enquiries.surveys import views

urlpatterns = [
    path("feedback/<str:token>/", views.survey, name="survey"),
    path("hub/surveys/", views.survey_results, name="survey_results"),
]
