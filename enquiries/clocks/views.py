"""Settings about time: each change is checked first, so that a manager sees how many clocks it moves."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from enquiries.clocks import services
from enquiries.clocks.booked import booked_on
from enquiries.clocks.forms import AttemptsForm, ClosureForm, OpeningHoursForm, StandardForm
from enquiries.clocks.shown import changes_of_closures, changes_of_hub, changes_of_standards, standards_now
from enquiries.models import Enquiry, Recalculation
from hub.current import current
from hub.errors import Refused
from hub.models import Closure
from hub.people.access import right_required
from hub.working_time import bank_holidays, today


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def hub_hours(request):
    calendar = current().calendar
    first = {"opens_at": calendar.opens_at, "closes_at": calendar.closes_at}
    form = OpeningHoursForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        answer = _changed(
            request, form, "closes_at", services.plan_hours, services.change_hours, "hub_hours", **form.cleaned_data
        )
        if answer:
            return answer
    return _page(request, "hub_hours", {"form": form, "changes": changes_of_hub("opens_at", "closes_at")})


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def closures(request):
    form = ClosureForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answer = _changed(
            request, form, "day", services.plan_closure, services.add_closure, "closures", **form.details()
        )
        if answer:
            return answer
    day = today()
    about = {
        "days": Closure.objects.filter(day__gte=day),
        "holidays": [one for one in bank_holidays(range(day.year, day.year + 2)) if one >= day][:8],
        "changes": changes_of_closures(),
    }
    return _page(request, "closures", {"form": form, **about})


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def closure_remove(request, closure):
    day = get_object_or_404(Closure, pk=closure)
    plan = services.plan_without(day)
    if request.method == "POST":
        services.remove_closure(by=request.user, closure=day)
        messages.success(request, f"{plan.words}.")
        return redirect("closures")
    return render(request, "settings/check.html", {"plan": plan, "moves": plan.moves(), "back": "closures"})


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def standards(request):
    first = {"clock": request.GET.get("clock", ""), "applies_from": today()}
    form = StandardForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        answer = _changed(
            request, form, "working_days", services.plan_standard, services.set_standard, "standards",
            **form.cleaned_data,
        )  # fmt: skip
        if answer:
            return answer
    return _page(request, "standards", {"form": form, "standards": standards_now(), "changes": changes_of_standards()})


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def attempts(request):
    form = AttemptsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.change_hub(by=request.user, **form.cleaned_data)
        messages.success(request, "Saved. From now on the closing letter is proposed after so many attempts.")
        return redirect("attempts")
    return render(request, "settings/attempts.html", {"form": form, "changes": changes_of_hub("most_attempts")})


def _changed(request, form, field, plan, change, page, **details):
    """The page that says what would move, or, once that was confirmed, the change; None where it is refused."""
    try:
        planned = plan(**details)
        if "confirmed" in request.POST:
            change(by=request.user, **details)
            messages.success(request, f"{planned.words}. The clocks are worked out by that now.")
            return redirect(page)
    except Refused as refusal:
        form.add_error(field, str(refusal))
        return None
    typed = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    booked = booked_on(planned.closes, Enquiry.objects.visible_to(request.user)) if planned.closes else []
    about = {"plan": planned, "moves": planned.moves(), "back": page, "typed": typed, "booked": booked}
    return render(request, "settings/check.html", about)


def _page(request, name: str, about: dict):
    """A page of settings, with how far the latest working out of clocks is. It has a form, so that it never loads
    itself again: what somebody types would be gone."""
    run = Recalculation.objects.first()
    return render(request, f"settings/{name}.html", {**about, "run": run, "calendar": current().calendar})
