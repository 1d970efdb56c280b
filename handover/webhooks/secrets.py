"""The secrets that endpoints are signed with: made of a seed in the database and of the deployment's key, so that
neither gives one alone. A secret is shown once, when it is made."""

import base64
import hashlib
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "handover.webhooks.secrets"


class KeyWasChanged(Exception):
    """The deployment's key is no longer the one with which the secret was made."""


def new_secret() -> tuple[str, str]:
    """Seed and secret of a new endpoint, the secret as Standard Webhooks writes it: whsec_ and base64."""
    seed = secrets.token_urlsafe(32)
    return seed, _made_of(seed, settings.SECRET_KEY)


def hash_of(secret: str) -> str:
    """By which we know whether we still make the same secret of the seed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_of(seed: str, sha256: str) -> str:
    """The secret again. Raises `KeyWasChanged` rather than sign with one that the other side does not know."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        secret = _made_of(seed, key)
        if secrets.compare_digest(hash_of(secret), sha256):
            return secret
    raise KeyWasChanged


def _made_of(seed: str, key: str | bytes) -> str:
    digest = salted_hmac(_SALT, seed, secret=key, algorithm="sha256").digest()
    return f"whsec_{base64.b64encode(digest).decode()}"
