import json
import uuid

import pytest
from django.utils import timezone

from hub.api.services import issue_token

ENQUIRIES = "/api/v1/enquiries/"


def body(**changes) -> dict:
    """An enquiry that Gateshead passes on."""
    return {
        "applicants": [
            {"first_name": "Amina", "last_name": "Khalid", "email": "amina@example.org", "phone": "07700 900123"},
            {"first_name": "Tom", "last_name": "Khalid"},
        ],
        "postcode": "ne81aa",
        "received_at": timezone.now().isoformat(),
        "asked": "phone",
        "message": "We have a spare room.",
        "safe_contact": {"leave_message": False, "when": "evening"},
        "consents": [{"purpose": "share_with_authority", "given": True, "wording": "May we share your details?"}],
        **changes,
    }


class Caller:
    """A system that calls the API with its token."""

    def __init__(self, client, secret: str):
        self.client, self.secret = client, secret

    def post(self, sent, *, address: str = ENQUIRIES, key: str | None = None, **headers):
        data = sent if isinstance(sent, str | bytes) else json.dumps(sent)
        headers = {"Idempotency-Key": key if key is not None else uuid.uuid4().hex, **headers}
        if self.secret:
            headers.setdefault("Authorization", f"Bearer {self.secret}")
        return self.client.post(address, data, content_type="application/json", headers=headers)


@pytest.fixture
def token(gateshead):
    """The row and the secret of Gateshead's token."""
    return issue_token(name="Gateshead: website", authority=gateshead, scopes=["enquiries:write"], days=30)


@pytest.fixture
def caller(token, directory, client):
    return Caller(client, token[1])


@pytest.fixture
def newcastle_caller(newcastle, directory, client):
    _, secret = issue_token(name="Newcastle: CRM", authority=newcastle, scopes=["enquiries:write"], days=30)
    return Caller(client, secret)
