"""The one place where a refusal of the domain becomes something a person can read."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import DataError, IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme


class Refused(Exception):
    """A write that the rules do not allow. Its text is a sentence for the person who tried; nothing was written."""


class TooOften(Refused):
    """A refusal that passes (hub/throttle.py): `seconds` says when it may be tried again."""

    def __init__(self, sentence: str, *, seconds: int):
        super().__init__(sentence)
        self.seconds = seconds


def violated_constraint(fault: IntegrityError) -> str | None:
    """The name of the database's rule that was broken, where it says so."""
    diagnosis = getattr(fault.__cause__, "diag", None)
    return diagnosis.constraint_name if diagnosis else None


class PlainErrorsMiddleware:
    """Shows a `Refused` as a message on the page the person came from; one that passes as a page that says when.

    An address with a character that the database cannot look for is nobody's mistake but a machine's: a plain 400.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception) -> HttpResponse | None:
        if isinstance(exception, DataError) and "NUL (0x00)" in str(exception):
            raise BadRequest("NUL in the address") from exception
        if not isinstance(exception, Refused):
            return None
        if isinstance(exception, TooOften):
            answer = render(request, "429.html", {"reason": str(exception)}, status=429)
            answer["Retry-After"] = str(exception.seconds)
            return answer
        back = request.META.get("HTTP_REFERER", "")
        if request.method == "POST" and url_has_allowed_host_and_scheme(back, {request.get_host()}):
            messages.error(request, str(exception))
            return redirect(back)
        return render(request, "refused.html", {"reason": str(exception)}, status=409)
