"""The script of the telephone: every version, what changed between two, and a new one."""

import difflib

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.models import CallScript
from enquiries.telephone.script import current_script, lines_of, spoken
from enquiries.telephone.script_form import ScriptForm
from enquiries.telephone.services import publish_script
from hub.errors import Refused
from hub.people.access import right_required


@right_required("record_casework")
@require_GET
def call_scripts(request):
    versions = list(CallScript.objects.select_related("published_by")) or [current_script()]
    return render(request, "telephone/call_scripts.html", {"versions": versions})


@right_required("record_casework")
@require_GET
def call_script(request, version):
    script = _version(version)
    before = CallScript.objects.filter(version=version - 1).first()
    changes = _changes(before, script) if before else []
    parts = [{**part, "say": spoken(part["say"])} for part in script.parts]
    context = {"script": script, "parts": parts, "changes": changes, "latest": current_script().version}
    return render(request, "telephone/call_script.html", context)


def _version(version: int) -> CallScript:
    now = current_script()
    if now.version == version:
        return now
    return get_object_or_404(CallScript.objects.select_related("published_by"), version=version)


def _changes(before: CallScript, script: CallScript) -> list[dict]:
    """The lines that went and came, in order."""
    lines = difflib.ndiff(lines_of(before.parts), lines_of(script.parts))
    return [{"came": line[0] == "+", "text": line[2:]} for line in lines if line[:2] in ("+ ", "- ")]


@right_required("edit_script")
@require_http_methods(["GET", "POST"])
def call_script_edit(request):
    form = ScriptForm(request.POST if request.method == "POST" else None, script=current_script())
    if form.is_valid():
        data = form.cleaned_data
        try:
            script = publish_script(by=request.user, parts=form.parts(), why=data["why"], after=data["after"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Version {script.version} is published. Calls begun from now on use it.")
            return redirect("call_scripts")
    return render(request, "telephone/call_script_edit.html", {"form": form})
