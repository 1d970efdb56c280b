from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.people.access import right_required
from reporting.dashboards import services
from reporting.dashboards.pickers import PickerForm
from reporting.dashboards.registry import BY_SLUG, DASHBOARDS
from reporting.views import parts_of_reports


@require_safe
@right_required("see_reports")
def dashboards(request):
    shown = [one for one in DASHBOARDS if request.user.can(one.right)]
    parts = parts_of_reports(request.user, "dashboards")
    return render(request, "reports/dashboards.html", {"shown": shown, "parts": parts})


@require_safe
@right_required("see_reports")
def dashboard(request, slug):
    wanted = BY_SLUG.get(slug)
    if wanted is None:
        raise Http404
    if not request.user.can(wanted.right):
        raise PermissionDenied
    form = PickerForm(request.GET, picks=wanted.picks)
    page = services.look_at(dashboard=wanted, form=form, by=request.user)
    parts = parts_of_reports(request.user, "dashboards")
    return render(request, "reports/dashboard.html", {"form": form, "page": page, "parts": parts})
