from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.people.access import right_required
from reporting.layout import ReturnTable
from reporting.measures import Period
from reporting.returns.chasing import ask_councils
from reporting.returns.drafting import Overtaken, draft_return, is_current
from reporting.returns.figures import Things, open_figure
from reporting.returns.files import File, export_return
from reporting.returns.findings import findings_of
from reporting.returns.forms import NarrativeForm, ReviewForm, SignForm
from reporting.returns.models import Return
from reporting.returns.narrative import narrative_before, save_narrative
from reporting.returns.periods import is_to_report, periods_with_returns
from reporting.returns.reviewing import review_return as keep_review
from reporting.returns.reviewing import review_to_sign_on
from reporting.returns.signing import sign_return
from reporting.returns.walk import Walk
from reporting.views import parts_of_reports

FINDINGS_ON_A_PAGE = 100


@require_safe
@right_required("see_small_numbers")
def returns(request):
    months, quarters = periods_with_returns()
    page = {"months": months, "quarters": quarters, "parts": parts_of_reports(request.user, "returns")}
    return render(request, "reports/returns/returns.html", page)


def find_return(period: Period, version: str = "") -> Return:
    """The latest version of a period's return, or the one asked for; else 404."""
    versions = Return.objects.of(period)
    ret = (
        versions.filter(version=int(version)).first() if version.isdecimal() and len(version) < 4 else versions.first()
    )
    if not ret:
        raise Http404
    return ret


@require_safe
@right_required("see_small_numbers")
def return_page(request, period):
    latest = Return.objects.of(period).without_lines().first()
    if latest is None:
        if not is_to_report(period):
            raise Http404
        return render(request, "reports/returns/return_page.html", {"period": period, "ret": None})
    ret = find_return(period, request.GET.get("version", ""))
    walk = Walk(ret, request.user, latest.version)
    return render(request, "reports/returns/return_page.html", {"period": period, "ret": ret, "walk": walk})


@require_POST
@right_required("draft_return")
def return_draft(request, period):
    ret = draft_return(period=period, by=request.user)
    messages.success(request, f"The figures for {ret.period_name} are those known now.")
    return redirect("return_page", period)


@require_safe
@right_required("see_small_numbers")
def return_check(request, period):
    """Everything that one person or council can mend."""
    ret = find_return(period)
    menders = findings_of(ret=ret, user=request.user)
    mender = next((one for one in menders if one.slug == request.GET.get("who")), None)
    if mender is None:  # all of it was mended meanwhile
        messages.info(request, "There is nothing left there to look at.")
        return redirect("return_page", period)
    rows = [(finding, reference) for finding in mender.findings for reference in finding.references]
    page = Paginator(rows, FINDINGS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"ret": ret, "mender": mender, "page": page, "pages": neighbours(page, {"who": mender.slug})}
    return render(request, "reports/returns/return_check.html", context)


@require_POST
@right_required("draft_return")
def return_ask(request, period):
    asked = ask_councils(ret=find_return(period), by=request.user)
    if asked:
        messages.success(request, f"We have asked {asked} council{'' if asked == 1 else 's'} by email.")
    else:
        messages.info(request, "Nobody was asked: each has been asked today, or has nobody whom we could ask.")
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
    context = {"ret": ret, "form": form, "overtaken": overtaken, "before": narrative_before(ret)}
    return render(request, "reports/returns/return_narrative.html", context)


def narrative_of(ret: Return) -> dict[str, str]:
    kept = {"progress": ret.progress, "risks": ret.risks, "communications": ret.communications}
    return {**kept, "seen": ret.narrative_mark}


@require_http_methods(["GET", "POST"])
@right_required("review_return")
def return_review(request, period):
    ret = find_return(period)
    form = ReviewForm(request.POST or None, initial={"seen": ret.fingerprint})
    if form.is_valid():
        review = keep_review(ret=ret, by=request.user, **form.cleaned_data)
        said = (
            "It can be signed now, by somebody else." if review.is_confirmed else "Who works on it sees what you said."
        )
        messages.success(request, f"Your review is kept. {said}")
        return redirect("return_page", period)
    table = ReturnTable(ret.document)
    return render(request, "reports/returns/return_review.html", {"ret": ret, "form": form, "table": table})


@require_http_methods(["GET", "POST"])
@right_required("sign_return")
def return_sign(request, period):
    ret = find_return(period)
    form = SignForm(request.POST or None, initial={"reviewed": ret.fingerprint})
    if form.is_valid():
        sign_return(ret=ret, by=request.user, reviewed=form.cleaned_data["reviewed"])
        messages.success(request, f"The return for {ret.period_name} is signed and can no longer be changed.")
        return redirect("return_page", period)
    review = review_to_sign_on(ret, request.user)
    current = review is not None and is_current(ret)
    context = {"ret": ret, "form": form, "table": ReturnTable(ret.document), "review": review, "current": current}
    return render(request, "reports/returns/return_sign.html", context)


@require_safe
@right_required("see_small_numbers")
def return_figure(request, period, line):
    asked = request.GET
    ret = find_return(period, asked.get("version", ""))
    area, key = asked.get("area", "total"), asked.get("key", "")
    figure = open_figure(ret=ret, by=request.user, slug=line, area=area, key=key, number=asked.get("page", ""))
    if figure is None:
        raise Http404
    here = {"area": area, **({"key": key} if key else {}), "version": ret.version}
    pages = neighbours(figure.page, here)
    about = {"ret": ret, "figure": figure, "pages": pages, "is_of_things": isinstance(figure, Things)}
    return render(request, "reports/returns/return_figure.html", about)


def neighbours(page, here: dict) -> dict[str, str]:
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
    ret = find_return(period, request.GET.get("version", ""))
    return as_download(export_return(ret=ret, by=request.user, form=form))


def as_download(file: File) -> HttpResponse:
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
