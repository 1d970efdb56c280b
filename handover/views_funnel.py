"""The portal: how it goes with those who were sent to an authority."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from handover.forms import MonthsForm
from handover.funnel import STEPS, funnel_of
from handover.models import Handover
from hub.people.access import right_required
from hub.working_time import working_time


@right_required("use_portal")
@require_GET
def portal_funnel(request):
    form = MonthsForm(request.GET or None)
    first, last = form.months()
    ours = Handover.objects.visible_to(request.user)
    together, cohorts = funnel_of(ours, user=request.user, first=first, last=last, calendar=working_time())
    page = {"form": form, "first": first, "last": last, "together": together, "cohorts": cohorts, "steps": STEPS}
    return render(request, "portal/portal_funnel.html", page)
