from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.people.access import right_required
from reporting.dashboards import services
from reporting.dashboards.registry import BY_SLUG
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
