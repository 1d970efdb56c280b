"""Gateshead's household, with words that are nobody else's in whatever is kept about it."""

import json
import re
from pathlib import Path

import pytest
from django.apps import apps

from enquiries.models import InboundMessage, PostalAddress, SafeContact
from enquiries.services import record_activity
from enquiries.tasks.services import add_task
from handover.figures.services import record_figures
from handover.models import (
    Agreement,
    Attempt,
    Delivery,
    Endpoint,
    Handover,
    MilestoneUpload,
    MilestoneUploadRow,
    PracticeCase,
)
from handover.services import answer_handover, send_handover
from hub.api.services import issue_token
from hub.audit import log_access
from hub.models import User
from hub.working_time import today

OUR_APPS = ("hub", "enquiries", "handover", "reporting")
# In all that is planted, so that a page which shows any of it is found out.
WORD = "Wintergarden"
REGISTER = Path(__file__).resolve().parents[2] / "docs" / "personal-data.md"


def our_models() -> list:
    """Every model of ours, the tables of history too."""
    return [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]


def about_prospective_carers() -> list:
    """The models that the register says hold personal data of prospective carers, and their history."""
    marked = re.findall(r"^\| `(\w+\.\w+)` \| [^|]*\bP\b[^|]* \|", REGISTER.read_text(), flags=re.MULTILINE)
    models = [apps.get_model(label) for label in marked]
    return models + [m for m in our_models() if getattr(m, "pgh_tracked_model", None) in models]


@pytest.fixture
def handover(make_enquiry, gateshead, worker, gateshead_worker) -> Handover:
    """Accepted by Gateshead; everything about the household has the word in it."""
    Agreement.objects.create(authority=gateshead, version=WORD, signed_by=WORD, starts_on="2024-04-01")
    record_figures(authority=gateshead, month=today(), values={"L01": 71}, by=gateshead_worker, remarks=WORD)
    enquiry = make_enquiry("ready", message=f"Our dog {WORD}")
    enquiry.applicants.update(last_name=WORD)
    SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"notes": WORD})
    PostalAddress.objects.create(enquiry=enquiry, lines=f"1 {WORD} Road")
    record_activity(enquiry=enquiry, kind="note", by=worker, note=WORD)
    add_task(enquiry=enquiry, by=worker, title=WORD, due_on=today())
    made = send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    made = answer_handover(handover=made, by=gateshead_worker, answer="accepted", note=WORD)
    InboundMessage.objects.create(
        mailbox="test", message_id="<1@example.org>", sender=f"{WORD}@example.org", body=WORD, enquiry=enquiry,
        state=InboundMessage.State.FILED,
    )  # fmt: skip
    log_access(by=gateshead_worker, action="read_referral", reference=made.reference)
    lead = User.objects.create_user(
        f"{WORD}@gateshead.example.org", name=WORD, role="authority_lead", authority=gateshead
    )
    _plant_what_their_systems_do(made, lead)
    return made


def _plant_what_their_systems_do(handover: Handover, lead: User) -> None:
    """Practice, a token, an address that is told with what it was told, and a spreadsheet of dates."""
    gateshead = handover.authority
    PracticeCase.objects.create(authority=gateshead, person=lead, household=1, reason=WORD)
    issue_token(name=WORD, authority=gateshead, scopes=["handovers:read"], days=30, by=lead)
    endpoint = Endpoint.objects.create(
        authority=gateshead, url=f"https://{WORD}.example.org/", events=["handover.sent"], seed="x", secret_sha256="x"
    )
    delivery = Delivery.objects.create(endpoint=endpoint, event_id=WORD, kind="handover.sent", body=WORD)
    Attempt.objects.create(delivery=delivery, milliseconds=1, fault=WORD)
    upload = MilestoneUpload.objects.create(authority=gateshead, file_name=WORD, uploaded_by=lead)
    MilestoneUploadRow.objects.create(upload=upload, row=2, reference=handover.reference, said=WORD)


def whats_theirs(handover: Handover) -> list[str]:
    """What no page and no answer may show to anybody else: the word, and how one could ask for the record."""
    numbers = [applicant.phone for applicant in handover.enquiry.applicants.all() if applicant.phone]
    return [
        WORD,
        handover.enquiry.reference,
        *numbers,
        *(a.email for a in handover.enquiry.applicants.all() if a.email),
    ]


def shown(answer) -> str:
    """All that an answer says, its headers and what it streams too."""
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode(errors="replace") + json.dumps(dict(answer.headers))
