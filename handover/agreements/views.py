"""Settings: the data-sharing agreements, without which nothing is handed over."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.documents.content import type_by_name
from handover.agreements.forms import AgreementForm, EndForm
from handover.agreements.models import Agreement
from handover.agreements.services import end_agreement, record_agreement
from handover.agreements.standing import standing_with, standings
from handover.parts import ALWAYS, PARTS
from hub.audit import log_access
from hub.errors import Refused
from hub.models import Authority
from hub.people.access import right_required


def _council(code: str) -> Authority:
    return get_object_or_404(Authority.objects.ever_members(), gss_code__iexact=code)


def _agreement(code: str, pk: int) -> Agreement:
    return get_object_or_404(Agreement.objects.select_related("authority"), authority=_council(code), pk=pk)


@right_required("change_settings")
@require_GET
def agreements(request):
    rows = standings()
    stopped = sum(one.stops for one in rows)
    return render(request, "agreements/agreements.html", {"standings": rows, "stopped": stopped})


@right_required("change_settings")
@require_GET
def agreements_with(request, code):
    council = _council(code)
    versions = Agreement.objects.filter(authority=council).select_related("recorded_by", "ended_by")
    page = {"council": council, "versions": versions, "standing": standing_with(council)}
    return render(request, "agreements/agreements_with.html", page)


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def agreement_new(request, code):
    council = _council(code)
    standing = standing_with(council)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    first = {"shares": [part for part in PARTS if part not in ALWAYS]}
    form = AgreementForm(
        posted[0], files=posted[1], initial=first, replaceable=bool(standing.current or standing.following)
    )
    if form.is_valid():
        try:
            made = record_agreement(authority=council, by=request.user, **form.details())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Version {made.version} with {council} is recorded.")
            return redirect("agreements_with", council.gss_code)
    always = [words for part, words in PARTS.items() if part in ALWAYS]
    return render(request, "agreements/agreement_new.html", {"council": council, "form": form, "always": always})


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def agreement_end(request, code, agreement):
    ended = _agreement(code, agreement)
    form = EndForm(request.POST if request.method == "POST" else None, calls_off=ended.is_to_come)
    if form.is_valid():
        try:
            end_agreement(agreement=ended, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("ends_on" if "ends_on" in form.fields else None, str(refusal))
        else:
            messages.success(request, f"Version {ended.version} has its last day.")
            return redirect("agreements_with", ended.authority.gss_code)
    return render(request, "agreements/agreement_end.html", {"agreement": ended, "form": form})


@right_required("change_settings")
@require_GET
def agreement_document(request, code, agreement):
    signed = get_object_or_404(Agreement.objects.exclude(document=""), authority=_council(code), pk=agreement)
    try:
        file = signed.document.open("rb")
    except FileNotFoundError as fault:
        raise Refused(f"“{signed.document_name}” is not where it was kept. Tell whoever runs the system.") from fault
    log_access(by=request.user, action="agreement_document", reference=f"{signed.authority.gss_code} {signed.version}")
    answer = FileResponse(file, as_attachment=True, filename=signed.document_name)
    answer["Content-Type"] = type_by_name(signed.document_name)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "no-store"
    return answer
