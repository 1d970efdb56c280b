"""The addresses under /api/v1/handovers/: a council's system reads its referrals, answers them and records dates.

Who calls, how often, and what was answered to a key are the hub's to read and write. What a council asks for is read
with its own rights in the database: `bound_to` stands round the rest of each view.
"""

from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from handover.api import documented
from handover.api.answering import answer, milestone
from handover.api.listing import as_at, page_of
from handover.api.record import handover_of, record_of
from handover.api.serializers import (
    A_PAGE,
    AcceptSerializer,
    Asked,
    DeclineSerializer,
    MilestoneSerializer,
    ReturnSerializer,
)
from handover.files import pdf_response
from hub.api.problems import Problem
from hub.api.views import ApiView
from hub.audit import log_access
from hub.isolation import bound_to
from hub.prepared import all_prepared

PDF_WAITS_SECONDS = 30


class CouncilView(ApiView):
    """For the token of a council: what is done with it is done by the user who stands for its system."""

    scope = "handovers:read"

    def dispatch(self, request, *args, **kwargs):
        with all_prepared():
            return super().dispatch(request, *args, **kwargs)

    def check_permissions(self, request):
        super().check_permissions(request)
        if request.auth.authority_id is None or request.auth.acts_as is None:
            raise PermissionDenied("This is for the token of a council, and yours is the hub’s own.")

    def bound(self, request):
        return bound_to(request.auth.authority_id)

    def write_once(self, request, write) -> Response:
        """A POST: the key with the hub's rights, the write (status, body) with the council's."""

        def bound() -> tuple[int, dict]:
            # What goes wrong goes on to the transaction of the key.
            with bound_to(request.auth.authority_id, savepoint=False):
                return write()

        return self.answer_once(request, bound)


def _read(serializer, data) -> dict[str, Any]:
    sent = serializer(data=data)
    sent.is_valid(raise_exception=True)
    return sent.validated_data


class Handovers(CouncilView):
    @extend_schema(**documented.LIST)
    def get(self, request):
        asked = _read(Asked, request.query_params)
        since = asked.get("updated_since")
        next_since = as_at()  # before we look: what changes meanwhile is new next time
        with self.bound(request):
            rows, following = page_of(
                request.auth.acts_as,
                state=asked.get("state", ""),
                updated_since=since,
                cursor=asked["cursor"],
                limit=asked.get("limit", A_PAGE),
            )
        if any(row["preview"] for row in rows):
            log_access(by=request.auth.acts_as, action="handovers_list")
        page = {"results": rows, "next": self._next(request, following), "as_at": next_since}
        return Response(page)

    @staticmethod
    def _next(request, following: str) -> str | None:
        if not following:
            return None
        asked = {**request.query_params.dict(), "cursor": following}
        return request.build_absolute_uri(f"{request.path}?{urlencode(asked)}")


class HandoverRecord(CouncilView):
    @extend_schema(**documented.RECORD)
    def get(self, request, reference):
        with self.bound(request):
            record, looked_at = record_of(request.auth.acts_as, reference)
        if looked_at:
            log_access(by=request.auth.acts_as, action=looked_at, reference=record["reference"])
        return Response(record)


class HandoverPdf(CouncilView):
    @extend_schema(**documented.PDF)
    def get(self, request, reference):
        with self.bound(request):
            handover = handover_of(request.auth.acts_as, reference)
            if handover.is_given_back or not handover.shows_full_record:
                raise Problem(404, "There is a PDF once you have accepted, and while it is with you.")
            if not handover.package:
                raise Problem(404, "This one came before there were packages: there is no PDF of it.")
            if not handover.pdf:
                said = "It is being made. Ask again in half a minute."
                raise Problem(404, said, wait=PDF_WAITS_SECONDS)
            return pdf_response(handover, by=request.auth.acts_as)


class Accept(CouncilView):
    scope = "handovers:write"

    @extend_schema(**documented.ACCEPT)
    def post(self, request, reference):
        def accept() -> tuple[int, dict]:
            _read(AcceptSerializer, request.data)
            return 200, answer(request.auth.acts_as, reference, "accepted")

        return self.write_once(request, accept)


class Decline(CouncilView):
    scope = "handovers:write"

    @extend_schema(**documented.DECLINE)
    def post(self, request, reference):
        def decline() -> tuple[int, dict]:
            return 200, answer(request.auth.acts_as, reference, "declined", **_read(DeclineSerializer, request.data))

        return self.write_once(request, decline)


class Return(CouncilView):
    scope = "handovers:write"

    @extend_schema(**documented.RETURN)
    def post(self, request, reference):
        def give_back() -> tuple[int, dict]:
            return 200, answer(request.auth.acts_as, reference, "returned", **_read(ReturnSerializer, request.data))

        return self.write_once(request, give_back)


class Milestones(CouncilView):
    scope = "handovers:write"

    @extend_schema(**documented.MILESTONE)
    def post(self, request, reference):
        def record() -> tuple[int, dict]:
            sent = MilestoneSerializer(data=request.data)
            sent.is_valid(raise_exception=True)
            return 201, milestone(request.auth.acts_as, reference, sent.validated_data, sent.milestone())

        return self.write_once(request, record)
