from django.urls import path

from handover.figures import addresses, views

addresses.register()

urlpatterns = [
    path("", views.councils_figures, name="councils_figures"),
    path("<first_of_month:month>/", views.councils_figures, name="councils_figures_of"),
    path("<first_of_month:month>/<str:gss_code>/", views.council_figures, name="council_figures"),
]
