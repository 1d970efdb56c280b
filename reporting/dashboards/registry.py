"""The dashboards there are, in the order in which they are listed."""

from reporting.dashboards import journey
from reporting.dashboards.page import Dashboard

DASHBOARDS: tuple[Dashboard, ...] = (
    Dashboard("journey", "From enquiry to approval", "How many go on at each step?", journey.build),
)
BY_SLUG = {dashboard.slug: dashboard for dashboard in DASHBOARDS}
