"""The enquiry, one question at a time. The pages around it are in enquiries/site/."""

import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from enquiries.campaigns.arrival import remember_arrival
from enquiries.intake.draft import Draft
from enquiries.intake.forms import SendForm
from enquiries.intake.services import receive_enquiry
from enquiries.intake.steps import PARTS, STEPS


@never_cache
@require_safe
def enquire(request):
    """Begins, or goes on where this browser left off."""
    remember_arrival(request)
    return _first_open(Draft(request.session).route())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquire_step(request, name):
    step = next((step for step in STEPS if step.name == name), None)
    if step is None:
        raise Http404
    draft = Draft(request.session)
    route = draft.route()
    if not route.may_open(step):
        if request.method == "POST" and draft.is_empty:
            messages.info(
                request, "Your answers are no longer here, because this was left open too long. Nothing was sent."
            )
        return _first_open(route)
    if request.method == "POST":
        form = step.form(request.POST, answers=route.answers_before(step))
        if form.is_valid():
            draft.keep(step, form)
            return _after(step, draft, was_complete=route.is_complete)
    else:
        form = route.answered.get(name) or step.form(answers=route.answers_before(step))
    context = {"form": form, "step": step, "before": route.before(step), "answers": route.answers, "parts": PARTS}
    return render(request, step.template, context)


def _first_open(route):
    return redirect("enquire_check") if route.is_complete else redirect("enquire_step", route.first_open.name)


def _after(step, draft, *, was_complete):
    """On to the next page; back to the check when one answer was changed from there, by way of what it opened."""
    route = draft.route()
    if route.is_complete or was_complete:
        return _first_open(route)
    return redirect("enquire_step", route.after(step).name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquire_check(request):
    draft = Draft(request.session)
    sent_again = draft.sent and (draft.is_empty or request.POST.get("draft") == draft.sent["draft"])
    if sent_again:
        return redirect("enquire_sent")
    route = draft.route()
    if not route.is_complete:
        return _first_open(route)
    form = SendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        enquiry = receive_enquiry(intake=draft.intake(route.answers), recorder="enquirer", idempotency_key=draft.id)
        draft.close(enquiry, route.answers)
        return redirect("enquire_sent")
    return render(request, "public/enquire_check.html", {"form": form, "draft": draft, "route": route})


@never_cache
@require_safe
def enquire_sent(request):
    sent = Draft(request.session).sent
    due_at = datetime.datetime.fromisoformat(sent["due_at"]) if sent.get("due_at") else None
    return render(request, "public/enquire_sent.html", {"sent": sent, "due_at": due_at})
