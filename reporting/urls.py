from django.urls import path, register_converter

from reporting import views
from reporting.measures import Period


class MonthConverter:
    """A month in an address: 2026-09."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Period:
        return Period.month(value)

    def to_url(self, value: Period) -> str:
        return f"{value.first:%Y-%m}"


class FormatConverter:
    regex = "pdf|xlsx|csv|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MonthConverter, "month")
register_converter(FormatConverter, "format")

urlpatterns = [
    path("", views.reports_overview, name="reports_overview"),
    path("returns/", views.returns, name="returns"),
    path("returns/<month:period>/", views.return_month, name="return_month"),
    path("returns/<month:period>/draft/", views.return_draft, name="return_draft"),
    path("returns/<month:period>/narrative/", views.return_narrative, name="return_narrative"),
    path("returns/<month:period>/sign/", views.return_sign, name="return_sign"),
    path("returns/<month:period>/figures/<slug:line>/", views.return_figure, name="return_figure"),
    path("returns/<month:period>/file.<format:form>", views.return_file, name="return_file"),
]
