"""What a dashboard showed lately."""

from reporting.dashboards.page import Asked, Dashboard, Section, drawn
from reporting.lately import key_of, lately


def sections_of(dashboard: Dashboard, asked: Asked) -> list[Section]:
    """What the dashboard shows for what was asked, at most four minutes old. Built by whoever asks first."""
    return lately(key_of(f"dashboard:{dashboard.slug}", asked), lambda: drawn(dashboard.build(asked)))
