import datetime

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from handover.figures.known import FIGURES
from handover.figures.models import MonthlyFigures
from handover.figures.months import (
    last_day_of,
    last_month,
    members_in,
    month_before,
    months_of,
    state_of,
)
from handover.figures.pages import month_page
from hub.models import Authority
from hub.people.access import right_required
from hub.working_time import today


@right_required("send_figures")
@require_GET
def figures(request):
    page = {"months": months_of(request.user.authority), "last": last_month()}
    return render(request, "figures/figures.html", page)


@right_required("send_figures")
@require_http_methods(["GET", "POST"])
def figures_month(request, month):
    return month_page(
        request, request.user.authority, month, via="form", layout="layouts/portal.html", back=reverse("figures")
    )


@right_required("draft_return")
@require_GET
def councils_figures(request, month=None):
    """Who has sent the figures of a month and who has not; last month's, unless another is asked for."""
    if month is not None and (month > today() or not members_in(month)):
        raise Http404
    month = month or last_month()
    sent = MonthlyFigures.objects.filter(month=month).latest_of_each().select_related("sent_by")
    latest = {one.authority_id: one for one in sent}
    rows = [_row(council, latest.get(council.pk)) for council in members_in(month)]
    after = last_day_of(month) + datetime.timedelta(days=1)
    page = {
        "month": month,
        "rows": rows,
        "missing": sum(1 for _, one, *_ in rows if one is None or not one.is_supplied),
        "labels": [figure.short for figure in FIGURES],
        "older": reverse("councils_figures_of", args=[month_before(month)]) if members_in(month_before(month)) else "",
        "newer": reverse("councils_figures_of", args=[after]) if after <= today() else "",
    }
    return render(request, "figures/councils.html", page)


def _row(council: Authority, figures: MonthlyFigures | None) -> tuple:
    lines = [(figure.short, getattr(figures, figure.field) if figures else None) for figure in FIGURES]
    return council, figures, lines, *state_of(figures)


@right_required("draft_return")
@require_http_methods(["GET", "POST"])
def council_figures(request, month, gss_code):
    """For a council that rang."""
    authority = get_object_or_404(Authority, gss_code=gss_code)
    back = reverse("councils_figures_of", args=[month])
    return month_page(request, authority, month, via="hub", layout="layouts/hub.html", back=back)
