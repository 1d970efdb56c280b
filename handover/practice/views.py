"""Practice: the portal's pages and forms on invented households, for anybody at an authority."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handover.forms import DeclineForm, EndForm, MilestonesForm, ReturnForm
from handover.milestones import MilestoneRefused
from handover.practice.case import Case, case_of, cases_of
from handover.practice.services import (
    practise_answer,
    practise_milestones,
    practise_opening,
    start_practice_again,
)
from hub.people.access import right_required

NOBODY_TOLD = "This is practice: nobody was told."


def _case(request, household: int) -> Case:
    case = case_of(request.user, household)
    if case is None:
        raise Http404
    return case


def _posted(request):
    return request.POST if request.method == "POST" else None


@right_required("use_portal")
@require_GET
def practice(request):
    cases = cases_of(request.user)
    page = {
        "new": [case for case in cases if case.waits],
        "with_us": [case for case in cases if case.state == "accepted" and case.is_open],
        "ended": [case for case in cases if case.ending],
        "accepted": any(case.state == "accepted" for case in cases),
        "dated": any(case.row.milestones for case in cases),
        "begun": any(case.state != "sent" for case in cases),
        "done": any(case.row.done_at for case in cases),
    }
    return render(request, "practice/practice.html", page)


@right_required("use_portal")
@require_GET
def practice_referral(request, household):
    case = _case(request, household)
    if case.waits:
        case = practise_opening(household=household, by=request.user)
        return render(request, "practice/practice_preview.html", {"case": case, "preview": case.preview})
    return render(request, "practice/practice_referral.html", {"case": case})


@right_required("answer_handover")
@require_POST
def practice_accept(request, household):
    _case(request, household)
    practise_answer(household=household, by=request.user, answer="accepted")
    messages.success(request, f"You have accepted this referral. {NOBODY_TOLD}")
    return redirect("practice_referral", household)


@right_required("answer_handover")
@require_http_methods(["GET", "POST"])
def practice_decline(request, household):
    return _refuse(request, household, DeclineForm(_posted(request)), "declined")


@right_required("answer_handover")
@require_http_methods(["GET", "POST"])
def practice_return(request, household):
    return _refuse(request, household, ReturnForm(_posted(request)), "returned")


def _refuse(request, household: int, form, answer: str):
    case = _case(request, household)
    if form.is_valid():
        practise_answer(household=household, by=request.user, answer=answer, **form.cleaned_data)
        messages.success(request, f"{case.reference} is {answer}. {NOBODY_TOLD}")
        return redirect("practice")
    heading, button = {
        "declined": ("Decline this referral", "Decline this referral"),
        "returned": ("Return this referral", "Return this referral"),
    }[answer]
    return render(
        request, "practice/practice_form.html", {"case": case, "form": form, "heading": heading, "button": button}
    )


@right_required("record_assessment")
@require_http_methods(["GET", "POST"])
def practice_milestones(request, household):
    case = _case(request, household)
    form = MilestonesForm(_posted(request), coming=case.coming, comes_next=case.comes_next)
    if form.is_valid() and _recorded(form, household, request.user, form.milestones()):
        messages.success(request, f"Saved. {NOBODY_TOLD}")
        return redirect("practice_referral", household)
    page = {"case": case, "form": form, "heading": "Record dates", "button": "Save dates", "nothing": not case.coming,
            "intro": "Fill in what has happened. Leave the rest empty."}  # fmt: skip
    return render(request, "practice/practice_form.html", page)


@right_required("record_assessment")
@require_http_methods(["GET", "POST"])
def practice_end(request, household):
    case, form = _case(request, household), EndForm(_posted(request))
    if form.is_valid() and _recorded(form, household, request.user, [form.milestone()], field="occurred_on"):
        messages.success(request, f"{case.reference} has ended. {NOBODY_TOLD}")
        return redirect("practice_referral", household)
    page = {"case": case, "form": form, "heading": "They withdrew, or it ended", "button": "End this enquiry"}
    return render(request, "practice/practice_form.html", page)


def _recorded(form, household: int, by, milestones: list, field: str = "") -> bool:
    """Whether it was; what the rules refuse stands beside its field."""
    try:
        practise_milestones(household=household, by=by, milestones=milestones)
    except MilestoneRefused as refused:
        form.add_error(field or refused.kind, str(refused))
        return False
    return True


@right_required("use_portal")
@require_POST
def practice_again(request):
    start_practice_again(by=request.user)
    messages.success(request, "Everything is as at the beginning.")
    return redirect("practice")
