"""Fields of what councils' systems send: dates without a time, and whole numbers."""

import datetime
import re

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hub.working_time import today

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
EARLIEST = datetime.date(1990, 1, 1)


@extend_schema_field(OpenApiTypes.DATE)
class Day(serializers.Field):
    """A date in England, not in the future."""

    default_error_messages = {
        "invalid": "Send a date, like 2026-11-20.",
        "future": "This lies in the future. Send it when it has happened.",
        "long_ago": f"Send a date from {EARLIEST:%Y} on.",
    }

    def to_internal_value(self, data):
        if not isinstance(data, str) or not _DATE.fullmatch(data):
            self.fail("invalid")
        try:
            day = datetime.date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")
        if day > today():
            self.fail("future")
        if day < EARLIEST:
            self.fail("long_ago")
        return day

    def to_representation(self, value):
        return value.isoformat()


class Whole(serializers.IntegerField):
    """A whole number, and no text that looks like one."""

    default_error_messages = {
        "invalid": "Send a whole number, without quotation marks.",
        "min_value": "Send {min_value} or more.",
        "max_value": "Send at most {max_value}.",
    }

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int | float) or data != int(data):
            self.fail("invalid")
        return int(data)
