from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hub.people.access import right_required
from hub.working_time import today
from reporting.ours import financial_year, period_asked, periods_to_choose
from reporting.value import services
from reporting.value.costs import WAYS, shared
from reporting.value.forms import AssumptionForm, ChooseForm, CorrectionForm, CostForm, WhatIfForm
from reporting.value.known import ASSUMPTIONS
from reporting.value.models import Assumption, HubCost
from reporting.value.report import report_context, report_file, value_of
from reporting.views import parts_of_reports


def asked_of(request) -> dict:
    """What the address asks for: months, the way to share, and what-ifs; and the form to ask otherwise."""
    key, period = period_asked(request.user, request.GET.get("period"))
    way = request.GET.get("way") if request.GET.get("way") in WAYS else "population"
    periods = [(name, label) for name, (label, _) in periods_to_choose(request.user).items()]
    what_if = WhatIfForm(request.GET, taken=services.taken_for()).values
    return {
        "period": period,
        "way": way,
        "what_if": what_if,
        "form": ChooseForm({"period": key, "way": way}, periods=periods, ways=WAYS.items()),
        "address": urlencode({"period": key, "way": way, **what_if}),
        "key": key,
    }


def value_asked(request, asked: dict):
    return value_of(user=request.user, period=asked["period"], what_if=asked["what_if"])


@require_safe
@right_required("see_reports")
def value_for_money(request):
    asked = asked_of(request)
    value = value_asked(request, asked)
    context = {
        **asked,
        **report_context(value, asked["way"]),
        "corrected": HubCost.objects.filter(replaces__isnull=False).select_related("replaces", "recorded_by")[:50],
        "parts": parts_of_reports(request.user, "value_for_money"),
    }
    return render(request, "reports/value/value_for_money.html", context)


@require_safe
@right_required("see_reports")
def value_saving(request):
    asked = asked_of(request)
    value = value_asked(request, asked)
    form = WhatIfForm(taken=value.taken)
    context = {**asked, **report_context(value, asked["way"]), "what_if_form": form}
    return render(request, "reports/value/value_saving.html", context)


@require_safe
@right_required("see_reports")
def value_shares(request):
    asked = asked_of(request)
    value = value_asked(request, asked)
    context = {**asked, **report_context(value, asked["way"]), "sharing": shared(value.costs, asked["way"])}
    return render(request, "reports/value/value_shares.html", context)


@require_safe
@right_required("see_reports")
def value_report(request):
    asked = asked_of(request)
    context = {**asked, **report_context(value_asked(request, asked), asked["way"])}
    return render(request, "reports/value/value_report.html", context)


@require_safe
@right_required("see_reports")
def value_report_file(request):
    asked = asked_of(request)
    content = report_file(value=value_asked(request, asked), way=asked["way"], by=request.user)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="value-for-money-{asked["key"]}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
@right_required("record_costs")
def value_cost_new(request):
    form = CostForm(request.POST or None)
    if form.is_valid():
        cost = services.record_cost(by=request.user, **form.cleaned_data)
        messages.success(request, f"Kept: {cost}.")
        return redirect("value_for_money")
    return render(request, "reports/value/value_cost_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@right_required("record_costs")
def value_cost_correct(request, cost):
    cost = get_object_or_404(HubCost.objects.counting(), pk=cost)
    form = CorrectionForm(request.POST or None, initial={"amount": cost.amount, "evidence": cost.evidence})
    if form.is_valid():
        services.correct_cost(cost=cost, by=request.user, **form.cleaned_data)
        messages.success(request, f"Corrected: {cost}. What was entered before stays in the list of corrections.")
        return redirect("value_for_money")
    return render(request, "reports/value/value_cost_correct.html", {"form": form, "cost": cost})


@require_http_methods(["GET", "POST"])
@right_required("record_costs")
def value_assumption(request, key):
    if key not in ASSUMPTIONS:
        raise Http404
    taken = services.taken_for()[key]
    initial = {"value": taken.plain, "applies_from": financial_year(today()).first}
    form = AssumptionForm(request.POST or None, key=key, initial=initial)
    if form.is_valid():
        services.record_assumption(by=request.user, key=key, **form.cleaned_data)
        messages.success(request, f"Kept: {taken.label}.")
        return redirect("value_saving")
    before = Assumption.objects.filter(key=key).select_related("recorded_by")
    context = {"form": form, "taken": taken, "before": before}
    return render(request, "reports/value/value_assumption.html", context)
