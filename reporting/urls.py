from django.urls import include, path

from reporting import views
from reporting.dashboards import views as of_dashboards
from reporting.feeds.views import feeds
from reporting.returns.urls import shared_urlpatterns

urlpatterns = [
    path("comparison/", include("reporting.comparison.urls")),
    path("value/", include("reporting.value.urls")),
    path("", views.reports_overview, name="reports_overview"),
    path("dashboards/", of_dashboards.dashboards, name="dashboards"),
    path("dashboards/<slug:slug>/", of_dashboards.dashboard, name="dashboard"),
    path("board-pack/", of_dashboards.board_pack, name="board_pack"),
    path("forecast/", include("reporting.forecast.urls")),
    path("feeds/", feeds, name="feeds"),
    path("returns/", include("reporting.returns.urls")),
    path("shared/", include(shared_urlpatterns)),
    path("", include("reporting.measures.urls")),
    path("", include("reporting.registers.urls")),
    path("", include("reporting.targets.urls")),
]
