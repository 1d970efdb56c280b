"""Handing out a package's files. Each time is logged; they are never cached or shown inside another page."""

from django.http import FileResponse, Http404, HttpResponse

from handover.models import Handover
from handover.package import canonical_json
from hub.audit import log_access
from hub.models import User


def pdf_response(handover: Handover, *, by: User) -> FileResponse:
    """The package as PDF; 404 while the worker has not made it."""
    if not handover.pdf:
        raise Http404
    log_access(by=by, action="download_pdf", reference=handover.reference)
    return _attached(FileResponse(handover.pdf.open("rb"), content_type="application/pdf"), handover, "pdf")


def json_response(handover: Handover, *, by: User) -> HttpResponse:
    """The package byte for byte as it was hashed, so that the receiver can check it."""
    if not handover.package:
        raise Http404
    log_access(by=by, action="download_json", reference=handover.reference)
    response = HttpResponse(canonical_json(handover.package), content_type="application/json")
    response["Digest"] = f"sha-256={handover.package_sha256}"
    return _attached(response, handover, "json")


def _attached(response, handover: Handover, ending: str):
    response["Content-Disposition"] = f'attachment; filename="{handover.reference}.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response
