from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.people.access import right_required
from hub.working_time import today
from reporting import services
from reporting.figures import may_open_figures, open_figure
from reporting.forms import MonthForm, NarrativeForm, SignForm
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.models import Return
from reporting.months import months_to_report, months_with_returns


def parts_of_reports(user, active: str) -> list[dict]:
    """The sub-navigation; those who may not open the returns have but one page and need none."""
    if not user.can("see_small_numbers"):
        return []
    names = {"reports_overview": "Overview", "returns": "Monthly returns"}
    return [{"text": text, "href": reverse(name), "active": name == active} for name, text in names.items()]


@require_safe
@right_required("see_reports")
def reports_overview(request):
    form = MonthForm(request.GET if "month" in request.GET else None, months=months_to_report())
    page = services.overview_for(user=request.user, period=form.chosen)
    parts = parts_of_reports(request.user, "reports_overview")
    return render(request, "reports/reports_overview.html", {"form": form, "page": page, "parts": parts})


@require_safe
@right_required("see_small_numbers")
def returns(request):
    parts = parts_of_reports(request.user, "returns")
    return render(request, "reports/returns.html", {"months": months_with_returns(), "parts": parts})


def find_return(period: Period) -> Return:
    """The latest version of a month's return, or 404."""
    ret = Return.objects.monthly().of(period).first()
    if not ret:
        raise Http404
    return ret


def narrative_of(ret: Return) -> dict[str, str]:
    kept = {"progress": ret.progress, "risks": ret.risks, "communications": ret.communications}
    return {**kept, "seen": ret.narrative_mark}


def steps_to_sign(ret: Return, findings: int, is_over: bool) -> list[dict]:
    """The walk from draft to signature, with how far each step is. Nothing is left to do where it is signed."""
    if ret.is_signed:
        return []
    written = sum(bool(part["text"]) for part in ret.narrative)
    return [
        {
            "text": "Check what is missing",
            "href": "#check",
            "status": f"{findings} to look at" if findings else "Nothing missing",
            "done": not findings,
        },
        {"text": "Read the figures", "href": "#figures", "status": "As drafted", "done": True},
        {
            "text": "Write the narrative",
            "href": "#narrative",
            "status": f"{written} of {len(ret.narrative)} written",
            "done": written == len(ret.narrative),
        },
        {"text": "Review and sign", "href": "#sign", "status": "Ready" if is_over else "When the month is over"},
    ]


@require_safe
@right_required("see_small_numbers")
def return_month(request, period):
    ret = Return.objects.monthly().of(period).first()
    if not ret and period not in months_to_report():
        raise Http404
    context = {"period": period, "ret": ret}
    if ret:
        findings = services.findings_of(ret=ret, user=request.user)
        is_over = ret.period_to < today()
        steps = steps_to_sign(ret, sum(len(finding.references) for finding in findings), is_over)
        context |= {"table": ReturnTable(ret.document), "findings": findings, "is_over": is_over, "steps": steps}
        context["opens"] = may_open_figures(request.user)
    return render(request, "reports/return_month.html", context)


@require_POST
@right_required("draft_return")
def return_draft(request, period):
    ret = services.draft_return(period=period, by=request.user)
    messages.success(request, f"The figures for {ret.month_name} are those known now.")
    return redirect("return_month", period)


@require_http_methods(["GET", "POST"])
@right_required("draft_return")
def return_narrative(request, period):
    ret = find_return(period)
    form = NarrativeForm(request.POST or None, initial=narrative_of(ret))
    overtaken = False
    if form.is_valid():
        try:
            services.save_narrative(ret=ret, by=request.user, **form.cleaned_data)
        except services.Overtaken as problem:
            # What was typed stays; saving once more is then a decision, made in sight of what the other wrote.
            ret, overtaken = find_return(period), True
            form = NarrativeForm({**request.POST.dict(), "seen": ret.narrative_mark})
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The narrative is kept.")
            return redirect("return_month", period)
    return render(request, "reports/return_narrative.html", {"ret": ret, "form": form, "overtaken": overtaken})


@require_http_methods(["GET", "POST"])
@right_required("sign_return")
def return_sign(request, period):
    ret = find_return(period)
    form = SignForm(request.POST or None, initial={"reviewed": ret.fingerprint})
    if form.is_valid():
        services.sign_return(ret=ret, by=request.user, reviewed=form.cleaned_data["reviewed"])
        messages.success(request, f"The return for {ret.month_name} is signed and can no longer be changed.")
        return redirect("return_month", period)
    table = ReturnTable(ret.document)
    context = {"ret": ret, "form": form, "headlines": table.headlines, "current": services.is_current(ret)}
    return render(request, "reports/return_sign.html", context)


@require_safe
@right_required("see_small_numbers")
def return_figure(request, period, line):
    ret, asked = find_return(period), request.GET
    area, key = asked.get("area", "total"), asked.get("key", "")
    figure = open_figure(ret=ret, by=request.user, slug=line, area=area, key=key, number=asked.get("page", ""))
    if figure is None:
        raise Http404
    here = {"area": area, "key": key} if key else {"area": area}
    pages = neighbours(figure.page, here)
    return render(request, "reports/return_figure.html", {"ret": ret, "figure": figure, "pages": pages})


def neighbours(page, here: dict[str, str]) -> dict[str, str]:
    """The addresses of the pages before and after; empty where there is none."""
    earlier = page.previous_page_number() if page.has_previous() else 0
    later = page.next_page_number() if page.has_next() else 0
    return {
        name: f"?{urlencode({**here, 'page': number})}" if number else ""
        for name, number in (("newer", earlier), ("older", later))
    }


@require_safe
@right_required("see_small_numbers")
def return_file(request, period, form):
    file = services.export_return(ret=find_return(period), by=request.user, form=form)
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
