"""The expression of interest on a person's own page: the list of its parts, each part, and sending it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from enquiries.eoi.filling import ONE_MORE, fill_in
from enquiries.eoi.sections import Expression
from enquiries.eoi.services import submit_eoi
from enquiries.eoi.task_list import task_groups
from enquiries.own_page.access import signed_in
from enquiries.own_page.services import THEM
from enquiries.own_page.visit import IDLE
from hub.errors import Refused


def _expression(request) -> Expression:
    expression = Expression(request.visit.enquiry)
    if not expression.shown_to_them:
        raise Http404
    return expression


@signed_in
@require_safe
def own_page_eoi(request):
    expression = _expression(request)
    groups = task_groups(expression, lambda key: reverse("own_page_eoi_part", args=[key]))
    returned = any(part.is_returned for part in expression.parts)
    about = {"expression": expression, "enquiry": expression.enquiry, "groups": groups, "returned": returned}
    return render(request, "own_page/eoi.html", about)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own_page_eoi_part(request, part):
    expression = _expression(request)
    found = expression.part(part)
    if found is None:
        raise Http404
    if request.method != "POST" and not expression.may_be_filled_in_by_them:
        return redirect("own_page_eoi")
    filled = fill_in(request, found, **THEM)
    if filled.go_to:
        return redirect(f"{request.path}?more=1" if filled.go_to == ONE_MORE else reverse("own_page_eoi"))
    about = {
        "filled": filled, "part": filled.part, "form": filled.form, "enquiry": expression.enquiry,
        "closes_after": int(IDLE.total_seconds() // 60),
    }  # fmt: skip
    return render(request, "own_page/eoi_part.html", about)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own_page_eoi_check(request):
    """Everything once more before it is sent; sending is the button below it."""
    expression = _expression(request)
    if request.method == "POST" and _was_sent(request):
        return redirect("own_page")
    if request.method != "POST" and not expression.may_be_filled_in_by_them:
        return redirect("own_page_eoi")
    return render(request, "own_page/eoi_check.html", {"expression": expression, "enquiry": expression.enquiry})


def _was_sent(request) -> bool:
    try:
        submit_eoi(enquiry=request.visit.enquiry, **THEM)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, "Thank you. We have it, and look at it now.")
    return True
