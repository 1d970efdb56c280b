"""Dashboards are built once and then shown for a while: twenty people looking cost what one does."""

import hashlib

from django.core.cache import cache

from reporting.dashboards.page import Asked, Dashboard, Section

# With the half minute between two sweeps of households/upkeep.py less than the five in which a figure must be fresh.
SECONDS = 240


def _key(dashboard: Dashboard, asked: Asked) -> str:
    return f"dashboard:{dashboard.slug}:{hashlib.sha256(repr(asked).encode()).hexdigest()[:32]}"


def sections_of(dashboard: Dashboard, asked: Asked) -> list[Section]:
    """What the dashboard shows for what was asked, at most four minutes old. Built by whoever asks first."""
    key = _key(dashboard, asked)
    found = cache.get(key)
    if found is None:
        found = dashboard.build(asked)
        for section in found:
            section.svg  # noqa: B018  drawn now, and kept with the rest
        cache.set(key, found, SECONDS)
    return found
