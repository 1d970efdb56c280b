"""The portal's pages on which a council without an API takes its dates away as a spreadsheet and brings them back."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handover.rows import services
from handover.rows.forms import RowsForm
from handover.rows.models import MilestoneUpload, MilestoneUploadRow
from handover.rows.writing import write_sheet
from hub.errors import Refused
from hub.people.access import right_required
from hub.working_time import today

A_PAGE = 25
ROWS_SHOWN = 200
LOOK_AGAIN_AFTER = 3  # seconds
Result = MilestoneUploadRow.Result


def _ours(request):
    return MilestoneUpload.objects.filter(authority=request.user.authority_id).select_related("uploaded_by")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


@right_required("record_assessment")
@require_http_methods(["GET", "POST"])
def milestone_uploads(request):
    form = RowsForm(request.POST, request.FILES) if request.method == "POST" else RowsForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = services.upload_rows(by=request.user, file_name=file.name, raw=file.read())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("milestone_upload", upload.pk)
    before = _number(request.GET.get("before", ""))
    found = list((_ours(request).filter(pk__lt=before) if before else _ours(request))[: A_PAGE + 1])
    older = f"?before={found[A_PAGE - 1].pk}" if len(found) > A_PAGE else ""
    page = {"form": form, "uploads": found[:A_PAGE], "older": older, "newer": "?" if before else ""}
    return render(request, "portal/milestone_uploads.html", page)


@right_required("record_assessment")
@require_POST
def milestone_download(request):
    """By POST: it keeps which rows were taken away, and by whom."""
    chosen = services.fix_rows(by=request.user)
    answer = HttpResponse(write_sheet(request.user, chosen.handovers), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="milestones-{today()}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@right_required("record_assessment")
@never_cache
@require_GET
def milestone_upload(request, number):
    upload = get_object_or_404(_ours(request), pk=number)
    after = _number(request.GET.get("after", "")) or 0
    counts = dict(upload.rows.order_by().values_list("result").annotate(Count("pk")))
    # What needs somebody's eye is in the same order as in the file, so that it is found there.
    rows = list(upload.rows.filter(pk__gt=after).order_by("pk")[: ROWS_SHOWN + 1])
    page = {
        "upload": upload,
        "figures": _figures(upload, counts),
        "to_take": counts.get(Result.WOULD, 0),
        "rows": rows[:ROWS_SHOWN],
        "older": f"?after={rows[ROWS_SHOWN - 1].pk}" if len(rows) > ROWS_SHOWN else "",
        "newer": "?" if after else "",
    }
    answer = render(request, "portal/milestone_upload.html", page)
    if upload.is_under_way:
        answer["Refresh"] = str(LOOK_AGAIN_AFTER)  # works without a script
    return answer


def _figures(upload: MilestoneUpload, counts: dict) -> list[dict]:
    first = Result.TAKEN if upload.state == MilestoneUpload.State.DONE else Result.WOULD
    refused = counts.get(Result.REFUSED, 0)
    return [
        {"value": counts.get(first, 0), "label": first.label},
        {"value": counts.get(Result.ALREADY, 0), "label": "Already there", "note": "Left as they are"},
        {"value": refused, "label": "Not taken", "note": "See why below", "state": "late" if refused else ""},
    ]


@right_required("record_assessment")
@require_POST
def milestone_upload_take(request, number):
    services.take_rows(upload=get_object_or_404(_ours(request), pk=number), by=request.user)
    return redirect("milestone_upload", number)


@right_required("record_assessment")
@require_POST
def milestone_upload_leave(request, number):
    services.leave_rows(upload=get_object_or_404(_ours(request), pk=number), by=request.user)
    messages.success(request, "Left out. Nothing of the file was taken.")
    return redirect("milestone_uploads")
