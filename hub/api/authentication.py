"""Who asks: another system, by its bearer token. Nobody's session counts under /api/."""

import datetime
import hmac
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission

from hub.api.models import ApiToken
from hub.api.problems import Problem
from hub.api.scopes import SCOPES
from hub.api.services import sha256_of
from hub.current import VERSION, current, current_at
from hub.errors import TooOften
from hub.people.models import User
from hub.places.models import Authority
from hub.prepared import prepared
from hub.throttle import allowed, in_words, seconds_left
from hub.working_time import today

_NOTED_EVERY = datetime.timedelta(minutes=5)  # the last use, so that not every call is a write
A_MINUTE = datetime.timedelta(minutes=1)


def bearer_of(request) -> str:
    """The token in the header Authorization. Raises a 401 that says what to send where there is none."""
    kind, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise NotAuthenticated("Send your token in the header Authorization: Bearer, a space, and the token.")
    return secret.strip()


class BearerAuthentication(BaseAuthentication):
    """A token that we issued and that still holds; `request.auth` is its row."""

    def authenticate(self, request):
        token = _token(bearer_of(request))
        # For the request's line in the log: which system it was, by number.
        request._request.api_token = token.pk
        _note_use(token)
        return AnonymousUser(), token

    def authenticate_header(self, request):
        return 'Bearer realm="api"'


def _token(secret: str) -> ApiToken:
    wanted = sha256_of(secret)
    token = _row(wanted)
    if token is None or not hmac.compare_digest(token.token_sha256, wanted):
        raise AuthenticationFailed("We do not know this token. Ask the hub for a new one.")
    if token.revoked_at is not None:
        raise AuthenticationFailed("This token was revoked. Ask the hub for a new one.")
    if token.expires_at <= timezone.now():
        raise AuthenticationFailed("This token has expired. Ask the hub for a new one.")
    if token.authority and token.authority not in current().members_on(today()):
        raise AuthenticationFailed(f"{token.authority} is not a member of the hub today. Ask the hub.")
    return token


def _row(wanted: str) -> ApiToken | None:
    """The token with its authority and whom it acts as; and, along with it, what is configured now. Every call asks:
    the statement is worked out once."""
    with prepared() as cursor:
        cursor.execute(_statement(), [wanted])
        row = cursor.fetchone()
    if row is None:
        return None
    found: list[Any] = []
    start = 0
    for model in (ApiToken, Authority, User):
        names = [field.attname for field in model._meta.concrete_fields]
        values = row[start : start + len(names)]
        found.append(model.from_db("default", names, values) if values[0] is not None else None)
        start += len(names)
    current_at(row[-1])
    token, authority, system = found
    token.authority, token.acts_as = authority, system
    return token


@cache
def _statement() -> str:
    columns = [
        f'{table}."{field.column}"'
        for table, model in (("token", ApiToken), ("authority", Authority), ("system", User))
        for field in model._meta.concrete_fields
    ]
    return f"""
        SELECT {", ".join(columns)}, ({VERSION}) FROM hub_apitoken AS token
        LEFT JOIN hub_authority AS authority ON authority.id = token.authority_id
        LEFT JOIN hub_user AS system ON system.id = token.acts_as_id
        WHERE token.token_sha256 = %s
    """


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - _NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


class HasScope(BasePermission):
    """The token is for what the view names as its `scope`."""

    def has_permission(self, request, view) -> bool:
        if view.scope not in request.auth.scopes:
            raise PermissionDenied(f"This token is not for that. It would need: {view.scope} ({SCOPES[view.scope]}).")
        return True


class TokenThrottle:
    """So many calls a minute for each token: one system that runs wild holds up nobody else's."""

    def allow_request(self, request, view) -> bool:
        key = str(request.auth.pk)
        if not allowed("api", key, settings.API_CALLS_A_MINUTE, A_MINUTE):
            seconds = seconds_left("api", key)
            raise TooOften(
                f"That was more than {settings.API_CALLS_A_MINUTE} calls in a minute. Try again {in_words(seconds)}.",
                seconds=seconds,
            )
        return True


class SharedSecret(BaseAuthentication):
    """A bearer token that was agreed in the settings, `setting` names which: two while it is being changed."""

    setting = ""
    variable = ""

    def authenticate(self, request):
        agreed = getattr(settings, self.setting)
        if not agreed:
            raise Problem(503, f"This is not set up here. Whoever runs the hub sets {self.variable}.")
        given = sha256_of(bearer_of(request))
        if not any(hmac.compare_digest(sha256_of(one), given) for one in agreed):
            raise AuthenticationFailed("That is not the token that was agreed.")
        return AnonymousUser(), None

    def authenticate_header(self, request):
        return 'Bearer realm="api"'


class NotifyAuthentication(SharedSecret):
    """GOV.UK Notify's callbacks."""

    setting, variable = "NOTIFY_CALLBACK_TOKENS", "NOTIFY_CALLBACK_TOKEN"


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "hub.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        said = "A token that the hub issued for your system. It is for named purposes, and runs out."
        return {"type": "http", "scheme": "bearer", "description": said}


class NotifyScheme(OpenApiAuthenticationExtension):
    target_class = "hub.api.authentication.NotifyAuthentication"
    name = "notify"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "The token that was agreed with GOV.UK Notify."}
