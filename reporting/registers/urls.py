from django.urls import path

from reporting.registers import views

urlpatterns = [
    path("hours/", views.support_hours, name="support_hours"),
    path("hours/<int:hours>/take-back/", views.support_hours_void, name="support_hours_void"),
    path("hours/kinds/", views.support_kinds, name="support_kinds"),
    path("hours/kinds/<int:number>/", views.support_kind, name="support_kind"),
    path("risks/", views.risks, name="risks"),
    path("risks/new/", views.risk_new, name="risk_new"),
    path("risks/<int:number>/", views.risk, name="risk"),
    path("plan/", views.plan, name="plan"),
    path("plan/new/", views.milestone_new, name="milestone_new"),
    path("plan/<int:number>/", views.milestone, name="milestone"),
]
