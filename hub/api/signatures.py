"""Calls signed as Standard Webhooks has it: HMAC-SHA256 over id, timestamp and body, five minutes old at most."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from hub.api.problems import Problem
from hub.api.reading import LARGEST

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class SignedByTelephone(BaseAuthentication):
    """The telephone system knows the secret: one, or two while it is being changed."""

    def authenticate(self, request):
        if not settings.TELEPHONE_WEBHOOK_SECRETS:
            raise Problem(503, "This is not set up here. Whoever runs the hub sets TELEPHONE_WEBHOOK_SECRET.")
        # Measured before it is read: the signature covers the whole body, and nobody has proved anything yet.
        if _length_of(request) > LARGEST:
            raise Problem(413, f"What you sent is too long: send at most {LARGEST // 1000} KB.")
        body = request._request.body
        if not any(signed(body, request.headers, secret) for secret in settings.TELEPHONE_WEBHOOK_SECRETS):
            raise AuthenticationFailed(
                "The signature does not fit. Sign “id.timestamp.body” with the secret, within five minutes, and send "
                f"the headers {', '.join(HEADERS)} (standardwebhooks.com)."
            )
        return AnonymousUser(), None

    def authenticate_header(self, request):
        return 'StandardWebhooks realm="api"'


def _length_of(request) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def signed(body: bytes, headers, secret: str) -> bool:
    """Whether the headers sign this body with this secret, now."""
    try:
        Webhook(secret).verify(body, {name: headers.get(name, "") for name in HEADERS}, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: a header or a body that is no text, or no base64
        return False
    return True


class SignatureScheme(OpenApiAuthenticationExtension):
    target_class = "hub.api.signatures.SignedByTelephone"
    name = "signature"

    def get_security_definition(self, auto_schema):
        said = (
            "Standard Webhooks (standardwebhooks.com): the headers webhook-id, webhook-timestamp and "
            "webhook-signature; HMAC-SHA256 over id, timestamp and body, with the secret that was agreed."
        )
        return {"type": "apiKey", "in": "header", "name": "webhook-signature", "description": said}
