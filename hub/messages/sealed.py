"""What only the receiver of a message may read: a link that signs in.

The body kept in the outbox, which staff read, has `HIDDEN` in its place. The secret is made of a seed and of the
deployment's key while the message is sent, so that nobody learns it from the database alone; then the seed goes.
"""

import base64
import secrets

from django.utils.crypto import salted_hmac

HIDDEN = "only-they-can-read-this-part"


def new_seed() -> str:
    return secrets.token_urlsafe(32)


def secret_of(seed: str) -> str:
    """The secret that the seed stands for: 43 characters that may stand in an address."""
    digest = salted_hmac("hub.messages.sealed", seed, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def unsealed(body: str, seed: str) -> str:
    """The body as its receiver reads it."""
    return body.replace(HIDDEN, secret_of(seed)) if seed else body
