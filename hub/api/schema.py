"""What drf-spectacular cannot see in the code: problems, and the key in the header."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from hub.api.once import HEADER, LONGEST_KEY, PATTERN
from hub.api.problems import CONTENT_TYPE, problem

_WHERE = inline_serializer(
    "Where",
    {
        "pointer": serializers.CharField(help_text="JSON pointer to the value, such as #/applicants/0/email"),
        "detail": serializers.CharField(help_text="What to do, in a sentence"),
    },
    many=True,
    required=False,
)
PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(help_text="What to do, in a sentence"),
        "errors": _WHERE,
    },
)
_SAID = {
    400: "It could not be read: no JSON, or a header is missing",
    401: "The token or the signature is missing, unknown or has run out",
    403: "The token is for something else",
    404: "There is no such thing for you, whether or not there is one for others",
    409: "The key was sent before with something else, or the same is being done at this moment",
    413: "Too long",
    415: "Not JSON",
    422: "It was read, and some of it cannot be taken as it is: `errors` says what",
    429: "Too many calls: the header Retry-After says when to go on",
    503: "Not set up here, or away for a moment",
}
KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": PATTERN},
    OpenApiParameter.HEADER,
    required=True,
    description="A new random value for each thing you send, and the same value when you send it again.",
)
RETRY_AFTER = OpenApiParameter(
    "Retry-After", OpenApiTypes.INT, OpenApiParameter.HEADER, response=[429], description="Seconds"
)


def problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    """The responses of an endpoint that are problems, for `extend_schema`."""
    return {(status, CONTENT_TYPE): OpenApiResponse(PROBLEM, description=_SAID[status]) for status in statuses}


def problem_example(status: int, detail: str) -> OpenApiExample:
    """What a problem of the status looks like, for `extend_schema`."""
    value = problem(status, detail)
    return OpenApiExample(
        value["title"], value=value, response_only=True, status_codes=[str(status)], media_type=CONTENT_TYPE
    )
