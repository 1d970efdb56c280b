"""The dashboards there are, in the order in which they are listed."""

from reporting.dashboards import (
    events,
    journey,
    progress,
    satisfaction,
    side_by_side,
    sources,
    stopped,
    waiting,
    workload,
)
from reporting.dashboards.compared import sorts_for
from reporting.dashboards.page import Dashboard

DASHBOARDS: tuple[Dashboard, ...] = (
    Dashboard(
        "journey", "From enquiry to approval", "How many go on at each step, and how long does it take?",
        journey.build, for_councils=True, adds_up=True,
    ),
    Dashboard(
        "waiting", "Waiting times", "How long do people wait, and how many are seen in time?", waiting.build,
        adds_up=True,
    ),
    Dashboard(
        "stopped", "Where people stop", "From which stage do people stop, why, and after how long?", stopped.build,
        adds_up=True,
    ),
    Dashboard(
        "progress", "Targets and baselines", "Where does the year stand?", progress.build,
        picks=(), for_councils=True,
    ),
    Dashboard(
        "sources", "Sources and cost", "How do people hear of us, what comes of it, and what does it cost?",
        sources.build, for_councils=True,
    ),
    Dashboard(
        "events", "Events and training", "Who comes, and what do they do next?", events.build,
        picks=("period", "authority"), for_councils=True,
    ),
    Dashboard(
        "satisfaction", "Satisfaction", "How was it for people?", satisfaction.build,
        picks=("period", "authority"), for_councils=True,
    ),
    Dashboard(
        "councils", "Councils side by side", "How do the councils compare?", side_by_side.build,
        picks=("period", "sort"), for_councils=True, sorts=sorts_for, compares=True,
    ),
    Dashboard(
        "workload", "Workload", "Who looks after how many, and what is late?", workload.build,
        right="see_workload", picks=(),
    ),
)  # fmt: skip
BY_SLUG = {dashboard.slug: dashboard for dashboard in DASHBOARDS}
