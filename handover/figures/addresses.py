"""Months in addresses: for the portal's addresses and the hub's."""

import datetime

from django.urls import register_converter
from django.urls.converters import get_converters


class FirstOfMonthConverter:
    """A month in an address, 2026-09, as its first day."""

    regex = "[0-9]{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> datetime.date:
        return datetime.date.fromisoformat(f"{value}-01")

    def to_url(self, value: datetime.date) -> str:
        return f"{value:%Y-%m}"


def register() -> None:
    """So that a pattern may say <first_of_month:…>; again is no harm."""
    if "first_of_month" not in get_converters():
        register_converter(FirstOfMonthConverter, "first_of_month")
