"""The dashboards there are, in the order in which they are listed."""

from reporting.dashboards import journey, side_by_side
from reporting.dashboards.compared import sorts_for
from reporting.dashboards.page import Dashboard

DASHBOARDS: tuple[Dashboard, ...] = (
    Dashboard("journey", "From enquiry to approval", "How many go on at each step?", journey.build, for_councils=True),
    Dashboard(
        "councils", "Councils side by side", "How do the councils compare?", side_by_side.build,
        picks=("period", "sort"), for_councils=True, sorts=sorts_for, compares=True,
    ),
)  # fmt: skip
BY_SLUG = {dashboard.slug: dashboard for dashboard in DASHBOARDS}
