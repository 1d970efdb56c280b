from django.urls import path

from handover.agreements import views

urlpatterns = [
    path("", views.agreements, name="agreements"),
    path("<str:code>/", views.agreements_with, name="agreements_with"),
    path("<str:code>/new/", views.agreement_new, name="agreement_new"),
    path("<str:code>/<int:agreement>/end/", views.agreement_end, name="agreement_end"),
    path("<str:code>/<int:agreement>/document/", views.agreement_document, name="agreement_document"),
]
