from django.urls import path

from handover.figures import addresses, views

addresses.register()

urlpatterns = [
    path("", views.figures, name="figures"),
    path("<first_of_month:month>/", views.figures_month, name="figures_month"),
]
