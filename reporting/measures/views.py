from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hub.errors import Refused
from hub.people.access import right_required
from reporting.measures.forms import DefinitionForm
from reporting.measures.pages import about, groups_now
from reporting.measures.versions import add_definition, all_definitions
from reporting.views import parts_of_reports


@require_safe
@right_required("see_reports")
def measures(request):
    parts = parts_of_reports(request.user, "measures")
    page = {"groups": groups_now(), "definitions": all_definitions(), "parts": parts}
    return render(request, "reports/measures/measures.html", page)


@require_safe
@right_required("see_reports")
def measure(request, code):
    known = about(code, request.user)
    if known is None:
        raise Http404
    return render(request, "reports/measures/measure.html", {"known": known, "measure": known.measure})


@require_http_methods(["GET", "POST"])
@right_required("change_settings")
def definition_add(request):
    form = DefinitionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = add_definition(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("version", str(refusal))
        else:
            messages.success(request, f"Version {made.version} holds for periods from {made.applies_from:%-d %B %Y}.")
            return redirect("measures")
    return render(request, "reports/measures/definition_add.html", {"form": form})
