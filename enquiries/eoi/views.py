"""The expression of interest as staff fill it in: a tab of the enquiry, a page for each part, sending it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.casework.actions import ACTIONS
from enquiries.casework.page import open_record, page_of
from enquiries.eoi.filling import ONE_MORE, fill_in
from enquiries.eoi.sections import Expression, Part
from enquiries.eoi.services import submit_eoi
from enquiries.eoi.task_list import task_groups
from enquiries.journey import Stage
from enquiries.models import Enquiry
from hub.people.access import right_required

ACTION = {action.name: action for action in ACTIONS}


@right_required("use_hub")
@require_GET
def eoi(request, reference):
    record = open_record(request, reference)
    expression = Expression(record)
    invite = ACTION["invite_eoi"]
    about = {
        "expression": expression,
        "groups": task_groups(expression, lambda key: reverse("eoi_part", args=[reference, key]), staff=True),
        "in_the_making": record.stage in (Stage.NEW, Stage.IN_TOUCH),
        "may_fill_in": expression.may_be_filled_in_by(request.user),
        "may_submit": expression.is_complete and record.may("eoi_submitted", request.user),
        "invite": invite.url(record) if invite.allowed(record, request.user) else "",
    }
    return render(request, "eoi/eoi.html", {**about, **page_of(request, record, "eoi")})


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def eoi_part(request, reference, part):
    record = open_record(request, reference)
    found = _part(record, part)
    filled = fill_in(request, found, by=request.user)
    if filled.go_to:
        return redirect(f"{request.path}?more=1" if filled.go_to == ONE_MORE else reverse("eoi", args=[reference]))
    may = Expression(record).may_be_filled_in_by(request.user)
    about = {"filled": filled, "part": filled.part, "form": filled.form, "enquiry": record, "may_fill_in": may}
    return render(request, "eoi/eoi_part.html", about)


@right_required("record_casework")
@require_POST
def eoi_submit(request, reference):
    submit_eoi(enquiry=open_record(request, reference), by=request.user)
    messages.success(request, "The expression of interest is in. A manager authorises it next.")
    return redirect("enquiry", reference)


def _part(record: Enquiry, key: str) -> Part:
    found = Expression(record).part(key)
    if found is None:
        raise Http404
    return found
