from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.people.access import right_required
from reporting.forecast import services
from reporting.forecast.forms import ForecastForm
from reporting.views import parts_of_reports


@require_safe
@right_required("see_reports")
def forecast(request):
    form = ForecastForm(request.GET)
    page = services.look_ahead_for(form=form, by=request.user)
    parts = parts_of_reports(request.user, "forecast")
    return render(request, "reports/forecast/forecast.html", {"form": form, "page": page, "parts": parts})
