"""Settings: the hub's councils and how far each has come with the portal."""

from django.apps import apps
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from handover.onboarding.forms import PortalStateForm
from handover.onboarding.services import change_portal_state, standing_of, standings, tasks_before_live
from hub.changes import changes_of
from hub.models import Authority
from hub.people.access import right_required


@right_required("change_settings")
@require_GET
def portal_councils(request):
    return render(request, "settings/portal_councils.html", {"standings": standings()})


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def portal_council(request, code):
    standing = standing_of(code)
    if standing is None:
        raise Http404
    form = PortalStateForm(request.POST if request.method == "POST" else None, authority=standing.authority)
    if form.is_valid():
        council = change_portal_state(authority=standing.authority, by=request.user, **form.cleaned_data)
        messages.success(request, f"{council} is {council.get_portal_display().lower()} now.")
        return redirect("portal_council", code)
    tasks = tasks_before_live(standing.authority)
    page = {
        "standing": standing,
        "tasks": tasks,
        "missing": not all(task["done"] for task in tasks),
        "form": form,
        "changes": changes_of(
            apps.get_model("hub", "AuthorityEvent"), _in_words, only={"pgh_obj_id": standing.authority.pk}
        ),
    }
    return render(request, "settings/portal_council.html", page)


def _in_words(before, after) -> str:
    if after is None or (before is None and after.pgh_label == "insert") or (before and before.portal == after.portal):
        return ""
    why = f": {after.portal_why}" if after.portal_why else ""
    return f"{Authority.Portal(after.portal).label}{why}"
