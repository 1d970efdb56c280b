from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hub.errors import Refused
from hub.people.access import right_required
from reporting.targets import services
from reporting.targets.forms import BaselineForm, TargetForm
from reporting.targets.reading import QUARTERS
from reporting.targets.shown import baselines_now, in_words, targets_now
from reporting.views import parts_of_reports


@require_safe
@right_required("see_reports")
def targets(request):
    about = {
        "targets": targets_now(),
        "baselines": baselines_now(),
        "quarters": QUARTERS.values(),
        "parts": parts_of_reports(request.user, "targets"),
    }
    return render(request, "reports/targets/targets.html", about)


@require_http_methods(["GET", "POST"])
@right_required("change_settings")
def target_set(request):
    first = {"code": request.GET.get("code", "")}
    form = TargetForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        try:
            target = services.set_target(by=request.user, **form.details())
        except Refused as refusal:
            form.add_error("value", str(refusal))
        else:
            messages.success(request, f"Set: {target.code} {in_words(target)} from {target.applies_from:%-d %B %Y}.")
            return redirect("targets")
    return render(request, "reports/targets/target_set.html", {"form": form})


@require_http_methods(["GET", "POST"])
@right_required("change_settings")
def baseline_set(request):
    form = BaselineForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            row = services.set_baseline(by=request.user, **form.details())
        except Refused as refusal:
            form.add_error("value", str(refusal))
        else:
            messages.success(request, f"Set: {row.code}, {QUARTERS[row.quarter]}, {row.value:,}.")
            return redirect("targets")
    return render(request, "reports/targets/baseline_set.html", {"form": form})
