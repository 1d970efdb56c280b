import datetime

from django.urls import path, register_converter

from handover.figures import views


class FirstOfMonthConverter:
    """A month in an address, 2026-09, as its first day."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> datetime.date:
        return datetime.date.fromisoformat(f"{value}-01")

    def to_url(self, value: datetime.date) -> str:
        return f"{value:%Y-%m}"


register_converter(FirstOfMonthConverter, "first_of_month")

urlpatterns = [
    path("", views.figures, name="figures"),
    path("<first_of_month:month>/", views.figures_month, name="figures_month"),
]
