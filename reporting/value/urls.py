from django.urls import path

from reporting.value import views

urlpatterns = [
    path("", views.value_for_money, name="value_for_money"),
    path("saving/", views.value_saving, name="value_saving"),
    path("shares/", views.value_shares, name="value_shares"),
    path("report/", views.value_report, name="value_report"),
    path("report.pdf", views.value_report_file, name="value_report_file"),
    path("costs/new/", views.value_cost_new, name="value_cost_new"),
    path("costs/<int:cost>/", views.value_cost_correct, name="value_cost_correct"),
    path("assumptions/<slug:key>/", views.value_assumption, name="value_assumption"),
]
