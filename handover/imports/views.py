import io

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.intake.past_rows import COLUMNS
from handover.imports import services
from handover.imports.forms import UploadForm
from handover.imports.models import PastImport, PastImportLine
from handover.imports.report import write_report
from hub.audit import log_access
from hub.errors import Refused
from hub.health import readiness
from hub.people.access import right_required

SHOWN = 50
LOOK_AGAIN_AFTER = 4  # seconds
_HEADINGS = {
    "checking": "We are checking it",
    "checked": "This is what would come of it",
    "importing": "We are importing it",
    "done": "Imported",
    "refused": "It could not be read",
    "cancelled": "Not imported",
    "stopped": "It stopped before the end",
}
_LATEST = PastImport.objects.select_related("uploaded_by", "started_by").defer("content")


@right_required("import_past")
@require_http_methods(["GET", "POST"])
def past_imports(request):
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = services.upload_past(by=request.user, file_name=file.name, raw=file.read())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("past_import", job.pk)
    page = {"form": form, "imports": _LATEST.all()[:SHOWN], "columns": list(COLUMNS)}
    return render(request, "imports/past_imports.html", page)


@right_required("import_past")
@never_cache
@require_GET
def past_import(request, number):
    job = get_object_or_404(_LATEST, pk=number)
    lines = job.lines.all()[:SHOWN]
    if lines:
        log_access(by=request.user, action="import_looked_at", reference=f"import {job.pk}")
    page = {
        "job": job,
        "heading": _HEADINGS[job.state],
        "figures": _figures(job),
        "ahead": _what_today_would_get(job),
        "progress": f"{job.done_rows:,} of {job.rows:,} rows",
        "button": f"Import {job.imported:,} enquir{'y' if job.imported == 1 else 'ies'}",
        "lines": lines,
        "more": max(0, job.lines.count() - SHOWN),
        "waits": job.is_under_way and _worker_is_away(),
    }
    answer = render(request, "imports/past_import.html", page)
    if job.is_under_way:
        answer["Refresh"] = str(LOOK_AGAIN_AFTER)  # works without a script
    return answer


def _figures(job: PastImport) -> list[dict]:
    would_be = "Would be imported" if job.state == PastImport.State.CHECKED else "Imported"
    return [
        {"value": f"{job.imported:,}", "label": would_be},
        {"value": f"{job.already_there:,}", "label": "Already there", "note": "Left as they are"},
        {
            "value": f"{job.bad:,}", "label": "Need mending", "note": "Not imported",
            "state": "late" if job.bad else "",
        },
    ]  # fmt: skip


def _what_today_would_get(job: PastImport) -> str:
    """What the import would add to the lists of work; "" of a file that was checked before this was counted."""
    if job.still_open is None:
        return ""
    if not job.still_open:
        return "None of them would be open afterwards: nothing is added to Today."
    are_open = f"{job.still_open:,} of them would be open afterwards"
    late = "none of these is overdue yet"
    if job.late_at_once:
        late = f"{job.late_at_once:,} of these overdue at once: they come to the top of Today"
    how = (
        "A row is open where it has neither closed_on nor decision. If it is over, add that in your spreadsheet first."
    )
    return f"{are_open}, {late}. {how}"


def _worker_is_away() -> bool:
    parts = readiness()
    return any(parts.get(part) != "ok" for part in ("broker", "worker"))


@right_required("import_past")
@require_POST
def past_import_start(request, number):
    job = services.start_import(job=get_object_or_404(_LATEST, pk=number), by=request.user)
    return redirect("past_import", job.pk)


@right_required("import_past")
@require_POST
def past_import_cancel(request, number):
    job = services.cancel_import(job=get_object_or_404(_LATEST, pk=number), by=request.user)
    messages.success(request, f"{job.file_name} is gone. Nothing of it was imported.")
    return redirect("past_imports")


@right_required("import_past")
@require_GET
def past_import_report(request, number):
    job = get_object_or_404(_LATEST, pk=number)
    text = io.StringIO(newline="")
    write_report(text, PastImportLine.objects.filter(past_import=job).iterator())
    log_access(by=request.user, action="import_report", reference=f"import {job.pk}")
    # With the mark at the beginning by which spreadsheets know UTF-8.
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="report-{job.pk}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
