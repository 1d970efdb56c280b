"""The enquiry, one question at a time, up to sending it. What follows is in views_sent.py, the pages around it in
enquiries/site/."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from enquiries.campaigns.arrival import remember_arrival
from enquiries.inbox.door import take_submission
from enquiries.intake.apart import step_aside
from enquiries.intake.draft import Draft
from enquiries.intake.forms import SendForm
from enquiries.intake.steps import PARTS, STEPS
from hub.current import held_still


@never_cache
@require_safe
def enquire(request):
    """Begins, or goes on where this browser left off."""
    remember_arrival(request)
    draft = Draft(request.session)
    return _lost(draft) if draft.has_expired else _first_open(draft.route())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquire_step(request, name):
    step = next((step for step in STEPS if step.name == name), None)
    if step is None:
        raise Http404
    draft = Draft(request.session)
    route = draft.route()
    if draft.has_expired or not route.may_open(step):
        return _elsewhere(request, draft, route)
    if request.method == "POST":
        form = step.form(request.POST, answers=route.answers_before(step), known=draft.known)
        if form.is_valid():
            return _stop(draft, form) if form.stops else _go_on(draft, step, form, was_complete=route.is_complete)
    else:
        form = route.form(step, draft.known)
    context = {"form": form, "step": step, "before": route.before(step), "answers": route.answers, "parts": PARTS}
    return render(request, step.template, context)


def _first_open(route):
    return redirect("enquire_check") if route.is_complete else redirect("enquire_step", route.first_open.name)


def _elsewhere(request, draft, route):
    """Where a page leads that cannot be opened; answers that are gone are said to be gone."""
    if draft.is_empty and request.method == "POST" and draft.has_stopped:
        return redirect("enquire_stopped")
    had_a_session = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.is_empty()
    if draft.has_expired or (draft.is_empty and (request.method == "POST" or had_a_session)):
        return _lost(draft)
    return _first_open(route)


def _lost(draft):
    draft.drop()
    return redirect("enquire_too_long")


def _go_on(draft, step, form, *, was_complete):
    """On to the next page; back to the check when one answer was changed from there, by way of what it opened."""
    draft.keep(step, form)
    route = draft.route()
    if route.is_complete or was_complete:
        return _first_open(route)
    return redirect("enquire_step", route.after(step).name)


def _stop(draft, form):
    """They go no further: counted once, without anything that they answered."""
    step_aside(session=draft.session, draft=draft.id, **draft.left_behind(form))
    draft.drop()
    return redirect("enquire_stopped")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquire_check(request):
    draft = Draft(request.session)
    sent_again = draft.sent and (draft.is_empty or request.POST.get("draft") == draft.sent["draft"])
    if sent_again:
        return redirect("enquire_sent")
    if request.method == "POST" and (intake := draft.checked()):
        return _send(request, draft, intake)
    route = draft.route()
    if draft.has_expired or not route.is_complete:
        return _elsewhere(request, draft, route)
    if request.method == "POST":
        return _send(request, draft, draft.intake(route.answers))
    draft.show(route.answers)
    return render(request, "public/enquire_check.html", {"form": SendForm(), "draft": draft, "route": route})


def _send(request, draft, intake):
    """The form has nothing that could be wrong: only a field that programs fill in."""
    with held_still():
        reference, enquiry = take_submission(
            request, intake=intake, key=draft.id, trapped=bool(request.POST.get("website")), started_at=draft.started_at
        )
        draft.close(intake, reference=reference, enquiry=enquiry)
    return redirect("enquire_sent")
