"""The page on which a month's figures are entered: the same for a council and for the hub that records for it."""

import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from handover.figures.forms import FiguresForm
from handover.figures.known import BY_CODE, FIGURES
from handover.figures.models import MonthlyFigures
from handover.figures.months import is_asked_for, month_before
from handover.figures.plausible import approved_in, questions
from handover.figures.services import latest_of, record_figures
from hub.errors import Refused
from hub.models import Authority


def month_page(request, authority: Authority, month: datetime.date, *, via: str, layout: str, back: str):
    """Shows, asks about what is odd, once, and takes."""
    if not is_asked_for(authority, month):
        raise Http404
    versions = list(MonthlyFigures.objects.filter(authority=authority, month=month).select_related("sent_by"))
    latest = versions[0] if versions else None
    before = _values(latest_of(authority, month_before(month)))
    form = _form(request, latest, before, month)
    asking: dict[str, str] = {}
    if form.is_valid():
        odd = questions(form.values(), before, approved_in(authority, month))
        asking = form.not_asked_yet(odd)
        if asking:
            form = form.asking(odd)
        elif _taken(request, form, authority, month, via):
            return redirect(back)
    page = {
        "authority": authority,
        "month": month,
        "form": form,
        "asking": [(BY_CODE[code].name, said) for code, said in asking.items()],
        "versions": [(version, _lines(version)) for version in versions],
        "layout": layout,
        "back": back,
    }
    return render(request, "figures/month.html", page)


def _form(request, latest: MonthlyFigures | None, before: dict, month: datetime.date) -> FiguresForm:
    return FiguresForm(
        request.POST if request.method == "POST" else None,
        now=_values(latest),
        before=before,
        before_name=f"{month_before(month):%B}",
        initial={"remarks": latest.remarks if latest else ""},
    )


def _taken(request, form: FiguresForm, authority: Authority, month: datetime.date, via: str) -> bool:
    remarks = form.cleaned_data["remarks"]
    try:
        record_figures(
            authority=authority, month=month, values=form.values(), by=request.user, remarks=remarks, via=via
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, f"The figures for {month:%B %Y} are saved. Thank you.")
    return True


def _values(figures: MonthlyFigures | None) -> dict[str, int | None]:
    return figures.values if figures else {}


def _lines(figures: MonthlyFigures) -> list[tuple[str, int | None]]:
    return [(figure.label, getattr(figures, figure.field)) for figure in FIGURES]
