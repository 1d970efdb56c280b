"""Testing the ways in every week, and the hours in which call-backs are offered."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from enquiries.callbacks.forms import HoursForm
from enquiries.callbacks.services import offer_callbacks, withdraw_callbacks
from enquiries.models import CallbackHours, LineTest
from enquiries.telephone.forms import LineTestForm
from enquiries.telephone.line_tests import lines
from enquiries.telephone.services import record_line_test
from hub.current import current
from hub.errors import Refused
from hub.people.access import right_required


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def line_tests(request):
    way = request.POST.get("way", "")
    posted = LineTestForm(request.POST, prefix=way) if request.method == "POST" else None
    if posted is not None and way not in LineTest.Way.values:
        raise Http404
    if posted is not None and posted.is_valid():
        said = {"worked": posted.cleaned_data["worked"] == "yes", "note": posted.cleaned_data["note"]}
        test = record_line_test(by=request.user, way=way, **said)
        messages.success(request, f"{test.get_way_display()}: noted.{'' if test.worked else ' See below what to do.'}")
        return redirect("line_tests")
    forms = [(line, posted if line.way == way else LineTestForm(prefix=line.way)) for line in lines()]
    recent = LineTest.objects.select_related("by")[:15]
    return render(request, "telephone/line_tests.html", {"lines": forms, "recent": recent, "form": posted})


@right_required("edit_script")
@require_http_methods(["GET", "POST"])
def callback_hours(request):
    form = HoursForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            hours = offer_callbacks(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("starts_at", str(refusal))
        else:
            messages.success(request, f"Call-backs are offered {hours}.")
            return redirect("callback_hours")
    context = {"form": form, "hours": CallbackHours.objects.all(), "calendar": current().calendar}
    return render(request, "telephone/callback_hours.html", context)


@right_required("edit_script")
@require_POST
def callback_hours_end(request, hours):
    withdraw_callbacks(hours=get_object_or_404(CallbackHours, pk=hours), by=request.user)
    messages.success(request, "These hours are taken away. What is booked already stays booked.")
    return redirect("callback_hours")
