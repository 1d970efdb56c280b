"""How often is too often: counted for each person, token or address, in the table of the database cache.

One statement counts, so that two at once are two (Django's own `incr` reads and then writes). Keys are kept as keyed
hashes: nobody reads an email address from the table. What has run out is forgotten with the old sessions.
Where nobody should wait, count before the transaction of the write: its row stays locked until that ends.
"""

import datetime
import math
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from hub.errors import TooOften
from hub.prepared import prepared

_COUNT = """
INSERT INTO hub_cache AS kept (cache_key, value, expires)
SELECT key, '1', until FROM unnest(%(keys)s::text[], %(untils)s::timestamptz[]) AS given (key, until)
ON CONFLICT (cache_key) DO UPDATE SET
    value = CASE WHEN kept.expires <= %(now)s THEN '1' ELSE (kept.value::bigint + 1)::text END,
    expires = CASE WHEN kept.expires <= %(now)s THEN excluded.expires ELSE kept.expires END
RETURNING cache_key, value::bigint
"""


@dataclass(frozen=True)
class Count:
    """One thing to count: `limit` within `per` for `key` in `scope`, as in `allowed`."""

    scope: str
    key: str
    limit: int
    per: datetime.timedelta


def allowed(scope: str, key: str, limit: int, per: datetime.timedelta) -> bool:
    """Count one more for `key` (an address, a token's id; case and blanks at its ends make no difference) in `scope`.

    True for the first `limit` within `per`, which runs from the first of them. An empty key is always allowed.
    """
    return allowed_each([Count(scope, key, limit, per)])[0]


def allowed_each(counts: list[Count]) -> list[bool]:
    """`allowed` for several at once, each key once, in one statement."""
    now = timezone.now()
    hashed = [_hashed(one.scope, one.key) if one.key.strip() else "" for one in counts]
    until = {key: now + one.per for key, one in zip(hashed, counts, strict=True) if key}
    # Always in the same order: two statements that count the same keys wait for each other, and never both.
    keys = sorted(until)
    counted: dict[str, int] = {}
    if keys:
        with prepared() as cursor:
            cursor.execute(_COUNT, {"keys": keys, "untils": [until[key] for key in keys], "now": now})
            counted = dict(cursor.fetchall())
    return [counted.get(key, 0) <= one.limit for key, one in zip(hashed, counts, strict=True)]


def seconds_left(scope: str, key: str) -> int:
    """In how many seconds the counting of this key begins anew; 0 where nothing is counted."""
    now = timezone.now()
    with prepared() as cursor:
        cursor.execute("SELECT expires FROM hub_cache WHERE cache_key = %s", [_hashed(scope, key)])
        row = cursor.fetchone()
    return max(0, math.ceil((row[0] - now).total_seconds())) if row else 0


def require(scope: str, key: str, limit: int, per: datetime.timedelta, *, sentence: str) -> None:
    """Raise `TooOften` with the sentence where `allowed` says no; "{when}" in it becomes "in 5 minutes"."""
    if not allowed(scope, key, limit, per):
        seconds = seconds_left(scope, key)
        raise TooOften(sentence.replace("{when}", in_words(seconds)), seconds=seconds)


def in_words(seconds: int) -> str:
    """When to try again, rounded up: "in a minute", "in 5 minutes", "in 2 hours"."""
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return "in a minute"
    return f"in {minutes} minutes" if minutes < 100 else f"in {math.ceil(minutes / 60)} hours"


def address_of(request) -> str:
    """The internet address of whoever asks. Behind the proxy that ends TLS, it is what that proxy added last: what
    stands before it in the header anybody can have written."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


def _hashed(scope: str, key: str) -> str:
    digest = salted_hmac(f"throttle:{scope}", key.strip().lower(), algorithm="sha256").hexdigest()
    return f"throttle:{scope}:{digest}"
