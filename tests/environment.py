"""The environment of the test run, set before Django reads its settings (a pytest plugin, see pyproject.toml)."""

import os

from hub.local.servers import ensure_environment

# The product as deployed, not the demo: tests that want the demo say so.
os.environ.update(
    HUB_DEMO="0",
    DEBUG="0",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    BASE_URL="http://testserver",
    EMAIL_URL="memorymail://",
    STATIC_COLLECTED="0",
    # Nothing of a test needs to outlive a power cut.
    PGOPTIONS="-c synchronous_commit=off",
    LOG_LEVEL="ERROR",
    # Tests fill in a form faster than anybody, and from one address.
    FASTEST_PERSON_SECONDS="0",
    SUBMISSIONS_FROM_ADDRESS="1000000",
)
ensure_environment()
os.environ.setdefault("SECRET_KEY", "only-for-tests")
