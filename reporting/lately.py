"""What was worked out lately is shown again for a while: twenty people looking cost what one does."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

# With the half minute between two sweeps of households/upkeep.py less than the five in which a figure must be fresh.
SECONDS = 240
T = TypeVar("T")


def key_of(kind: str, *asked: object) -> str:
    """Under which the answer to this question of its kind is kept."""
    return f"{kind}:{hashlib.sha256(repr(asked).encode()).hexdigest()[:32]}"


def lately(key: str, work_out: Callable[[], T]) -> T:
    """The answer kept under the key, at most four minutes old; worked out by whoever asks first. Never None."""
    found = cache.get(key)
    if found is None:
        found = work_out()
        cache.set(key, found, SECONDS)
    return found
