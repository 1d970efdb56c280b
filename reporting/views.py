from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.people.access import right_required
from reporting import services
from reporting.forms import MonthForm
from reporting.months import months_to_report

# The pages of the sub-navigation, and the right that each needs.
PARTS = {
    "reports_overview": ("Overview", "see_reports"),
    "dashboards": ("Dashboards", "see_reports"),
    "board_pack": ("Board pack", "see_reports"),
    "forecast": ("Forecast", "see_reports"),
    "returns": ("Returns", "see_small_numbers"),
    "comparison": ("Comparison", "see_reports"),
    "value_for_money": ("Value for money", "see_reports"),
    "support_hours": ("Support hours", "record_casework"),
    "risks": ("Risks and issues", "use_hub"),
    "plan": ("Our plan", "use_hub"),
    "targets": ("Targets", "see_reports"),
    "measures": ("What is counted", "see_reports"),
    "feeds": ("Feeds", "see_small_numbers"),
}


def parts_of_reports(user, active: str) -> list[dict]:
    """The sub-navigation: what this person may open."""
    return [
        {"text": text, "href": reverse(name), "active": name == active}
        for name, (text, right) in PARTS.items()
        if user.can(right)
    ]


@require_safe
@right_required("see_reports")
def reports_overview(request):
    form = MonthForm(request.GET if "month" in request.GET else None, months=months_to_report())
    page = services.overview_for(user=request.user, period=form.chosen)
    parts = parts_of_reports(request.user, "reports_overview")
    return render(request, "reports/reports_overview.html", {"form": form, "page": page, "parts": parts})
