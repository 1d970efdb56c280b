"""Buddies as staff manage them."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.buddies.forms import BuddyForm, EndMatchForm
from enquiries.buddies.services import end_match, save_buddy
from enquiries.models import Buddy, Match
from hub.audit import log_access
from hub.errors import Refused
from hub.people.access import right_required


@right_required("manage_events")
@require_GET
def buddies(request):
    seen = Match.objects.visible_to(request.user).open().select_related("enquiry__merged_into")
    matches = Prefetch("matches", seen.prefetch_related("enquiry__applicants"), to_attr="open_matches")
    known = Buddy.objects.with_load().prefetch_related("areas", matches)
    log_access(by=request.user, action="buddies_list")
    rows = sorted(known, key=lambda buddy: not buddy.active)
    return render(request, "buddies/buddies.html", {"buddies": rows})


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def buddy_new(request):
    form = BuddyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = save_buddy(buddy=form.result(), areas=form.councils, wording=form.wording, by=request.user)
            messages.success(request, f"{made} is a buddy now.")
            return redirect("buddies")
        except Refused as refusal:
            form.add_error("email", str(refusal))
    return render(request, "buddies/buddy_form.html", {"form": form, "heading": "Add a buddy"})


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def buddy_change(request, buddy):
    known = get_object_or_404(Buddy, pk=buddy)
    form = BuddyForm(request.POST if request.method == "POST" else None, buddy=known)
    if form.is_valid():
        save_buddy(buddy=form.result(), areas=form.councils, by=request.user)
        messages.success(request, "The buddy is changed.")
        return redirect("buddies")
    seen = Match.objects.visible_to(request.user).filter(buddy=known).select_related("enquiry__merged_into")
    matches = seen.prefetch_related("enquiry__applicants")
    about = {"form": form, "heading": "Change a buddy", "buddy": known, "matches": matches}
    return render(request, "buddies/buddy_form.html", about)


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def match_end(request, match):
    seen = Match.objects.visible_to(request.user).select_related("enquiry__merged_into", "buddy")
    known = get_object_or_404(seen, pk=match)
    form = EndMatchForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        end_match(match=known, why=form.cleaned_data["why"], by=request.user)
        messages.success(request, f"{known.buddy} is no longer their buddy.")
        return redirect("enquiry", known.household.reference)
    return render(request, "buddies/match_end.html", {"form": form, "match": known})
