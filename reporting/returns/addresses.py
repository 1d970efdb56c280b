"""What stands in the addresses of returns."""

from django.urls import register_converter

from reporting.measures import Period


class MonthConverter:
    """A month in an address: 2026-09."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Period:
        return Period.month(value)

    def to_url(self, value: Period) -> str:
        return value.slug


class PeriodConverter(MonthConverter):
    """A month, or a quarter of the financial year: 2026-09, 2026-Q2."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2]|Q[1-4])"

    def to_python(self, value: str) -> Period:
        return Period.parse(value)


class FormatConverter:
    regex = "pdf|xlsx|csv|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def register() -> None:
    register_converter(MonthConverter, "month")
    register_converter(PeriodConverter, "period")
    register_converter(FormatConverter, "format")
