from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.bulk import services
from enquiries.bulk.forms import BulkForm
from enquiries.casework.work_list import WorkList
from enquiries.models import BulkItem, BulkRun, Enquiry
from hub.audit import log_access
from hub.errors import Refused
from hub.health import readiness
from hub.people.access import right_required

SHOWN = 50
LOOK_AGAIN_AFTER = 3  # seconds
State = BulkRun.State
_HEADINGS = {
    State.CHECKING: "We are looking at each",
    State.CHECKED: "This is what would come of it",
    State.RUNNING: "It is being done",
    State.DONE: "Done",
    State.CANCELLED: "Stopped",
}


@right_required("record_casework")
@require_GET
def bulk_runs(request):
    runs = BulkRun.objects.visible_to(request.user).select_related("by")[:SHOWN]
    return render(request, "bulk/bulk_runs.html", {"runs": runs})


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def bulk_new(request):
    chosen = WorkList(request, Enquiry.objects.visible_to(request.user), now=timezone.now())
    form = BulkForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            run = services.gather(
                by=request.user, work=form.cleaned_data["work"], details=form.details(), enquiries=chosen.enquiries,
                chosen=chosen.in_words,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("bulk_run", run.pk)
    context = {"form": form, "chosen": chosen, "number": chosen.enquiries.order_by().count()}
    return render(request, "bulk/bulk_new.html", context)


@right_required("record_casework")
@never_cache
@require_GET
def bulk_run(request, run):
    record = _open_run(request, run)
    counts = record.counts
    left_out = record.items.filter(state__in=[BulkItem.State.SKIPPED, BulkItem.State.FAILED])
    rows = list(left_out.select_related("enquiry").prefetch_related("enquiry__applicants")[:SHOWN])
    if rows:
        log_access(by=request.user, action="bulk_looked_at", reference=f"bulk {record.pk}")
    total = sum(counts.values())
    under_way = record.state in (State.CHECKING, State.RUNNING)
    to_do = counts[BulkItem.State.WAITING if record.state == State.CHECKING else BulkItem.State.READY]
    context = {
        "run": record, "heading": _HEADINGS[State(record.state)], "counts": counts, "rows": rows, "total": total,
        "under_way": under_way, "gone_through": total - to_do, "waits": under_way and _worker_is_away(),
        "more": max(0, counts[BulkItem.State.SKIPPED] + counts[BulkItem.State.FAILED] - SHOWN),
    }  # fmt: skip
    answer = render(request, "bulk/bulk_run.html", context)
    if under_way:
        answer["Refresh"] = str(LOOK_AGAIN_AFTER)  # works without a script
    return answer


def _open_run(request, pk: int) -> BulkRun:
    return get_object_or_404(BulkRun.objects.visible_to(request.user).select_related("by"), pk=pk)


def _worker_is_away() -> bool:
    parts = readiness()
    return any(parts.get(part) != "ok" for part in ("broker", "worker"))


@right_required("record_casework")
@require_POST
def bulk_run_start(request, run):
    record = services.start_run(run=_open_run(request, run), by=request.user)
    return redirect("bulk_run", record.pk)


@right_required("record_casework")
@require_POST
def bulk_run_stop(request, run):
    record = services.stop_run(run=_open_run(request, run), by=request.user)
    messages.success(request, "Stopped. What was done stays done.")
    return redirect("bulk_run", record.pk)
