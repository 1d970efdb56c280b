"""Fields of what other systems send: of the type that the schema says, and in the one form that is stored."""

import datetime
import re
import unicodedata

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import EmailValidator
from django.utils import timezone
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hub.contact import has_web_address, normalise_phone, normalise_postcode

_WITH_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
CLOCKS_DIFFER = datetime.timedelta(minutes=5)


class KnownFieldsSerializer(serializers.Serializer):
    """An object with the fields named and no others: a field misspelt would be something that nobody ever reads."""

    def to_internal_value(self, data):
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(
                {name: ["We do not know this field. See /api/v1/schema/ for those we know."] for name in unknown}
            )
        return super().to_internal_value(data)


class KnownFieldsInSchema(OpenApiSerializerExtension):
    """The schema says that other fields are refused, of those that refuse them and of no other."""

    target_class = "hub.api.fields.KnownFieldsSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema, direction):
        described = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**described, "additionalProperties": False}


class Text(serializers.CharField):
    """Text only (a number is none), without the control characters that pages cannot show."""

    default_error_messages = {
        "invalid": "Send this as text, in quotation marks.",
        "max_length": "Send at most {max_length} characters.",
        "blank": "This must not be empty.",
    }

    def __init__(self, **kwargs):
        if not kwargs.get("required", True):
            kwargs.setdefault("default", "")
        kwargs.setdefault("allow_blank", not kwargs.get("required", True) or "default" in kwargs)
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        if self.max_length is not None and len(data) > self.max_length:  # as it came: so the schema says
            self.fail("max_length", max_length=self.max_length)
        lines = data.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        return super().to_internal_value("".join(c for c in lines if c == "\n" or unicodedata.category(c) != "Cc"))


class Line(Text):
    """Text on one line."""

    def to_internal_value(self, data):
        return " ".join(super().to_internal_value(data).split())


class Name(Line):
    """A person's name, without a web address, which our emails would carry to strangers."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 100, "required": False, **kwargs})

    def to_internal_value(self, data):
        name = super().to_internal_value(data)
        if has_web_address(name):
            raise serializers.ValidationError("Send a name without a web address in it.")
        return name


class Email(Line):
    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 254, "required": False, **kwargs})

    def to_internal_value(self, data):
        email = super().to_internal_value(data)
        try:
            if email:
                EmailValidator()(email)
        except DjangoValidationError as fault:
            raise serializers.ValidationError("Send an email address, like name@example.org.") from fault
        return email


class Phone(Line):
    """Gives E.164."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 40, "required": False, **kwargs})

    def to_internal_value(self, data):
        phone = super().to_internal_value(data)
        try:
            return normalise_phone(phone) if phone else ""
        except ValueError as fault:
            raise serializers.ValidationError(
                "Send a telephone number, like +441632960001 or 01632 960 001."
            ) from fault


class Postcode(Line):
    """Gives 'NE1 8QH'."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 20, "required": False, **kwargs})

    def to_internal_value(self, data):
        postcode = super().to_internal_value(data)
        try:
            return normalise_postcode(postcode) if postcode else ""
        except ValueError as fault:
            raise serializers.ValidationError("Send a postcode, like NE1 8QH.") from fault


class YesNo(serializers.BooleanField):
    """true or false, and nothing that might be meant as either."""

    default_error_messages = {"invalid": "Send true or false."}

    def to_internal_value(self, data):
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class OneOf(serializers.ChoiceField):
    default_error_messages = {"invalid_choice": "Send one of: {known}."}

    def to_internal_value(self, data):
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", known=", ".join(str(one) for one in self.choices))
        return data


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(serializers.Field):
    """A date and time with its offset, not in the future and not longer ago than `within`.

    Clocks differ by some minutes: what lies no more than `ahead` of ours is now.
    """

    default_error_messages = {
        "invalid": "Send a date and time with its offset from UTC, like 2026-11-20T09:30:00+00:00.",
        "future": "This lies in the future. Check the time, and the offset from UTC.",
        "long_ago": "This is more than {days} days ago.",
    }

    def __init__(self, *, within: datetime.timedelta, ahead: datetime.timedelta = CLOCKS_DIFFER, **kwargs):
        self.within, self.ahead = within, ahead
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str) or len(data) > 40 or not _WITH_OFFSET.fullmatch(data):
            self.fail("invalid")
        try:
            moment = datetime.datetime.fromisoformat(data.upper())
            now = timezone.now()
            if moment > now + self.ahead:
                self.fail("future")
            if moment < now - self.within:
                self.fail("long_ago", days=self.within.days)
        except (ValueError, OverflowError):
            self.fail("invalid")
        return min(moment.astimezone(datetime.UTC), now)

    def to_representation(self, value):
        return value.isoformat()
