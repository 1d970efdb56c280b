import uuid

import pytest

from handover.services import send_handover
from hub.api.services import issue_token
from hub.models import ApiToken

ALL = ["handovers:read", "handovers:write", "figures:write"]
LIST = "/api/v1/handovers/"


class Council:
    """A council's case system with its token."""

    def __init__(self, client, token: ApiToken, secret: str):
        self.client, self.token, self.secret = client, token, secret

    @property
    def user(self):
        return self.token.acts_as

    def get(self, address: str = LIST, **asked):
        return self.client.get(address, asked, headers={"Authorization": f"Bearer {self.secret}"})

    def read(self, handover):
        return self.get(f"{LIST}{handover.reference}/")

    def post(self, handover, verb: str, sent=None, *, key: str | None = None):
        return self.client.post(
            f"{LIST}{handover.reference}/{verb}/",
            {} if sent is None else sent,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", "Idempotency-Key": key or uuid.uuid4().hex},
        )


def council(client, authority, scopes=ALL) -> Council:
    return Council(client, *issue_token(name="Case system", authority=authority, scopes=scopes, days=30))


@pytest.fixture
def gateshead_system(client, gateshead, directory) -> Council:
    return council(client, gateshead)


@pytest.fixture
def newcastle_system(client, newcastle, directory) -> Council:
    return council(client, newcastle)


@pytest.fixture
def withdrawn(accepted, worker):
    """withdrawn() gives a handover that the hub has taken back after Gateshead accepted."""
    from handover.services import withdraw_handover

    def make(**changes):
        return withdraw_handover(handover=accepted(**changes), by=worker, reason="person_asked")

    return make


@pytest.fixture
def declined(sent, gateshead_worker):
    """declined() gives a handover that Gateshead has declined."""
    from handover.services import answer_handover

    def make(**changes):
        return answer_handover(handover=sent(**changes), by=gateshead_worker, answer="declined", reason="capacity")

    return make


@pytest.fixture
def of_newcastle(make_enquiry, newcastle, worker):
    """A handover that waits for Newcastle's answer."""
    from handover.models import Agreement

    Agreement.objects.create(authority=newcastle, version="1", signed_by="K. Reed", starts_on="2024-04-01")
    enquiry = make_enquiry("ready", postcode="NE1 8QH")
    return send_handover(enquiry=enquiry, authority=newcastle, by=worker)


def problem(answer, status: int) -> dict[str, str]:
    """The sentence for each place of a problem, "" for the whole; checks its form."""
    assert answer.status_code == status, (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == "application/problem+json" and answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert body["type"] == "about:blank" and body["status"] == status and body["title"]
    said = {"": body["detail"], **{one["pointer"]: one["detail"] for one in body.get("errors", [])}}
    for sentence in said.values():
        assert (sentence[-1] in ".!" and sentence[0].isalnum()) or sentence[0] in "“", sentence
    return said


def names_of(handover) -> list[str]:
    people = handover.enquiry.applicants.all()
    return [text for one in people for text in (one.first_name, one.last_name, one.email, one.phone) if text]
