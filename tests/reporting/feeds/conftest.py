import csv
import io

import pytest

from hub.api.services import issue_token
from hub.models import ApiToken
from reporting.households.upkeep import catch_up

ALL = ["feeds:read", "feeds:small-numbers"]


class PowerBI:
    """The hub's own system with its token."""

    def __init__(self, client, token: ApiToken, secret: str):
        self.client, self.token, self.secret = client, token, secret

    def get(self, name: str, *, etag: str = "", **asked):
        headers = {"Authorization": f"Bearer {self.secret}", **({"If-None-Match": etag} if etag else {})}
        return self.client.get(f"/api/v1/feeds/{name}.csv", asked, headers=headers)

    def rows(self, name: str, **asked) -> list[dict[str, str]]:
        """The feed, after the derived tables have caught up."""
        catch_up()
        answer = self.get(name, **asked)
        assert answer.status_code == 200, answer.content
        return list(csv.DictReader(io.StringIO(b"".join(answer).decode())))


@pytest.fixture
def power_bi(client, hub) -> PowerBI:
    return PowerBI(client, *issue_token(name="Power BI", scopes=ALL, days=30))


@pytest.fixture
def careful_power_bi(client, hub) -> PowerBI:
    return PowerBI(client, *issue_token(name="Power BI for all", scopes=["feeds:read"], days=30))
