"""Handing out a package's files. Each time is logged; they are never cached or shown inside another page."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse

from handover.csv_row import package_csv
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
    response["Link"] = f'<{schema_address(handover.package_schema)}>; rel="describedby"'
    return _attached(response, handover, "json")


def csv_response(handover: Handover, *, by: User) -> HttpResponse:
    """The package as one row under its header, to be typed or read into another system."""
    if not handover.package:
        raise Http404
    log_access(by=by, action="download_csv", reference=handover.reference)
    return _attached(
        HttpResponse(package_csv(handover.package), content_type="text/csv; charset=utf-8"), handover, "csv"
    )


def schema_address(version: str) -> str:
    """Where the JSON Schema of the version is published, for anybody."""
    return f"{settings.BASE_URL}/portal/schemas/handover-{version}.json"


def _attached(response, handover: Handover, ending: str):
    response["Content-Disposition"] = f'attachment; filename="{handover.reference}.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response
