from django.urls import path

from reporting.returns import addresses, views

addresses.register()

urlpatterns = [
    path("", views.returns, name="returns"),
    path("<period:period>/", views.return_page, name="return_page"),
    path("<period:period>/draft/", views.return_draft, name="return_draft"),
    path("<period:period>/narrative/", views.return_narrative, name="return_narrative"),
    path("<period:period>/sign/", views.return_sign, name="return_sign"),
    path("<period:period>/figures/<slug:line>/", views.return_figure, name="return_figure"),
    path("<period:period>/file.<format:form>", views.return_file, name="return_file"),
]
