from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.people.access import right_required
from hub.working_time import today
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.returns.drafting import Overtaken, draft_return, is_current
from reporting.returns.figures import may_open_figures, open_figure
from reporting.returns.files import export_return
from reporting.returns.findings import findings_of
from reporting.returns.forms import NarrativeForm, SignForm
from reporting.returns.models import Return
from reporting.returns.narrative import save_narrative
from reporting.returns.periods import is_to_report, periods_with_returns
from reporting.returns.signing import sign_return
from reporting.views import parts_of_reports


@require_safe
@right_required("see_small_numbers")
def returns(request):
    parts = parts_of_reports(request.user, "returns")
    months, quarters = periods_with_returns()
    page = {"months": months, "quarters": quarters, "parts": parts}
    return render(request, "reports/returns/returns.html", page)


def find_return(period: Period) -> Return:
    """The latest version of a month's return, or 404."""
    ret = Return.objects.of(period).first()
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
def return_page(request, period):
    ret = Return.objects.of(period).first()
    if not ret and not is_to_report(period):
        raise Http404
    context = {"period": period, "ret": ret}
    if ret:
        findings = findings_of(ret=ret, user=request.user)
        is_over = ret.period_to < today()
        steps = steps_to_sign(ret, sum(len(finding.references) for finding in findings), is_over)
        context |= {"table": ReturnTable(ret.document), "findings": findings, "is_over": is_over, "steps": steps}
        context["opens"] = may_open_figures(request.user)
    return render(request, "reports/returns/return_page.html", context)


@require_POST
@right_required("draft_return")
def return_draft(request, period):
    ret = draft_return(period=period, by=request.user)
    messages.success(request, f"The figures for {ret.period_name} are those known now.")
    return redirect("return_page", period)


@require_http_methods(["GET", "POST"])
@right_required("draft_return")
def return_narrative(request, period):
    ret = find_return(period)
    form = NarrativeForm(request.POST or None, initial=narrative_of(ret))
    overtaken = False
    if form.is_valid():
        try:
            save_narrative(ret=ret, by=request.user, **form.cleaned_data)
        except Overtaken as problem:
            # What was typed stays; saving once more is then a decision, made in sight of what the other wrote.
            ret, overtaken = find_return(period), True
            form = NarrativeForm({**request.POST.dict(), "seen": ret.narrative_mark})
            form.add_error(None, str(problem))
        else:
            messages.success(request, "The narrative is kept.")
            return redirect("return_page", period)
    return render(request, "reports/returns/return_narrative.html", {"ret": ret, "form": form, "overtaken": overtaken})


@require_http_methods(["GET", "POST"])
@right_required("sign_return")
def return_sign(request, period):
    ret = find_return(period)
    form = SignForm(request.POST or None, initial={"reviewed": ret.fingerprint})
    if form.is_valid():
        sign_return(ret=ret, by=request.user, reviewed=form.cleaned_data["reviewed"])
        messages.success(request, f"The return for {ret.period_name} is signed and can no longer be changed.")
        return redirect("return_page", period)
    table = ReturnTable(ret.document)
    context = {"ret": ret, "form": form, "headlines": table.headlines, "current": is_current(ret)}
    return render(request, "reports/returns/return_sign.html", context)


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
    return render(request, "reports/returns/return_figure.html", {"ret": ret, "figure": figure, "pages": pages})


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
    file = export_return(ret=find_return(period), by=request.user, form=form)
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
