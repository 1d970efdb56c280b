from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.people.access import right_required
from reporting import services
from reporting.forms import MonthForm
from reporting.months import months_to_report


def parts_of_reports(user, active: str) -> list[dict]:
    """The sub-navigation; those who may not open the returns have but one page and need none."""
    if not user.can("see_small_numbers"):
        return []
    names = {"reports_overview": "Overview", "returns": "Returns"}
    return [{"text": text, "href": reverse(name), "active": name == active} for name, text in names.items()]


@require_safe
@right_required("see_reports")
def reports_overview(request):
    form = MonthForm(request.GET if "month" in request.GET else None, months=months_to_report())
    page = services.overview_for(user=request.user, period=form.chosen)
    parts = parts_of_reports(request.user, "reports_overview")
    return render(request, "reports/reports_overview.html", {"form": form, "page": page, "parts": parts})
