from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.casework.page import open_record, page_of
from enquiries.models import Enquiry, Task
from enquiries.tasks.forms import FinishForm, TaskForm
from enquiries.tasks.services import add_task, change_task, finish_task, switch_digest
from enquiries.tasks.shown import groups_of
from hub.audit import log_access
from hub.errors import Refused
from hub.people.access import right_required


def _posted(request):
    return request.POST if request.method == "POST" else None


def _task(request, pk: int) -> Task:
    seen = Task.objects.visible_to(request.user).select_related("enquiry__merged_into", "assigned_to", "done_by")
    return get_object_or_404(seen.prefetch_related("enquiry__applicants"), pk=pk)


def _took(form, service, **given) -> bool:
    """Whether the service took it; its refusal is shown with what was typed."""
    try:
        service(**given)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _back_to(task: Task):
    """Where the task is one of several: the tab of its enquiry, or one's own tasks."""
    if task.enquiry is not None:
        return redirect("enquiry_tasks", task.enquiry.stands_for.reference)
    return redirect("my_tasks")


@right_required("record_casework")
@require_GET
def my_tasks(request):
    groups = groups_of(Task.objects.visible_to(request.user), request.user)
    if groups:
        log_access(by=request.user, action="task_list")
    return render(request, "tasks/my_tasks.html", {"groups": groups})


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def task_new(request):
    form = TaskForm(_posted(request), user=request.user)
    if form.is_valid() and _took(form, add_task, by=request.user, **form.details()):
        messages.success(request, "The task is added.")
        return redirect("my_tasks")
    return render(request, "tasks/task_new.html", {"form": form})


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def enquiry_tasks(request, reference):
    enquiry = open_record(request, reference)
    form = TaskForm(_posted(request), user=request.user, enquiry=enquiry)
    if form.is_valid() and _took(form, add_task, enquiry=enquiry, by=request.user, **form.details()):
        messages.success(request, "The task is added.")
        return redirect("enquiry_tasks", enquiry.stands_for.reference)
    tasks = Task.objects.visible_to(request.user).of(enquiry).select_related("assigned_to", "done_by")
    about = {"form": form, "open_tasks": tasks.open().in_order(), "done_tasks": tasks.done()[:50]}
    return render(request, "tasks/enquiry_tasks.html", {**about, **page_of(request, enquiry, "enquiry_tasks")})


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def task(request, task):
    record = _task(request, task)
    form = TaskForm(_posted(request), user=request.user, task=record)
    if form.is_valid() and _took(form, change_task, task=record, by=request.user, **form.cleaned_data):
        messages.success(request, "The task is changed.")
        return _back_to(record)
    _note_the_look(request, record.enquiry)
    return render(request, "tasks/task.html", {"form": form, "task": record})


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def task_finish(request, task):
    record = _task(request, task)
    form = FinishForm(_posted(request), initial={"version": record.version})
    if form.is_valid() and _took(form, finish_task, task=record, by=request.user, **form.cleaned_data):
        messages.success(request, f"Done: {record.title}.")
        return redirect("my_tasks") if "mine" in request.POST else _back_to(record)
    _note_the_look(request, record.enquiry)
    return render(request, "tasks/task_finish.html", {"form": form, "task": record})


def _note_the_look(request, enquiry: Enquiry | None) -> None:
    if enquiry is not None:
        log_access(by=request.user, action="task_read", reference=enquiry.reference)


@right_required("record_casework")
@require_POST
def task_digest(request):
    wanted = switch_digest(by=request.user, wanted=request.POST.get("wanted") == "yes")
    said = "We email you on working mornings when something is due." if wanted else "We send you no morning email."
    messages.success(request, said)
    return redirect("my_tasks")
