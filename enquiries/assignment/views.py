"""Who looks after how much, who is away and who covers, and sharing out."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.assignment import absences as away
from enquiries.assignment import services
from enquiries.assignment.forms import AbsenceForm, CaseloadForm, MoveForm
from enquiries.assignment.shown import changes_of_caseload, in_words, plan_in_words
from enquiries.assignment.team import caseload_of, team_on
from enquiries.clocks.services import change_hub
from enquiries.clocks.shown import changes_of_hub
from enquiries.models import Absence
from hub.current import current
from hub.errors import Refused
from hub.models import User
from hub.people.access import right_required
from hub.people.roles import HUB_ROLES
from hub.working_time import today


@right_required("see_workload")
@require_GET
def team(request):
    return render(request, "assignment/team.html", {"team": team_on(today())})


@right_required("assign_anyone")
@require_http_methods(["GET", "POST"])
def caseload(request, person):
    person = _person(person)
    form = CaseloadForm(request.POST if request.method == "POST" else None, caseload=caseload_of(person))
    if form.is_valid():
        services.set_caseload(person=person, by=request.user, **form.cleaned_data)
        messages.success(request, f"Saved for {person.name}. Sharing out goes by it from now on.")
        return redirect("team")
    about = {"person": person, "form": form, "changes": changes_of_caseload(person)}
    return render(request, "assignment/caseload.html", about)


@right_required("assign_anyone")
@require_http_methods(["GET", "POST"])
def move_caseload(request, person):
    person = _person(person)
    form = MoveForm(request.POST if request.method == "POST" else None, person=person)
    to = form.cleaned_data["to"] if form.is_valid() else None
    if form.is_valid() and "confirmed" in request.POST:
        moved = services.move_caseload(person=person, by=request.user, to=to)
        messages.success(request, f"{person.name}: {in_words(moved)}")
        return redirect("team")
    planned = services.shares_of(person, to)
    about = {
        "person": person, "form": form, "to": to, "shares": planned, "plan": plan_in_words(planned),
        "button": f"Move {planned.count} enquir{'y' if planned.count == 1 else 'ies'}",
    }  # fmt: skip
    return render(request, "assignment/move_caseload.html", about)


@right_required("assign_anyone")
@require_http_methods(["GET", "POST"])
def sharing_out(request):
    if request.method == "POST":
        on = request.POST.get("on") == "yes"
        change_hub(by=request.user, shares_out=on)
        messages.success(
            request,
            "On: new enquiries get an owner by themselves." if on else "Off: new enquiries wait under Unassigned.",
        )
        return redirect("sharing_out")
    planned = services.shares_of_unowned()
    about = {
        "on": current().hub.shares_out,
        "shares": planned,
        "plan": plan_in_words(planned),
        "button": f"Share out {planned.count} now",
        "changes": changes_of_hub("shares_out"),
    }
    return render(request, "assignment/sharing_out.html", about)


@right_required("assign_anyone")
@require_POST
def share_out(request):
    messages.success(request, in_words(services.share_out_now(by=request.user)))
    return redirect("sharing_out")


@right_required("use_hub")
@require_http_methods(["GET", "POST"])
def absences(request):
    form = AbsenceForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        try:
            absence = away.record_absence(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("starts_on", str(refusal))
        else:
            messages.success(request, f"{absence.person.name} is away {away.in_words(absence)}.")
            return redirect("absences")
    coming = Absence.objects.filter(ends_on__gte=today()).select_related("person", "cover")
    return render(request, "assignment/absences.html", {"form": form, "absences": coming, "today": today()})


@right_required("use_hub")
@require_POST
def absence_remove(request, absence):
    gone = get_object_or_404(Absence.objects.select_related("person"), pk=absence)
    away.remove_absence(absence=gone, by=request.user)
    messages.success(request, f"{gone.person.name} is no longer away.")
    return redirect("absences")


def _person(pk: int) -> User:
    """Of the hub, active or not: whoever has left may still own enquiries."""
    return get_object_or_404(User.objects.filter(role__in=HUB_ROLES), pk=pk)
