"""Everything that goes wrong under /api/ is told in one form: problem details (RFC 9457), in sentences."""

from collections.abc import Iterable
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from hub.errors import Refused, TooOften

CONTENT_TYPE = "application/problem+json"

# What to do, where the fault itself cannot say it better.
_DETAILS = {
    404: "There is nothing at this address. Addresses begin with /api/v1/ and end with a slash; see /api/v1/schema/.",
    405: "This address does not take that method. The header Allow says which it takes.",
    415: "Send JSON in UTF-8, with the header Content-Type: application/json.",
    500: "Something went wrong here, not with you. Nothing was saved. Send the same again, with the same key.",
    503: "The service is away for a moment. Nothing was saved. Send the same again, with the same key.",
}


class Problem(exceptions.APIException):
    """A refusal with its status, a sentence that says what to do, and where it lies: (pointer, sentence) pairs."""

    def __init__(self, status: int, detail: str, *, errors: Iterable[tuple[str, str]] = (), wait: int | None = None):
        super().__init__(detail)
        self.status_code, self.errors, self.wait = status, list(errors), wait


def problem(status: int, detail: str = "", errors: Iterable[tuple[str, str]] = ()) -> dict:
    """The body of a problem. `errors` name each value that is wrong by its JSON pointer."""
    body: dict = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or _DETAILS[status],
    }
    if errors:
        body["errors"] = [{"pointer": f"#{pointer}", "detail": said} for pointer, said in errors]
    return body


def problem_page(status: int, detail: str = "", *, headers: dict[str, str] | None = None) -> JsonResponse:
    """The same outside of a view, where nothing may be asked of the database."""
    return JsonResponse(
        problem(status, detail),
        status=status,
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def answer_problem(fault: Exception, context: dict) -> Response | None:
    """The framework's exception handler. None is a fault of ours, for Django to note and `hub.views.fault` to tell."""
    headers: dict[str, str] = {}
    status, detail, errors = 0, "", []
    match fault:
        case TooOften():
            status, detail = 429, str(fault)
            headers["Retry-After"] = str(max(1, fault.seconds))
        case Refused():
            status, detail = 422, str(fault)
        case Http404():
            status = 404
        case PermissionDenied():
            status, detail = 403, "This token may not do that."
        case Problem():
            status, detail, errors = fault.status_code, str(fault.detail), fault.errors
        case exceptions.ValidationError():
            status, detail, errors = 422, "Some of what you sent cannot be taken as it is.", list(pointed(fault.detail))
        case exceptions.APIException():
            status = fault.status_code
            detail = "" if status in _DETAILS else str(fault.detail)
        case _:
            return None
    if asks := getattr(fault, "auth_header", None):
        headers["WWW-Authenticate"] = asks
    if wait := getattr(fault, "wait", None):
        headers["Retry-After"] = str(wait)
    return Response(problem(status, detail, errors), status=status, headers=headers, content_type=CONTENT_TYPE)


_MISSING = "This is missing, and needed."


def pointed(detail, pointer: str = "") -> Iterable[tuple[str, str]]:
    """Each message of a serializer with the JSON pointer (RFC 6901) to what it is about."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = pointer if name == "non_field_errors" else f"{pointer}/{escaped(str(name))}"
            yield from pointed(inner, here)
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            # Messages are strings; a list of lists or dicts is about the entries of a list.
            yield from pointed(inner, f"{pointer}/{place}" if isinstance(inner, dict | list) else pointer)
    else:
        yield pointer, _MISSING if getattr(detail, "code", "") == "required" else str(detail)


def escaped(name: str) -> str:
    """A key as a JSON pointer has it. What no encoding can carry is shown by its number."""
    return name.replace("~", "~0").replace("/", "~1").encode("utf-8", "backslashreplace").decode()
