from collections import Counter

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handover.succession.forms import ChangeForm, MoveForm
from handover.succession.meaning import councils_that_change, meaning_of, to_move
from handover.succession.services import coming_after, move_handovers
from hub.audit import log_access
from hub.errors import Refused
from hub.models import Authority
from hub.people.access import right_required
from hub.places.changes import call_off_change, plan_change


@right_required("change_settings")
@require_GET
def council_changes(request):
    changes = [meaning_of(council, request.user) for council in councils_that_change()]
    return render(request, "councils/council_changes.html", {"changes": changes})


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def council_change_plan(request):
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            council = plan_change(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The change is planned. Nothing that is open was moved.")
            return redirect("council_change", council.gss_code)
    return render(request, "councils/council_change_plan.html", {"form": form})


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def council_change(request, council):
    """What the change means; from the day on, the list of what is open: chosen, counted, and then moved."""
    council = get_object_or_404(Authority, gss_code=council)
    posted = request.POST if request.method == "POST" else None
    form = MoveForm(posted, to_move=to_move(council, request.user), after=coming_after(council))
    page = {"council": council, "meaning": meaning_of(council, request.user), "form": form}
    if posted is None or not form.is_valid():
        log_access(by=request.user, action="council_change", reference=council.gss_code)
        return render(request, "councils/council_change.html", page)
    moves = form.moves()
    if "confirmed" not in posted:
        page |= {"counted": sorted(Counter(map(str, moves.values())).items()), "moves": moves}
        return render(request, "councils/council_change_check.html", page)
    page["results"] = move_handovers(by=request.user, moves=moves)
    return render(request, "councils/council_change_moved.html", page)


@right_required("change_settings")
@require_POST
def council_change_call_off(request, council):
    council = get_object_or_404(Authority, gss_code=council)
    call_off_change(by=request.user, council=council)
    messages.success(request, f"Called off: {council} stays.")
    return redirect("council_changes")
