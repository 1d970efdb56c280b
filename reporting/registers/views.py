"""Pages of the registers. Each change is one form and one service."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.errors import Refused
from hub.people.access import right_required
from reporting.measures import Period
from reporting.months import this_month
from reporting.registers import services
from reporting.registers.forms import HoursForm, KindForm, MilestoneForm, NewKindForm, RiskForm, VoidForm
from reporting.registers.models import PlanMilestone, Risk, SupportHours, SupportKind
from reporting.registers.shown import earliest_month, month_of_hours, plan_now, risks_now, versions_of
from reporting.views import parts_of_reports

REMEMBERED = "hours_before"


@require_http_methods(["GET", "POST"])
@right_required("record_casework")
def support_hours(request):
    form = HoursForm(request.POST if request.method == "POST" else None, before=request.session.get(REMEMBERED))
    if form.is_valid():
        try:
            entry = services.record_hours(by=request.user, **form.details())
        except Refused as refusal:
            form.add_error("on", str(refusal))
        else:
            # Whoever enters a week's hours chooses the kind and the council once.
            request.session[REMEMBERED] = form.for_the_next()
            messages.success(request, f"{entry.hours.normalize():f} hours recorded for {entry.on:%-d %B %Y}.")
            return redirect("support_hours")
    month = month_of_hours(_month_asked(request))
    parts = parts_of_reports(request.user, "support_hours")
    return render(request, "reports/registers/support_hours.html", {"form": form, "month": month, "parts": parts})


def _month_asked(request) -> Period:
    """The month in the address; this one where there is none, or one for which there is no list."""
    try:
        asked = Period.month(request.GET.get("month", ""))
    except ValueError:
        return this_month()
    return asked if earliest_month().first <= asked.first <= this_month().first else this_month()


@require_http_methods(["GET", "POST"])
@right_required("record_casework")
def support_hours_void(request, hours):
    entry = get_object_or_404(SupportHours.objects.select_related("kind", "authority", "void"), pk=hours)
    form = VoidForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.void_hours(entry=entry, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The entry is taken back.")
        return redirect("support_hours")
    return render(request, "reports/registers/support_hours_void.html", {"form": form, "entry": entry})


@require_http_methods(["GET", "POST"])
@right_required("change_settings")
def support_kinds(request):
    form = NewKindForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.save_kind(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, f"Hours can be recorded as “{form.cleaned_data['label']}” now.")
            return redirect("support_kinds")
    return render(request, "reports/registers/support_kinds.html", {"form": form, "kinds": SupportKind.objects.all()})


@require_http_methods(["GET", "POST"])
@right_required("change_settings")
def support_kind(request, number):
    kind = get_object_or_404(SupportKind, pk=number)
    first = {"label": kind.label, "offered": kind.offered}
    form = KindForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        services.save_kind(by=request.user, kind=kind, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("support_kinds")
    return render(request, "reports/registers/support_kind.html", {"form": form, "kind": kind})


@require_safe
@right_required("use_hub")
def risks(request):
    parts = parts_of_reports(request.user, "risks")
    return render(request, "reports/registers/risks.html", {"register": risks_now(), "parts": parts})


@require_http_methods(["GET", "POST"])
@right_required("draft_return")
def risk_new(request):
    form = RiskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        risk = services.save_risk(by=request.user, **form.details())
        messages.success(request, f"“{risk.title}” is on the list.")
        return redirect("risks")
    return render(request, "reports/registers/risk_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@right_required("draft_return")
def risk(request, number):
    known = _latest(Risk, number)
    form = RiskForm(request.POST if request.method == "POST" else None, risk=known)
    if form.is_valid() and _saved(request, form, services.save_risk, number):
        messages.success(request, "Saved.")
        return redirect("risks")
    about = {"form": form, "risk": known, "versions": versions_of(Risk, number)}
    return render(request, "reports/registers/risk.html", about)


@require_safe
@right_required("use_hub")
def plan(request):
    parts = parts_of_reports(request.user, "plan")
    return render(request, "reports/registers/plan.html", {"plan": plan_now(), "parts": parts})


@require_http_methods(["GET", "POST"])
@right_required("draft_return")
def milestone_new(request):
    form = MilestoneForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        one = services.save_milestone(by=request.user, **form.details())
        messages.success(request, f"“{one.what}” is in the plan.")
        return redirect("plan")
    return render(request, "reports/registers/milestone_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@right_required("draft_return")
def milestone(request, number):
    known = _latest(PlanMilestone, number)
    form = MilestoneForm(request.POST if request.method == "POST" else None, milestone=known)
    if form.is_valid() and _saved(request, form, services.save_milestone, number):
        messages.success(request, "Saved.")
        return redirect("plan")
    about = {"form": form, "milestone": known, "versions": versions_of(PlanMilestone, number)}
    return render(request, "reports/registers/milestone.html", about)


def _latest(model, number):
    latest = model.objects.as_known(timezone.now()).filter(number=number).first()
    if latest is None:
        raise Http404
    return latest


def _saved(request, form, save, number) -> bool:
    """Whether the next version was kept; where somebody else was quicker, the form says so and what was typed stays."""
    try:
        save(by=request.user, number=number, seen=form.cleaned_data["seen"] or 0, **form.details())
    except services.Overtaken as problem:
        form.add_error(None, str(problem))
        # Saving once more is then a decision, made in sight of what the other wrote.
        form.data = {**form.data.dict(), "seen": _latest(form.model, number).version}
        return False
    return True
