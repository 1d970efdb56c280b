from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hub.errors import Refused
from hub.people.access import right_required
from hub.working_time import today
from reporting.dashboards.compared import BY_KEY, agree_measures, compared_on
from reporting.dashboards.forms import ComparedMeasuresForm
from reporting.dashboards.models import ComparedMeasures


@require_http_methods(["GET", "POST"])
@right_required("change_settings")
def compared_measures(request):
    now = compared_on(today())
    first = {"measures": [one.key for one in now], "applies_from": today()}
    form = ComparedMeasuresForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        try:
            agree_measures(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved. Councils see these figures of each other from that day on.")
            return redirect("compared_measures")
    rows = ComparedMeasures.objects.select_related("set_by")
    said = [(row, [BY_KEY[key].label for key in row.measures if key in BY_KEY]) for row in rows]
    return render(request, "settings/compared_measures.html", {"form": form, "now": now, "said": said})
