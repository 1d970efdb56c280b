from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.duplicates import merging, services, shown
from enquiries.duplicates.forms import OtherEnquiryForm
from enquiries.duplicates.plan import likeness_of, make_plan
from enquiries.models import Enquiry
from hub.audit import log_access
from hub.people.access import right_required


def _both(request, reference: str, other: str) -> tuple[Enquiry, Enquiry]:
    """Both enquiries, if this person may see them (else 404); looking at them is noted."""
    seen = Enquiry.objects.visible_to(request.user).prefetch_related("applicants")
    seen = seen.select_related("authority", "held_by", "owner", "safe_contact", "merged_into")
    two = get_object_or_404(seen, reference=reference), get_object_or_404(seen, reference=other)
    if request.method == "GET":
        for enquiry in two:
            log_access(by=request.user, action="enquiry_read", reference=enquiry.reference)
    return two


@right_required("record_casework")
@require_GET
def duplicates(request):
    pairs = shown.listed(Enquiry.objects.visible_to(request.user))
    if pairs:
        log_access(by=request.user, action="duplicates")
    more = len(pairs) > shown.MOST_LISTED
    return render(request, "duplicates/duplicates.html", {"pairs": pairs[: shown.MOST_LISTED], "more": more})


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def same_as(request, reference):
    """Which enquiry to hold beside this one, where nothing was suggested."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user), reference=reference)
    form = OtherEnquiryForm(request.POST if request.method == "POST" else None, enquiry=enquiry, user=request.user)
    if form.is_valid():
        return redirect("compare", enquiry.reference, form.cleaned_data["other"].reference)
    return render(request, "duplicates/same_as.html", {"enquiry": enquiry, "form": form})


@right_required("record_casework")
@require_GET
def compare(request, reference, other):
    one, two = _both(request, reference, other)
    if one.pk == two.pk:
        raise Http404
    keep = {one.reference: one, two.reference: two}.get(request.GET.get("keep", ""))
    about = {
        "enquiry": one,
        "other": two,
        "lines": shown.side_by_side(one, two),
        "likeness": likeness_of(one, two),
        "plan": make_plan(one, two, survivor=keep),
        "pair": shown.pair_of(one, two),
        "from_list": request.GET.get("from") == "duplicates",
    }
    return render(request, "duplicates/compare.html", about)


@right_required("record_casework")
@require_POST
def merge(request, reference, other):
    survivor, absorbed = _both(request, reference, other)
    merging.merge_enquiries(
        survivor=survivor,
        absorbed=absorbed,
        by=request.user,
        version=_number(request.POST.get("version")),
        absorbed_version=_number(request.POST.get("absorbed_version")),
    )
    messages.success(request, f"{absorbed.reference} is merged into this enquiry. You can undo it within 30 days.")
    return redirect("enquiry", survivor.reference)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


@right_required("record_casework")
@require_POST
def undo_merge(request, reference, other):
    one, two = _both(request, reference, other)
    joined = next((joined for joined in shown.merges_of(one) if joined.other.pk == two.pk), None)
    if joined is None:
        raise Http404
    left = merging.undo_merge(merge=joined.merge, by=request.user)
    messages.success(request, " ".join(["They are two enquiries again.", *left]))
    return redirect("enquiry", one.reference)


@right_required("record_casework")
@require_POST
def not_the_same(request, reference, other):
    one, two = _both(request, reference, other)
    services.say_not_the_same(one=one, other=two, by=request.user)
    messages.success(request, "Remembered: they are not the same household. It will not be suggested again.")
    return redirect("enquiry", one.reference)


@right_required("record_casework")
@require_POST
def maybe_the_same(request, reference, other):
    one, two = _both(request, reference, other)
    pair = shown.pair_of(one, two)
    if pair is None:
        raise Http404
    services.take_back_refusal(pair=pair, by=request.user)
    messages.success(request, "Taken back: they may be the same household.")
    return redirect("compare", one.reference, two.reference)
