"""The address of the feeds, for the hub's own systems: Power BI, a warehouse, a script."""

import datetime

from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied

from hub.api.fields import KnownFieldsSerializer
from hub.api.schema import RETRY_AFTER, problems
from hub.api.views import ApiView
from hub.audit import log_access
from reporting.feeds.feeds import ROWS
from reporting.feeds.serving import FEEDS, MEASURES, give_names, measures_of, rows_of, state_of

SMALL_NUMBERS = "feeds:small-numbers"
MONTH = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])\Z"


class AskedSerializer(KnownFieldsSerializer):
    since = serializers.RegexField(MONTH, required=False, error_messages={"invalid": "Send a month, like 2026-09."})

    def validate_since(self, since: str) -> datetime.date:
        return datetime.date(int(since[:4]), int(since[5:]), 1)


def _columns_said() -> str:
    """The columns of each feed, for the schema."""
    return "\n\n".join(
        f"**{name}.csv**: " + ", ".join(f"`{column.name}` ({column.type})" for column in columns)
        for name, columns in FEEDS.items()
    )


_SAID = (
    "For Power BI and the like, without personal data: UTF-8, commas, a header row whose columns stay as they are (new "
    "ones come at the end), dates as 2026-09-01, nothing where nothing is known. `since` leaves earlier months out. "
    "Send `If-None-Match` with the `ETag` you had, and the answer is 304 while nothing changed. It needs a token for "
    f"feeds:read; `enquiries`, `activities` and `handovers` need {SMALL_NUMBERS} besides, and `measures` hides small "
    "numbers without it."
)


class FeedView(ApiView):
    """Whole or from a month on. A row for each household is a small number by itself: it needs the right to them."""

    scope = "feeds:read"

    @property
    def default_response_headers(self):
        # Kept by whoever asks, and asked again each time whether it is still the same.
        return {**super().default_response_headers, "Cache-Control": "private, no-cache"}

    def check_permissions(self, request):
        super().check_permissions(request)
        if request.auth.authority_id is not None:
            raise PermissionDenied("Feeds are about all councils: they are for the hub’s own tokens.")

    @extend_schema(
        operation_id="read_feed",
        tags=["Feeds"],
        summary="Read a flat feed, as CSV",
        description=f"{_SAID}\n\n{_columns_said()}",
        parameters=[
            OpenApiParameter("name", {"type": "string", "enum": list(FEEDS)}, OpenApiParameter.PATH),
            OpenApiParameter(
                "since",
                {"type": "string", "pattern": MONTH.replace(r"\Z", "$")},
                description="Only this month and later",
            ),
            OpenApiParameter(
                "If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The `ETag` you had"
            ),
            OpenApiParameter("ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200]),
            RETRY_AFTER,
        ],
        responses={
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="The feed"),
            304: OpenApiResponse(description="Nothing has changed"),
            **problems(401, 403, 404, 422, 429),
        },
    )
    def get(self, request, name):
        complete = SMALL_NUMBERS in request.auth.scopes
        self._must_be_theirs(name, complete)
        asked = AskedSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        since = asked.validated_data.get("since")
        give_names()
        etag = f'"{state_of(name, since=since, complete=complete)}"'
        if request.headers.get("If-None-Match") == etag:
            return HttpResponseNotModified(headers={"ETag": etag})
        log_access(by_link=f"token {request.auth.pk}", action="feed_read", reference=name)
        return self._answer(name, since, complete, etag)

    @staticmethod
    def _must_be_theirs(name: str, complete: bool) -> None:
        if name not in FEEDS:
            raise NotFound(f"There is no such feed. There are: {', '.join(FEEDS)}.")
        if name != MEASURES and not complete:
            raise PermissionDenied(f"This feed has a row for each household: the token would need {SMALL_NUMBERS} too.")

    @staticmethod
    def _answer(name: str, since: datetime.date | None, complete: bool, etag: str) -> HttpResponse:
        feed = next((feed for feed in ROWS if feed.name == name), None)
        pieces = rows_of(feed, since=since) if feed else measures_of(since=since, complete=complete)
        headers = {"ETag": etag, "Content-Disposition": f'attachment; filename="{name}.csv"'}
        return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)  # type: ignore[return-value]
