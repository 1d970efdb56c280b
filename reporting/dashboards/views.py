from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from hub.people.access import right_required
from reporting.dashboards import services
from reporting.dashboards.pack import board_pack as make_board_pack
from reporting.dashboards.pickers import PackForm
from reporting.dashboards.registry import BY_SLUG, DASHBOARDS
from reporting.views import parts_of_reports


@require_safe
@right_required("see_reports")
def dashboards(request):
    parts = parts_of_reports(request.user, "dashboards")
    return _list(request, {"parts": parts, "to": "dashboard", "layout": "layouts/reports.html"})


@require_safe
@right_required("see_reports")
def dashboard(request, slug):
    parts = parts_of_reports(request.user, "dashboards")
    return _page(request, slug, {"parts": parts, "layout": "layouts/reports.html"})


@require_safe
@right_required("see_own_reports")
def own_dashboards(request):
    """A council's lead: its own figures, and the councils side by side."""
    return _list(request, {"to": "own_dashboard", **_IN_THE_PORTAL})


@require_safe
@right_required("see_own_reports")
def own_dashboard(request, slug):
    return _page(request, slug, {"back": "own_dashboards", **_IN_THE_PORTAL})


_IN_THE_PORTAL = {"layout": "layouts/portal.html", "section": "own_dashboards"}


def _list(request, about):
    return render(request, "reports/dashboards.html", {"shown": services.dashboards_for(request.user), **about})


def _page(request, slug, about):
    wanted = BY_SLUG.get(slug)
    if wanted is None:
        raise Http404
    if not services.may_see(request.user, wanted):
        raise PermissionDenied
    form = services.picker_for(dashboard=wanted, data=request.GET, by=request.user)
    page = services.look_at(dashboard=wanted, form=form, by=request.user)
    return render(request, "reports/dashboard.html", {"form": form, "page": page, **about})


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("see_reports")
def board_pack(request):
    """A form that is posted, because each file taken away is noted."""
    shown = [(one.slug, one.title) for one in DASHBOARDS if one.adds_up]
    protected = not request.user.can("see_small_numbers")
    form = PackForm(request.POST or None, dashboards=shown, protected=protected)
    content = make_board_pack(form=form, by=request.user) if form.is_bound and form.is_valid() else None
    if content is None:
        is_waiting = form.is_bound and form.is_valid()
        parts = parts_of_reports(request.user, "board_pack")
        return render(request, "reports/board_pack.html", {"form": form, "parts": parts, "is_waiting": is_waiting})
    name = f"board-pack-{form.chosen.span.first:%Y-%m}-to-{form.chosen.span.last:%Y-%m}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
