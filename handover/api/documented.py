"""How the addresses of referrals are told in the schema, with examples of invented people."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from handover.api import answers
from handover.api.serializers import (
    A_PAGE,
    LONGEST_PAGE,
    WAITING,
    AcceptSerializer,
    DeclineSerializer,
    MilestoneSerializer,
    ReturnSerializer,
)
from handover.models import Handover
from hub.api.schema import KEY, RETRY_AFTER, problem_example, problems

_TAGS = ["Handovers"]
_REFERENCE = OpenApiParameter(
    "reference",
    {"type": "string", "pattern": "^[A-Za-z0-9-]{1,16}$"},
    OpenApiParameter.PATH,
    description="Of the handover, like HKTR-4829-H1",
)
_PREVIEW = {
    "reference": "HKTR-4829-H1",
    "state": "sent",
    "sent_at": "2026-11-20T09:30:00.000+00:00",
    "opened_at": None,
    "answered_at": None,
    "ended_on": None,
    "reason": None,
    "updated_at": "2026-11-20T09:30:00.120+00:00",
    "answer_by": "2026-11-27T17:00:00.000+00:00",
    "preview": {
        "area": "NE8, Gateshead",
        "applicants": 2,
        "interests": ["short_term", "siblings"],
        "spare_room": "yes",
        "best_time": "evening",
        "days_since_enquiry": 30,
        "working_days_waiting": 0,
    },
    "summary": None,
}
_ACCEPTED = {
    **_PREVIEW,
    "state": "accepted",
    "opened_at": "2026-11-20T10:05:00.000+00:00",
    "answered_at": "2026-11-20T11:00:00.000+00:00",
    "answer_by": None,
    "preview": None,
    "summary": {
        "enquiry": "HKTR-4829",
        "stage": "application",
        "on_hold": False,
        "due_at": None,
        "decision": None,
        "closed_reason": None,
    },
}
_MILESTONE = {
    "id": 90210,
    "kind": "application_received",
    "occurred_on": "2026-12-04",
    "outcome": None,
    "places": None,
    "reason": None,
    "yours": True,
}
_NEXT_STEPS = {"allowed_answers": [], "allowed_milestones": ["initial_visit", "stage1_started", "closed"]}
_DATA_SET = {
    "enquiry": {"reference": "HKTR-4829", "received_on": "2026-10-21", "postcode": "NE8 1HH"},
    "applicants": [
        {"first_name": "Amina", "last_name": "Khalid", "email": "amina@example.org", "phone": "+447700900861"}
    ],
    "safe_contact": {"by_phone": True, "by_text": False, "by_email": True, "when": "evening", "rules": []},
}
_WHOLE = {
    **_ACCEPTED,
    "pdf": "ready",
    "package_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "package": {"schema": "1.1", **_DATA_SET},
    "record": _DATA_SET,
    "milestones": [_MILESTONE],
    **_NEXT_STEPS,
}
_STANDS = {"reference": "HKTR-4829-H1", "state": "accepted", "stage": "with_authority"}


def _example(name: str, value: dict, status: str) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])


def _sent(name: str, value: dict) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _read(**changes) -> dict[str, Any]:
    return {"tags": _TAGS, **changes}


def _written(request, answer, *, status: int = 200, said: str, **changes) -> dict[str, Any]:
    return {
        "tags": _TAGS,
        "parameters": [_REFERENCE, KEY, RETRY_AFTER],
        "request": request,
        "responses": {
            status: OpenApiResponse(answer, description=said),
            **problems(400, 401, 403, 404, 409, 413, 415, 422, 429),
        },
        **changes,
    }


LIST = _read(
    operation_id="list_handovers",
    summary="List the referrals to your council",
    description="The newest first, or with `updated_since` whatever changed first, so that following `next` and then "
    "asking again with `as_at` misses nothing. Nobody is named. It needs a token for handovers:read.",
    parameters=[
        OpenApiParameter(
            "state", {"type": "string", "enum": [WAITING, *Handover.State.values]}, description="Only those; "
            f"`{WAITING}` are those that wait for your answer: sent, opened and no_reply",
        ),
        OpenApiParameter("updated_since", OpenApiTypes.DATETIME, description="Only what changed then or later"),
        OpenApiParameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": A_PAGE},
            description="How many to a page",
        ),
        OpenApiParameter(
            "cursor",
            {"type": "string", "minLength": 1, "maxLength": 200},
            description="Where the page begins: follow `next`, which has it",
        ),
        RETRY_AFTER,
    ],
    responses={
        200: OpenApiResponse(answers.HandoversSerializer, description="One page"),
        **problems(401, 403, 422, 429),
    },
    examples=[
        _example(
            "A page", {"results": [_PREVIEW, _ACCEPTED], "next": None, "as_at": "2026-12-04T14:29:00+00:00"}, "200"
        )
    ],
)  # fmt: skip
RECORD = _read(
    operation_id="read_handover",
    summary="Read one referral",
    description="Before you answer: the preview, and your first look counts as opened. Once you have accepted: the "
    "whole record, with the package as it was sent and the data as they stand now. Of one given back or withdrawn: "
    "how it ended. Each look is noted. It needs a token for handovers:read.",
    parameters=[_REFERENCE, RETRY_AFTER],
    responses={
        200: OpenApiResponse(answers.RecordSerializer, description="As much as you may read of it now"),
        **problems(401, 403, 404, 429),
    },
    examples=[_example("Accepted", _WHOLE, "200")],
)
PDF = _read(
    operation_id="read_handover_pdf",
    summary="The package as an accessible PDF",
    description="Once you have accepted, and while it is with you. It is made after sending: until then the answer is "
    "404 with the header Retry-After. Each look is noted. It needs a token for handovers:read.",
    parameters=[
        _REFERENCE,
        OpenApiParameter(
            "Retry-After", OpenApiTypes.INT, OpenApiParameter.HEADER, response=[404, 429], description="Seconds"
        ),
    ],
    responses={
        (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, description="The PDF (PDF/UA-1)"),
        **problems(401, 403, 404, 429),
    },
)
ACCEPT = _written(
    AcceptSerializer,
    answers.StandsSerializer,
    said="It is yours",
    operation_id="accept_handover",
    summary="Accept a referral",
    description="Once, by you alone; then the whole record opens to you. Send an empty object or nothing. It needs a "
    "token for handovers:write.",
    examples=[
        _example(
            "Accepted",
            {
                **_STANDS,
                "allowed_answers": [],
                "allowed_milestones": ["initial_visit", "application_received", "closed"],
            },
            "200",
        ),
        problem_example(409, "HKTR-4829-H1 is no longer waiting for an answer: withdrawn by the hub."),
    ],
)
_BACK: dict[str, Any] = {**_STANDS, "stage": None, "allowed_answers": [], "allowed_milestones": []}
DECLINE = _written(
    DeclineSerializer,
    answers.StandsSerializer,
    said="The hub has it again",
    operation_id="decline_handover",
    summary="Decline a referral",
    description="Once, with a reason. The hub looks for another way, and you see no more of it than how it ended. It "
    "needs a token for handovers:write.",
    examples=[
        _sent("No capacity", {"reason": "capacity", "note": "Full until May."}),
        _example("Declined", {**_BACK, "state": "declined"}, "200"),
    ],
)
RETURN = _written(
    ReturnSerializer,
    answers.StandsSerializer,
    said="The hub has it again",
    operation_id="return_handover",
    summary="Return a referral for information",
    description="Once, with a reason: the hub finds out what is missing and sends it again. It needs a token for "
    "handovers:write.",
    examples=[
        _sent("Something is missing", {"reason": "information", "note": "Who else lives in the house?"}),
        _example("Returned", {**_BACK, "state": "returned"}, "200"),
    ],
)
MILESTONE = _written(
    MilestoneSerializer,
    answers.MilestoneRecordedSerializer,
    status=201,
    said="Taken",
    operation_id="record_milestone",
    summary="Record a dated step, or correct one",
    description="What may come next is in `allowed_milestones`. A decision or `closed` completes the referral. With "
    "`corrects` it takes the place of an earlier one of the same kind, which stays on the record, struck through. It "
    "needs a token for handovers:write.",
    examples=[
        _sent("A step", {"kind": "application_received", "occurred_on": "2026-12-04"}),
        _sent("A decision", {"kind": "decided", "occurred_on": "2027-05-14", "outcome": "approved", "places": 2}),
        _sent("An ending", {"kind": "closed", "occurred_on": "2027-02-01", "reason": "family_not_agreed"}),
        _sent(
            "A correction",
            {"kind": "application_received", "occurred_on": "2026-12-03", "corrects": 90210, "why": "A slip"},
        ),
        _example("Taken", {"milestone": _MILESTONE, **_STANDS, "stage": "application", **_NEXT_STEPS}, "201"),
    ],
)
